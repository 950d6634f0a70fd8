from typing import NamedTuple

from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.tools import formatLang
from odoo.tools.misc import babel_locale_parse, get_lang


class PortalAssignment(NamedTuple):
    """An assignment as its student sees it."""

    assignment: models.BaseModel
    submission: models.BaseModel
    status: str
    label: str
    tone: str
    # Why nothing can be submitted (any more); empty while it can.
    refusal: str
    # How long something can be submitted yet, in words; empty when it cannot.
    time_left: str

    @property
    def shows_marks(self):
        """Tell whether there are marks: a submission not marked yet has 0."""
        return self.submission and (
            self.submission.state in ("accept", "reject") or self.submission.marks
        )


class OpStudent(models.Model):
    """Where a student is with an assignment, and what can still be submitted."""

    _inherit = "op.student"

    @api.private
    def portal_assignment_view(self, assignment, submission, asked):
        """Return an assignment and its submission as the student sees them.

        :param bool asked: whether the assignment asks the student for work
        """
        status = self._portal_assignment_status(assignment, submission, asked)
        label, tone = {
            "open": (self.env._("To do"), "primary"),
            "returned": (self.env._("Change requested"), "warning"),
            "submitted": (self.env._("Submitted"), "info"),
            "accepted": (self.env._("Accepted"), "success"),
            "rejected": (self.env._("Rejected"), "danger"),
            "overdue": (self.env._("Overdue"), "danger"),
            "closed": (
                self.env._("Closed") if submission else self.env._("Not submitted"),
                "secondary",
            ),
            "cancelled": (self.env._("Assignment cancelled"), "secondary"),
        }[status]
        refusal = self._portal_submission_refusal(assignment, status, asked)
        return PortalAssignment(
            assignment,
            submission,
            status,
            label,
            tone,
            refusal,
            "" if refusal else self._portal_time_left(assignment),
        )

    def _portal_assignment_status(self, assignment, submission, asked):
        """Return the status of an assignment for the student, see the labels."""
        if assignment.state == "cancel":
            return "cancelled"
        published = asked and assignment.state == "publish"
        match submission.state:
            case "submit":
                return "submitted"
            case "accept":
                return "accepted"
            case "reject":
                return "rejected"
            case "change" if asked:
                return "returned"
            # Students never leave a draft: the faculty has reopened, or prepared, it.
            case "draft" if published:
                return "returned" if submission.description else "open"
        if not published:
            return "closed"
        return "overdue" if self.portal_is_late(assignment) else "open"

    @api.private
    def portal_is_late(self, assignment):
        return assignment.submission_date < fields.Datetime.now()

    def _portal_time_left(self, assignment):
        """Return how long it is until an assignment is due; "" when it was."""
        if self.portal_is_late(assignment):
            return ""
        return format_timedelta(
            assignment.submission_date - fields.Datetime.now(),
            add_direction=True,
            locale=babel_locale_parse(get_lang(self.env).code),
        )

    def _portal_submission_refusal(self, assignment, status, asked):
        """Return why the student cannot submit; an empty text where it is possible."""
        match status:
            case "cancelled":
                return self.env._(
                    "Your school has cancelled this assignment. You do not need to"
                    " submit anything."
                )
            case "accepted" | "rejected":
                return self.env._(
                    "The submission has been marked. It can no longer be replaced."
                )
            case "closed" | "submitted" if not asked:
                return self.env._(
                    "This is an assignment of a former batch: nothing can be"
                    " submitted any more."
                )
            case "closed":
                return self.env._(
                    "This assignment is closed, so you can no longer submit."
                )
            case "submitted" if assignment.state != "publish":
                return self.env._(
                    "This assignment is closed: the submission can no longer be"
                    " replaced."
                )
            case "overdue":
                due = self.portal_format_datetime(assignment.submission_date)
                if not assignment.faculty_id:
                    return self.env._(
                        "This assignment was due on %(due)s: it is too late to submit."
                        " If there is a reason, speak to the faculty.",
                        due=due,
                    )
                return self.env._(
                    "This assignment was due on %(due)s: it is too late to submit."
                    " If there is a reason, speak to %(faculty)s.",
                    due=due,
                    faculty=assignment.faculty_id.name,
                )
            case "submitted" if self.portal_is_late(assignment):
                return self.env._(
                    "This assignment was due on %(due)s: it is too late to replace"
                    " the submission.",
                    due=self.portal_format_datetime(assignment.submission_date),
                )
        if not self.portal_may("submit"):
            return self.env._(
                "Your school does not let guardians submit assignments. Your child can."
            )
        return ""

    @api.private
    def portal_marks(self, view):
        """Return the marks of a submission, and of how many they are, for people."""
        marks = self.portal_format_marks(view.submission.marks)
        if not view.assignment.marks:
            return self.env._("%s marks", marks)
        return self.env._(
            "%(marks)s of %(total)s marks",
            marks=marks,
            total=self.portal_format_marks(view.assignment.marks),
        )

    @api.private
    def portal_format_marks(self, marks):
        """Return marks in the student's language, whole ones without decimals."""
        return formatLang(self.env, marks, digits=0 if float(marks).is_integer() else 2)
