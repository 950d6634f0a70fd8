from odoo import models
from odoo.exceptions import UserError


class OpBatch(models.Model):
    _inherit = "op.batch"

    def action_print_portal_class_list(self):
        """Print a list of the batch's students, with the login and code of each.

        :rtype: dict
        :raise AccessError: if the current user may not print codes
        :raise UserError: if there is nobody to print a code for
        """
        if len(self) != 1:
            raise UserError(self.env._("Print the class list of one batch at a time."))
        students = self.env["op.student"].search(
            [
                (
                    "course_detail_ids",
                    "any",
                    [("batch_id", "=", self.id), ("state", "=", "running")],
                )
            ],
            order="name, id",
        )
        run = self.env["op.student.portal.run"].start("class_list", students)
        # Runs are written by their own model alone, which has checked who asks.
        run.sudo().batch_id = self
        if not students:
            raise UserError(self.env._("There is no student in this batch."))
        return run.show()
