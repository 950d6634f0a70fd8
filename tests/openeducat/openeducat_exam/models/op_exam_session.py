from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OpExamSession(models.Model):
    _name = "op.exam.session"
    _inherit = ["mail.thread"]
    _description = "Exam Session"

    name = fields.Char("Exam Session", size=256, required=True, tracking=True)
    course_id = fields.Many2one("op.course", required=True, tracking=True)
    batch_id = fields.Many2one("op.batch", required=True, tracking=True)
    exam_code = fields.Char("Session Code", size=16, required=True, tracking=True)
    start_date = fields.Date(required=True, tracking=True)
    end_date = fields.Date(required=True, tracking=True)
    exam_ids = fields.One2many("op.exam", "session_id")
    exam_type = fields.Many2one("op.exam.type", required=True, tracking=True)
    evaluation_type = fields.Selection(
        [("normal", "Normal"), ("grade", "Grade")],
        default="normal",
        required=True,
        tracking=True,
    )
    venue = fields.Many2one("res.partner", tracking=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("schedule", "Scheduled"),
            ("held", "Held"),
            ("cancel", "Cancelled"),
            ("done", "Done"),
        ],
        default="draft",
        tracking=True,
    )
    exams_count = fields.Integer("Exams", compute="_compute_exams_count")
    active = fields.Boolean(default=True)

    _unique_exam_session_code = models.Constraint(
        "UNIQUE (exam_code)", "Another exam session has this code."
    )

    def _compute_exams_count(self):
        for session in self:
            session.exams_count = len(session.exam_ids)

    @api.constrains("start_date", "end_date")
    def _check_dates(self):
        self.ensure_one()  # as upstream: exam sessions are made one at a time
        if self.end_date < self.start_date:
            raise ValidationError(
                self.env._("An exam session cannot end before it has started.")
            )

    def act_draft(self):
        """Set the exam sessions back to draft."""
        self.state = "draft"

    def act_schedule(self):
        """Schedule the exam sessions."""
        self.state = "schedule"

    def act_held(self):
        """Mark the exam sessions as held."""
        self.state = "held"

    def act_done(self):
        """Close the exam sessions."""
        self.state = "done"

    def act_cancel(self):
        """Cancel the exam sessions."""
        self.state = "cancel"

    def get_exam(self):
        """Return the action that lists the exams of the session."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exams"),
            "res_model": "op.exam",
            "view_mode": "list,form",
            "domain": [("session_id", "in", self.ids)],
        }
