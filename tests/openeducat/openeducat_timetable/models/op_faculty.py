from odoo import fields, models


class OpFaculty(models.Model):
    _inherit = "op.faculty"

    session_ids = fields.One2many("op.session", "faculty_id")
    session_count = fields.Integer(compute="_compute_session_count")

    def _compute_session_count(self):
        self.ensure_one()  # as upstream: it fails for a list of faculties
        self.session_count = len(self.session_ids)

    def count_sessions_details(self):
        """Return the action that lists the sessions of the faculty."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sessions"),
            "res_model": "op.session",
            "view_mode": "list,form",
            "domain": [("faculty_id", "=", self.id)],
        }
