import re
import secrets
import uuid
from datetime import timedelta

# Odoo itself makes its .ics files with vobject: it is there wherever Odoo is, and
# escapes, folds and encodes as the standard wants. No other package is needed.
import vobject
from vobject.base import ContentLine
from vobject.icalendar import utc

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import consteq

from ...exceptions import StudentPortalRefused
from .timetable import WEEK

#: What ``secrets.token_urlsafe`` makes of 32 bytes.
TOKEN_FORMAT = re.compile(r"[A-Za-z0-9_-]{43}")
#: A phone shows what has been and what comes; it need not load years of classes.
PAST_WEEKS = 4
COMING_WEEKS = 26
#: How often a phone is asked to look for changes (RFC 7986, 5.7).
REFRESH_INTERVAL = "PT1H"
#: RFC 5545, 3.1: no text has control characters but the tabulator and line breaks.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class OpStudent(models.Model):
    """The calendar to which the student's phone subscribes.

    Phones do not sign in: whoever knows the calendar's address reads the timetable.
    So the address is a secret between the student and the database.
    """

    _inherit = "op.student"

    # It is shown to the student again, for the next phone: hence no mere hash of it.
    portal_calendar_token = fields.Char(
        string="Secret of the Calendar's Address",
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
    )

    _portal_calendar_token_unique = models.UniqueIndex(
        "(portal_calendar_token) WHERE portal_calendar_token IS NOT NULL"
    )

    @api.private
    def portal_calendar_address(self):
        """Return the secret address of the student's calendar.

        :return: an address, empty while the student has not asked for one
        :rtype: str
        :raise AccessError: if the student is not the current user
        """
        self.ensure_one()
        self._check_portal_own()
        # Nobody but the superuser reads the secret; it goes to the student alone.
        token = self.sudo().portal_calendar_token
        if not token:
            return ""
        return f"{self.get_base_url()}/my/student/timetable/{token}.ics"

    @api.private
    def portal_renew_calendar_address(self):
        """Give the student's calendar a new secret address; a former one is dead.

        :raise AccessError: if the student is not the current user
        """
        self.ensure_one()
        self._check_portal_own()
        # Portal users may not write students; this changes nothing else of theirs.
        self.sudo().portal_calendar_token = secrets.token_urlsafe(32)

    @api.model
    @api.private
    def portal_student_of_calendar(self, token):
        """Return the student whose calendar has a secret address.

        It is checked as if the student opened the timetable in the portal.

        :param str token: the secret part of the address
        :return: one op.student, in the name of its user and in superuser mode
        :raise StudentPortalRefused: if no calendar has that address, or its student
            may not open the timetable, for whatever reason
        """
        refusal = StudentPortalRefused(
            self.env._("No calendar has this address. It may have been renewed."),
            self.env._("There is no such calendar"),
        )
        if not TOKEN_FORMAT.fullmatch(token):
            raise refusal
        # A phone is the public's user; that it knows the secret is its right.
        student = self.sudo().search(
            Domain("portal_calendar_token", "=", token), limit=1
        )
        user = student.user_id
        if not user or not consteq(student.portal_calendar_token, token):
            raise refusal
        own = self.with_user(user).with_context(lang=user.lang).portal_student()
        if own != student:
            raise refusal
        own.portal_open_section("timetable")
        return own

    @api.private
    def portal_calendar(self):
        """Return the student's timetable as a calendar (RFC 5545).

        :rtype: bytes
        :raise AccessError: if the student is not the current user
        """
        self.ensure_one()
        now = fields.Datetime.now()
        sessions = self.portal_records(
            "op.session",
            Domain("start_datetime", ">=", now - PAST_WEEKS * WEEK)
            & Domain("start_datetime", "<", now + COMING_WEEKS * WEEK),
            order="start_datetime, id",
        )
        calendar = vobject.iCalendar()
        calendar.add("prodid").value = "-//OpenEduCat Student Portal//Timetable//EN"
        calendar.add("method").value = "PUBLISH"
        name = self._portal_calendar_text(self.env._("Timetable of %s", self.name))
        # NAME and REFRESH-INTERVAL are the standard's, the others what phones know.
        calendar.add("name").value = name
        calendar.add("x-wr-calname").value = name
        calendar.add("x-published-ttl").value = REFRESH_INTERVAL
        calendar.add(
            ContentLine("REFRESH-INTERVAL", [["VALUE", "DURATION"]], REFRESH_INTERVAL)
        )
        several_courses = len(sessions.course_id) > 1
        for session in sessions:
            self._portal_calendar_event(
                calendar.add("vevent"), session, several_courses
            )
        return calendar.serialize().encode()

    def _portal_calendar_event(self, event, session, with_course):
        """Fill an event of the calendar with a session.

        :param event: a vobject component
        """
        changed = session.write_date.replace(microsecond=0)
        cancelled = session.state == "cancel"
        subject = session.subject_id.name
        if cancelled:
            # Many calendars do not show the status of an event.
            subject = self.env._("Cancelled: %s", subject)
        details = [self.env._("Faculty: %s", session.faculty_id.name)]
        if with_course:
            details.append(self.env._("Course: %s", session.course_id.name))
        event.add("uid").value = self._portal_calendar_uid(session)
        event.add("dtstamp").value = changed.replace(tzinfo=utc)
        event.add("last-modified").value = changed.replace(tzinfo=utc)
        # It has to grow with each change, and nothing else of a session does.
        age = changed - session.create_date.replace(microsecond=0)
        event.add("sequence").value = str(max(age // timedelta(seconds=1), 0))
        event.add("dtstart").value = session.start_datetime.replace(tzinfo=utc)
        if session.end_datetime > session.start_datetime:
            event.add("dtend").value = session.end_datetime.replace(tzinfo=utc)
        event.add("status").value = "CANCELLED" if cancelled else "CONFIRMED"
        event.add("summary").value = self._portal_calendar_text(subject)
        event.add("description").value = self._portal_calendar_text("\n".join(details))
        if session.classroom_id:
            event.add("location").value = self._portal_calendar_text(
                session.classroom_id.name
            )

    @api.model
    def _portal_calendar_uid(self, session):
        """Return the identifier of a session in every calendar, at any time.

        It depends on the database alone, whatever its address, and does not tell
        anything of it.

        :rtype: str
        """
        # A portal user may not read parameters.
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        name = f"{database} {session._name} {session.id}"
        return str(uuid.uuid5(uuid.NAMESPACE_OID, name))

    @api.model
    def _portal_calendar_text(self, text):
        """Return a text without the characters that no calendar may have."""
        return CONTROL_CHARACTERS.sub(" ", text)
