from odoo import fields, models


class WizardOpStudent(models.TransientModel):
    _name = "wizard.op.student"
    _description = "Create Users of Students"

    student_ids = fields.Many2many(
        "op.student", default=lambda self: self.env.context.get("active_ids", [])
    )

    def create_user(self):
        """Make the users of the students that the dialog was opened for."""
        active_ids = self.env.context.get("active_ids", [])
        self.env["op.student"].browse(active_ids).create_student_user()
