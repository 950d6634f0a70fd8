from odoo import fields, http
from odoo.http import request

from ..exceptions import StudentPortalRefused
from .pages import StudentPortal, student_route


class StudentPortalTimetable(StudentPortal):
    @student_route("timetable", methods=["GET"])
    def student_timetable(self, student, section, week=None, **parameters):
        """Show a week of the timetable.

        :param week: any day of the week, this week's by default
        """
        try:
            day = fields.Date.to_date(week)
        except ValueError:
            day = None
        return {
            "week": student.portal_timetable_week(day),
            "calendar_address": student.portal_calendar_address(),
        }

    @student_route("timetable", "/calendar", methods=["POST"])
    def student_timetable_calendar(self, student, section, **parameters):
        """Give the calendar its first secret address, or another one."""
        student.portal_renew_calendar_address()
        return request.redirect(student.portal_address("/timetable#calendar"))

    @http.route(
        "/my/student/timetable/<string:token>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def student_timetable_feed(self, token, **parameters):
        """Return the calendar of the student who has that secret address.

        Anything else that is asked for does not exist: nobody learns whether an address
        was right once, or why it no longer is.
        """
        try:
            student = request.env["op.student"].portal_student_of_calendar(token)
        except StudentPortalRefused:
            return request.make_response(
                "", status=404, headers={"Cache-Control": "no-store"}
            )
        version = student.portal_calendar_version()
        # A proxy that compresses the answer makes a weak tag of it.
        is_known = request.httprequest.if_none_match.contains_weak(version)
        response = request.make_response(
            b"" if is_known else student.portal_calendar(),
            headers={
                "Content-Type": "text/calendar; charset=utf-8",
                "Content-Disposition": "inline; filename=timetable.ics",
                # The phone may keep it, but has to ask whether it is still good: a
                # renewed address is dead at once.
                "Cache-Control": "private, no-cache",
                "X-Content-Type-Options": "nosniff",
                "X-Robots-Tag": "noindex",
            },
        )
        response.set_etag(version)
        return response.make_conditional(request.httprequest)
