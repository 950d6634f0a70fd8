from odoo import fields, models


class OpSession(models.Model):
    _inherit = "op.session"

    attendance_sheet = fields.One2many("op.attendance.sheet", "session_id")

    def get_attendance(self):
        """Return the action that opens the attendance sheets of the session."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "openeducat_attendance.act_open_op_attendance_sheet_view"
        )
        return {
            **action,
            "domain": [("session_id", "=", self.id)],
            "context": {"default_session_id": self.id},
        }
