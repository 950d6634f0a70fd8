from odoo import models


class OpClassroom(models.Model):
    _inherit = "op.classroom"
    # It is of no module: without the app, Odoo could not load it.
    _module = None

    def unlink(self):
        """Tell the calendars of the students that the room is gone."""
        self.env["op.student"].note_changed_classes("op.session", "classroom_id", self)
        return super().unlink()
