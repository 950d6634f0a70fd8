from odoo import models


class WizardOpStudent(models.TransientModel):
    _inherit = "wizard.op.student"

    def create_user(self):
        """Grant access to the selected students, and show what became of each."""
        return self.student_ids.create_student_user()
