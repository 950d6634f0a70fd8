from odoo import models
from odoo.fields import Command


class OpStudent(models.Model):
    _inherit = "op.student"
    # It is of no module: without the app, Odoo could not load it.
    _module = None

    def unlink(self):
        """Part the students from their parents first.

        OpenEduCat takes the student's user out of the children's of each parent's user,
        and fails where it is not there: the student, or the parent, has none of
        OpenEduCat's making.
        """
        self.check_access("unlink")
        # Who may delete a student need not be able to write parents.
        for parent in self.sudo().parent_ids:
            parting = parent.student_ids & self
            parent.student_ids = [Command.unlink(student.id) for student in parting]
        return super().unlink()
