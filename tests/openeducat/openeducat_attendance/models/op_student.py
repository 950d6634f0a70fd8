from odoo import models


class OpStudent(models.Model):
    _inherit = "op.student"

    def get_attendance(self):
        """Return the action that lists the attendance of the students."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "openeducat_attendance.act_open_op_attendance_line_view"
        )
        return {**action, "domain": [("student_id", "in", self.ids)]}
