from odoo import api, models


class OpStudent(models.Model):
    _inherit = "op.student"

    @api.model
    def _create_portal_demo(self):
        """Fill the portal's sections of the demo students; nothing without these.

        The demo data calls it at installation. An app that is installed later, or in
        the same go but after this addon, is filled by calling it again. Records that
        are there are left alone; the timetable and the attendance go on to this week.

        :return: whether there are demo students
        :rtype: bool
        """
        if not self.env.ref(
            "openeducat_student_portal.op_student_mira_halvorsen",
            raise_if_not_found=False,
        ):
            return False
        # Only a demo needs that code: it is not loaded before.
        from ..demo import create_portal_demo

        create_portal_demo(self.env)
        return True
