from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from .times import isolated

#: How many of the assignments that are due next the portal's home names.
SUMMARY_LENGTH = 2


class OpStudent(models.Model):
    """Which assignments are a student's, and in which lists they are."""

    _inherit = "op.student"

    @api.private
    def portal_domain(self, model_name):
        if model_name == "op.assignment":
            submitted = Domain(
                "assignment_sub_line",
                "any",
                self.portal_domain("op.assignment.sub.line"),
            )
            # Who is not allocated but has submitted keeps the submission in sight.
            batches = self.course_detail_ids.batch_id
            return (
                Domain("state", "in", ("publish", "finish", "cancel"))
                & Domain("active", "=", True)
                & (
                    submitted
                    | Domain("issued_date", "<=", fields.Datetime.now())
                    & (
                        Domain("allocation_ids", "in", self.ids)
                        | Domain("allocation_ids", "=", False)
                        & Domain("batch_id", "in", batches.ids)
                    )
                )
            )
        if model_name == "op.assignment.sub.line":
            return Domain("student_id", "in", self.ids) & Domain("active", "=", True)
        return super().portal_domain(model_name)

    @api.private
    def portal_assignments(self, assignments):
        """Return assignments as the student sees them.

        :param assignments: records of op.assignment that are the student's
        :return: a list of PortalAssignment, in the order of the assignments
        """
        self.ensure_one()
        submissions = self._portal_submissions(assignments)
        asked = self.portal_records(
            "op.assignment",
            Domain("id", "in", assignments.ids) & self._portal_domain_asked(),
        )
        return [
            self.portal_assignment_view(
                assignment, submissions[assignment], assignment in asked
            )
            for assignment in assignments
        ]

    def _portal_domain_asked(self):
        """Return the domain of the assignments that ask the student for work.

        Those of a finished enrolment are history. An assignment of a batch in which
        the student never was is asked for where it is allocated to the student.
        """
        enrolments = self.course_detail_ids
        running = enrolments.filtered(lambda each: each.state == "running").batch_id
        former = enrolments.batch_id - running
        return Domain("state", "!=", "cancel") & (
            Domain("batch_id", "in", running.ids)
            | Domain("allocation_ids", "in", self.ids)
            & Domain("batch_id", "not in", former.ids)
        )

    def _portal_submissions(self, assignments):
        """Return what the student has submitted for some assignments.

        :return: a dict of assignment to the newest op.assignment.sub.line, which is
            empty where there is none
        :rtype: dict
        """
        submissions = self.portal_records(
            "op.assignment.sub.line",
            Domain("assignment_id", "in", assignments.ids),
            order="submission_date, id",
        )
        newest = {submission.assignment_id: submission for submission in submissions}
        none = submissions.browse()
        return {assignment: newest.get(assignment, none) for assignment in assignments}

    @api.private
    def portal_assignment_filters(self):
        """Return the domains that part the student's assignments.

        :return: a dict of open, submitted, done, overdue and closed to a Domain of
            op.assignment; each assignment is in one of them
        :rtype: dict
        """

        def submitted(*states):
            return Domain(
                "assignment_sub_line",
                "any",
                self.portal_domain("op.assignment.sub.line")
                & Domain("state", "in", states),
            )

        alive = Domain("state", "!=", "cancel")
        asked = self._portal_domain_asked()
        published = asked & Domain("state", "=", "publish")
        due = Domain("submission_date", ">=", fields.Datetime.now())
        sent = submitted("submit", "accept", "reject")
        filters = {
            "open": asked & submitted("change")
            | published & (submitted("draft") | due & ~sent),
            "submitted": alive & submitted("submit"),
            "done": alive & submitted("accept", "reject"),
            "overdue": published & ~due & ~submitted("draft", "change") & ~sent,
        }
        return {**filters, "closed": ~Domain.OR(filters.values())}

    @api.private
    def portal_assignments_to_do_first(self, domain, limit, offset):
        """Return a page of the student's assignments, in the order of their urgency.

        What can be submitted comes first, the next due of it before all. What is
        over follows, the last due of it first.
        """
        model_name = "op.assignment"
        domain = Domain(domain or Domain.TRUE)
        to_do = self.portal_assignment_filters()["open"]
        found = self.portal_records(
            model_name, domain & to_do, "submission_date, id", limit, offset
        )
        if len(found) < limit:
            before = self.portal_count(model_name, domain & to_do) if offset else 0
            found += self.portal_records(
                model_name,
                domain & ~to_do,
                "submission_date desc, id desc",
                limit - len(found),
                max(offset - before, 0),
            )
        return found

    def _portal_summary_assignments(self):
        filters = self.portal_assignment_filters()
        due = self.portal_records(
            "op.assignment",
            filters["open"] | filters["overdue"],
            order="submission_date, id",
        )
        if not due and not self.portal_count("op.assignment"):
            return {}
        if not due:
            return {"value": self.env._("Nothing to do"), "tone": "success"}
        # The faculty may have reopened what is late.
        overdue = due.filtered(self.portal_is_late) and self.portal_records(
            "op.assignment", Domain("id", "in", due.ids) & filters["overdue"]
        )
        due -= overdue
        if not due:
            return {
                "value": formatLang(self.env, len(overdue), digits=0),
                "text": self.env._("overdue"),
                "tone": "danger",
            }
        lines = [
            self.env._(
                "%(assignment)s, due %(due)s",
                assignment=isolated(assignment.name),
                due=isolated(self.portal_format_datetime(assignment.submission_date)),
            )
            for assignment in due[:SUMMARY_LENGTH]
        ]
        if overdue:
            lines.append(self.env._("Overdue: %s", len(overdue)))
        return {
            "value": formatLang(self.env, len(due), digits=0),
            "text": self.env._("to do"),
            "lines": lines,
            "tone": "danger" if overdue else "",
        }
