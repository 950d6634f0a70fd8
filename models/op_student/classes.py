from odoo import api, fields, models
from odoo.fields import Domain

#: What is in a timetable, and the fields that say when each begins and ends.
MOMENTS = {
    "op.session": ("start_datetime", "end_datetime"),
    "op.exam": ("start_time", "end_time"),
}
#: What has been published: a class in draft may still move, or never be.
PUBLISHED_STATES = ("confirm", "done", "cancel")
#: What is still to come, of both.
COMING_STATES = ("confirm", "schedule")


class OpStudent(models.Model):
    """The student's classes and exams.

    The texts that OpenEduCat computes of a session (its name, its times) are in the
    time zone of who computed them, and cannot be computed by somebody without
    one. They are never read here: times are made of the session's start and end.
    """

    _inherit = "op.student"

    @api.private
    def portal_domain(self, model_name):
        """Return the domain of the students' records: of sessions and exams, the
        published ones of the batches in which they study.

        As in OpenEduCat a class is for the whole batch: which subjects an enrolment
        lists does not matter. So is an exam, until its attendees are named: it is
        theirs alone then.
        """
        if model_name == "op.session":
            return Domain("state", "in", PUBLISHED_STATES) & self._portal_batches()
        if model_name == "op.exam":
            return (
                Domain("state", "!=", "draft")
                & Domain("active", "=", True)
                & Domain("session_id.state", "!=", "draft")
                & Domain("session_id.active", "=", True)
                & (
                    Domain("attendees_line.student_id", "in", self.ids)
                    | Domain("attendees_line", "=", False) & self._portal_batches()
                )
            )
        if model_name == "op.exam.attendees":
            return Domain("student_id", "in", self.ids)
        return super().portal_domain(model_name)

    def _portal_batches(self):
        # Portal users may not read enrolments, not even their own.
        enrolments = self.sudo().course_detail_ids.filtered(
            lambda enrolment: enrolment.state == "running" and enrolment.batch_id
        )
        return Domain.OR(
            Domain("batch_id", "=", enrolment.batch_id.id)
            & Domain("course_id", "=", enrolment.course_id.id)
            for enrolment in enrolments
        )

    @api.private
    def portal_classes(self, since=None, until=None, coming=False, limit=None):
        """Return the student's classes and exams, as they begin.

        :param since: the moment from which on they begin
        :param until: the moment before which they begin
        :param bool coming: only those that are not over, and not cancelled
        :param int limit: how many at most
        :return: a list of single records
        """
        found = []
        for model_name, (start, end) in MOMENTS.items():
            if model_name not in self.env:
                continue
            domain = Domain.TRUE
            if since:
                domain &= Domain(start, ">=", since)
            if until:
                domain &= Domain(start, "<", until)
            if coming:
                domain &= Domain("state", "in", COMING_STATES)
                domain &= Domain(end, ">", fields.Datetime.now())
            if coming and model_name == "op.exam":
                domain &= Domain("session_id.state", "!=", "cancel")
            found += self.portal_records(
                model_name, domain, order=f"{start}, id", limit=limit
            )
        found.sort(key=lambda each: (self.portal_moments(each)[0], each._name, each.id))
        return found[:limit]

    @api.private
    def portal_moments(self, record):
        """Return when a class or an exam begins and ends, as in the database."""
        start, end = MOMENTS[record._name]
        return record[start], record[end]

    @api.private
    def portal_class(self, record, with_course=False, brief=False):
        """Return what the student is told of a class or an exam.

        :param bool with_course: which of several courses it is of, too
        :param bool brief: no more than what, where and when
        :return: a dict of texts, of ``exam`` and ``cancelled``, and of ``sources``,
            all the records that it is made of
        :rtype: dict
        """
        is_exam = record._name == "op.exam"
        session = record.session_id if is_exam else record
        room = session.venue if is_exam else record.classroom_id
        faculty = not (is_exam or brief) and record.faculty_id
        course = with_course and record.course_id
        return {
            "exam": is_exam,
            "cancelled": "cancel" in (record.state, session.state),
            "subject": record.subject_id.name,
            "title": is_exam and session.name,
            "faculty": faculty and faculty.name,
            "room": room.name,
            "course": course and course.name,
            "sources": [
                source
                for source in (
                    *(record, session, record.subject_id, room, course, faculty),
                    faculty and faculty.partner_id,
                )
                if source
            ],
        }
