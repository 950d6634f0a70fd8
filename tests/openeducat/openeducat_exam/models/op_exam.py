from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OpExam(models.Model):
    _name = "op.exam"
    _inherit = ["mail.thread"]
    _description = "Exam"

    name = fields.Char("Exam", size=256, required=True)
    exam_code = fields.Char(size=16, required=True)
    session_id = fields.Many2one("op.exam.session")
    course_id = fields.Many2one(related="session_id.course_id", store=True)
    batch_id = fields.Many2one(related="session_id.batch_id", store=True)
    subject_id = fields.Many2one("op.subject", required=True)
    start_time = fields.Datetime(required=True)
    end_time = fields.Datetime(required=True)
    total_marks = fields.Integer(required=True)
    min_marks = fields.Integer("Passing Marks", required=True)
    responsible_id = fields.Many2many("op.faculty")
    attendees_line = fields.One2many("op.exam.attendees", "exam_id", readonly=True)
    attendees_count = fields.Integer(compute="_compute_attendees_count")
    results_entered = fields.Boolean(compute="_compute_results_entered", store=True)
    note = fields.Text()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("schedule", "Scheduled"),
            ("held", "Held"),
            ("result_updated", "Result Updated"),
            ("cancel", "Cancelled"),
            ("done", "Done"),
        ],
        default="draft",
        readonly=True,
        tracking=True,
    )
    active = fields.Boolean(default=True)

    _unique_exam_code = models.Constraint(
        "UNIQUE (exam_code)", "Another exam has this code."
    )

    def _compute_attendees_count(self):
        for exam in self:
            exam.attendees_count = len(exam.attendees_line)

    @api.depends("attendees_line.marks")
    def _compute_results_entered(self):
        """As upstream: zero counts as entered, so any attendee is enough."""
        for exam in self:
            exam.results_entered = bool(exam.attendees_line)

    @api.constrains("total_marks", "min_marks")
    def _check_marks(self):
        for exam in self:
            if not 0 < exam.min_marks <= exam.total_marks:
                raise ValidationError(
                    self.env._(
                        "Exam %s needs passing marks above zero, and no more than"
                        " its total marks.",
                        exam.name,
                    )
                )

    @api.constrains("start_time", "end_time", "session_id")
    def _check_times(self):
        for exam in self.filtered("session_id"):
            session = exam.session_id
            if exam.end_time <= exam.start_time:
                raise ValidationError(
                    self.env._("Exam %s must end after its start.", exam.name)
                )
            if (
                exam.start_time.date() < session.start_date
                or exam.end_time.date() > session.end_date
            ):
                raise ValidationError(
                    self.env._("Exam %s is outside of its exam session.", exam.name)
                )

    @api.constrains("subject_id", "start_time", "end_time")
    def _check_overlap(self):
        for exam in self:
            if self.search_count(
                [
                    ("id", "!=", exam.id),
                    ("subject_id", "=", exam.subject_id.id),
                    ("start_time", "<", exam.end_time),
                    ("end_time", ">", exam.start_time),
                ],
                limit=1,
            ):
                raise ValidationError(
                    self.env._(
                        "Another exam in the subject of %s is at the same time.",
                        exam.name,
                    )
                )

    def _change_state(self, allowed, state):
        """Move the exams on.

        :raise ValidationError: for an exam that is in none of the allowed states
        """
        if any(exam.state not in allowed for exam in self):
            raise ValidationError(self.env._("The exam is not at this step."))
        self.state = state

    def act_draft(self):
        """Set the exams back to draft."""
        self.state = "draft"

    def act_schedule(self):
        """Schedule exams that are in draft."""
        self._change_state(["draft"], "schedule")

    def act_held(self):
        """Mark scheduled exams as held."""
        self._change_state(["schedule"], "held")

    def act_result_updated(self):
        """Mark that the marks of a held exam are entered."""
        self._change_state(["held"], "result_updated")

    def act_done(self):
        """Close held exams: their results can be generated."""
        self._change_state(["held", "result_updated"], "done")

    def act_cancel(self):
        """Cancel the exams, whose attendees are deleted."""
        self._change_state(
            ["draft", "schedule", "held", "result_updated", "cancel"], "cancel"
        )
        self.attendees_line.unlink()

    def open_exam_attendees(self):
        """Return the action that lists the attendees of the exam."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Students"),
            "res_model": "op.exam.attendees",
            "view_mode": "list,form",
            "domain": [("exam_id", "=", self.id)],
            "context": {"default_exam_id": self.id},
        }
