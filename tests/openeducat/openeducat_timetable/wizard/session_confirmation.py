from odoo import models


class SessionConfirmation(models.TransientModel):
    _name = "session.confirmation"
    _description = "Confirmation of Sessions"

    def state_confirmation(self):
        """Confirm those of the selected sessions that are in draft."""
        sessions = self.env["op.session"].browse(self.env.context["active_ids"])
        for session in sessions.filtered(lambda session: session.state == "draft"):
            session.lecture_confirm()
