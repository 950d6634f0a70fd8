from odoo import api, fields, models


class OpAttendanceSheet(models.Model):
    _name = "op.attendance.sheet"
    _inherit = ["mail.thread"]
    _description = "Attendance Sheet"
    _order = "attendance_date desc"

    name = fields.Char(size=32, readonly=True)
    register_id = fields.Many2one(
        "op.attendance.register", required=True, tracking=True
    )
    course_id = fields.Many2one(related="register_id.course_id", store=True)
    batch_id = fields.Many2one(related="register_id.batch_id", store=True)
    session_id = fields.Many2one("op.session")
    attendance_date = fields.Date(
        "Date", required=True, default=fields.Date.context_today, tracking=True
    )
    attendance_line = fields.One2many("op.attendance.line", "attendance_id")
    faculty_id = fields.Many2one("op.faculty")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("start", "Attendance Start"),
            ("done", "Attendance Taken"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        tracking=True,
    )
    active = fields.Boolean(default=True)

    _unique_register_sheet = models.Constraint(
        "UNIQUE (register_id, session_id, attendance_date)",
        "The register has a sheet for this session and date already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            register = self.env["op.attendance.register"].browse(vals["register_id"])
            number = self.env["ir.sequence"].next_by_code("op.attendance.sheet")
            vals["name"] = f"{register.code}{number}"
        return super().create(vals_list)

    def attendance_draft(self):
        """Set the sheets back to draft."""
        self.state = "draft"

    def attendance_start(self):
        """Begin to take the attendance."""
        self.state = "start"

    def attendance_done(self):
        """Close the sheets: the attendance is taken."""
        self.state = "done"

    def attendance_cancel(self):
        """Cancel the sheets."""
        self.state = "cancel"
