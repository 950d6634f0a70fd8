import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

WEEKDAYS = [
    ("monday", "Monday"),
    ("tuesday", "Tuesday"),
    ("wednesday", "Wednesday"),
    ("thursday", "Thursday"),
    ("friday", "Friday"),
    ("saturday", "Saturday"),
    ("sunday", "Sunday"),
]


class OpSession(models.Model):
    """A class of the timetable.

    As upstream: its texts are in the time zone of whoever computes them, and raise for
    a user without one; a change of a confirmed or cancelled session is mailed to its
    followers.
    """

    _name = "op.session"
    _inherit = ["mail.thread"]
    _description = "Session"

    name = fields.Char(compute="_compute_name", store=True)
    timing_id = fields.Many2one("op.timing", tracking=True)
    start_datetime = fields.Datetime(
        "Start Time", required=True, default=fields.Datetime.now
    )
    end_datetime = fields.Datetime("End Time", required=True)
    course_id = fields.Many2one("op.course", required=True)
    batch_id = fields.Many2one("op.batch", required=True)
    subject_id = fields.Many2one("op.subject", required=True)
    faculty_id = fields.Many2one("op.faculty", required=True)
    classroom_id = fields.Many2one("op.classroom")
    color = fields.Integer("Color Index")
    type = fields.Char("Day", compute="_compute_day", store=True)
    days = fields.Selection(WEEKDAYS)
    timing = fields.Char("Session Timing", compute="_compute_timing")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("confirm", "Confirmed"),
            ("done", "Done"),
            ("cancel", "Canceled"),
        ],
        default="draft",
    )
    user_ids = fields.Many2many("res.users", compute="_compute_user_ids", store=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    active = fields.Boolean(default=True)

    def _get_hours(self, separator):
        """Return the times of the session for the user's time zone.

        :raise: where the user has no time zone
        """
        zone = pytz.timezone(self.env.user.tz)
        return separator.join(
            pytz.utc.localize(moment).astimezone(zone).strftime("%I:%M%p")
            for moment in (self.start_datetime, self.end_datetime)
        )

    @api.depends("faculty_id", "subject_id", "start_datetime", "end_datetime")
    def _compute_name(self):
        pytz.timezone(self.env.user.tz)
        for session in self:
            if (
                session.faculty_id
                and session.subject_id
                and session.start_datetime
                and session.end_datetime
            ):
                hours = session._get_hours("-")
                faculty, subject = session.faculty_id.name, session.subject_id.name
                session.name = f"{faculty}:{subject}:{hours}"

    @api.depends("start_datetime", "end_datetime")
    def _compute_timing(self):
        for session in self:
            session.timing = session._get_hours(" - ")

    @api.depends("start_datetime")
    def _compute_day(self):
        for session in self.filtered("start_datetime"):
            session.days, session.type = WEEKDAYS[session.start_datetime.weekday()]

    @api.depends("batch_id", "faculty_id")
    def _compute_user_ids(self):
        """The users as they are now: who gets a user later is not added."""
        for session in self:
            students = self.env["op.student"].search(
                [("course_detail_ids.batch_id", "=", session.batch_id.id)]
            )
            users = students.user_id | session.faculty_id.user_id
            parents = self.env["res.users"].search([("child_ids", "in", users.ids)])
            session.user_ids = users | parents

    @api.constrains("start_datetime", "end_datetime")
    def _check_times(self):
        if any(session.end_datetime < session.start_datetime for session in self):
            raise ValidationError(
                self.env._("A session cannot end before it has started.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        sessions = super().create(vals_list)
        for session in sessions:
            details = self.env["op.student.course"].search(
                [
                    ("batch_id", "=", session.batch_id.id),
                    ("course_id", "=", session.course_id.id),
                ]
            )
            users = session.faculty_id.user_id | details.student_id.user_id
            session.message_subscribe(users.partner_id.ids)
        return sessions

    def write(self, vals):
        result = super().write(vals)
        self.filtered(lambda s: s.state not in ("draft", "done")).notify_user()
        return result

    def notify_user(self):
        """Mail each follower of the sessions what has become of them."""
        template = self.env.ref("openeducat_timetable.session_details_changes")
        for session in self:
            for follower in session.message_follower_ids.partner_id:
                template.send_mail(
                    session.id, email_values={"recipient_ids": follower.ids}
                )

    def get_subject(self):
        """Return the subject of the mail about the session."""
        return self.env._(
            "%(subject)s with %(faculty)s: %(state)s",
            subject=self.subject_id.name,
            faculty=self.faculty_id.name,
            state=self.state,
        )

    def lecture_draft(self):
        """Set the sessions back to draft."""
        self.state = "draft"

    def lecture_confirm(self):
        """Confirm the sessions."""
        self.state = "confirm"

    def lecture_done(self):
        """Mark the sessions as held."""
        self.state = "done"

    def lecture_cancel(self):
        """Cancel the sessions."""
        self.state = "cancel"
