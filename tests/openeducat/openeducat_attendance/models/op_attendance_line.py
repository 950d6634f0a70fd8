from odoo import api, fields, models


class OpAttendanceLine(models.Model):
    _name = "op.attendance.line"
    _inherit = ["mail.thread"]
    _description = "Attendance Line"
    _rec_name = "attendance_id"
    _order = "attendance_date desc"

    attendance_id = fields.Many2one(
        "op.attendance.sheet", required=True, tracking=True, ondelete="cascade"
    )
    student_id = fields.Many2one("op.student", required=True, tracking=True)
    present = fields.Boolean(tracking=True)
    excused = fields.Boolean("Absent Excused", tracking=True)
    absent = fields.Boolean("Absent Unexcused", tracking=True)
    late = fields.Boolean(tracking=True)
    remark = fields.Char(size=256, tracking=True)
    attendance_type_id = fields.Many2one("op.attendance.type", tracking=True)
    attendance_date = fields.Date(
        related="attendance_id.attendance_date", store=True, tracking=True
    )
    register_id = fields.Many2one(related="attendance_id.register_id", store=True)
    course_id = fields.Many2one(
        related="attendance_id.register_id.course_id", store=True
    )
    batch_id = fields.Many2one(related="attendance_id.register_id.batch_id", store=True)
    state = fields.Selection(related="attendance_id.state")
    active = fields.Boolean(default=True)

    _unique_student = models.Constraint(
        "UNIQUE (student_id, attendance_id, attendance_date)",
        "The student is on this attendance sheet already.",
    )

    def _set_only(self, chosen):
        """Take back the other marks when one is set."""
        if self[chosen]:
            for mark in {"present", "excused", "absent", "late"} - {chosen}:
                self[mark] = False

    @api.onchange("present")
    def _onchange_present(self):
        self._set_only("present")

    @api.onchange("excused")
    def _onchange_excused(self):
        self._set_only("excused")

    @api.onchange("absent")
    def _onchange_absent(self):
        self._set_only("absent")

    @api.onchange("late")
    def _onchange_late(self):
        self._set_only("late")

    @api.onchange("attendance_type_id")
    def _onchange_attendance_type_id(self):
        for mark in ("present", "excused", "absent", "late"):
            if self.attendance_type_id:
                self[mark] = self.attendance_type_id[mark]
