import hashlib
import re
import secrets
import uuid
from datetime import timedelta

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
#: RFC 5545, 3.1: no text has control characters but the tabulator and line breaks,
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
#: and no line more octets than these.
LINE_OCTETS = 75


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
    def portal_calendar_classes(self):
        """Return the classes and exams that are in the student's calendar.

        :return: a list of single records
        :raise AccessError: if the student is not the current user
        """
        # From midnight on, so that a phone that asks again finds the same ones.
        today = self.portal_midnight(self.portal_today())
        return self.portal_classes(
            today - PAST_WEEKS * WEEK, today + COMING_WEEKS * WEEK
        )

    @api.private
    def portal_calendar_version(self, classes):
        """Return what is another one whenever the calendar is.

        It costs little: whether a phone has the calendar already is known before it
        is made. The day is part of it for what no record tells, such as translations.

        :param list classes: what :meth:`portal_calendar_classes` returned
        :rtype: str
        """
        sources = {
            (source._name, source.id, source.write_date)
            for record in classes
            for source in self.portal_class(record, with_course=True)["sources"]
        }
        version = (self.env.lang, self.name, self.portal_today(), sorted(sources))
        return hashlib.sha256(repr(version).encode()).hexdigest()

    @api.private
    def portal_calendar(self, classes):
        """Return the student's timetable as a calendar (RFC 5545).

        It is written here: vobject, with which Odoo makes its invitations, takes half
        a second for a thousand classes.

        :param list classes: what :meth:`portal_calendar_classes` returned
        :rtype: bytes
        """
        self.ensure_one()
        name = self._portal_calendar_text(self.env._("Timetable of %s", self.name))
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//OpenEduCat Student Portal//Timetable//EN",
            "METHOD:PUBLISH",
            # NAME and REFRESH-INTERVAL are the standard's, the others what phones know.
            f"NAME:{name}",
            f"X-WR-CALNAME:{name}",
            f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH_INTERVAL}",
            f"X-PUBLISHED-TTL:{REFRESH_INTERVAL}",
        ]
        # A portal user may not read parameters.
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        with_course = len({record.course_id for record in classes}) > 1
        for record in classes:
            lines += self._portal_calendar_event(record, database, with_course)
        lines.append("END:VCALENDAR")
        return b"".join(map(self._portal_calendar_line, lines))

    def _portal_calendar_event(self, record, database, with_course):
        """Return the lines of a class or an exam."""
        details = self.portal_class(record, with_course=True)
        start, end = self.portal_moments(record)
        # What its subject or its room is called changes the event, too.
        changed = max(source.write_date for source in details["sources"])
        # The number has to grow with each change, and nothing else of a record does.
        age = (changed - record.create_date) // timedelta(seconds=1)
        title = details["subject"]
        if details["exam"]:
            title = self.env._("Exam: %s", title)
        if details["cancelled"]:
            # Many calendars do not show the status of an event.
            title = self.env._("Cancelled: %s", title)
        description = [details["title"]] if details["title"] else []
        if details["faculty"]:
            description.append(self.env._("Faculty: %s", details["faculty"]))
        if with_course:
            description.append(self.env._("Course: %s", details["course"]))
        text = self._portal_calendar_text
        yield from (
            "BEGIN:VEVENT",
            f"UID:{self._portal_calendar_uid(record, database)}",
            f"DTSTAMP:{changed:%Y%m%dT%H%M%SZ}",
            f"LAST-MODIFIED:{changed:%Y%m%dT%H%M%SZ}",
            f"SEQUENCE:{max(age, 0)}",
            f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        )
        if end > start:
            yield f"DTEND:{end:%Y%m%dT%H%M%SZ}"
        yield f"STATUS:{'CANCELLED' if details['cancelled'] else 'CONFIRMED'}"
        yield f"SUMMARY:{text(title)}"
        yield f"DESCRIPTION:{text(chr(10).join(description))}"
        if details["room"]:
            yield f"LOCATION:{text(details['room'])}"
        yield "END:VEVENT"

    @api.model
    def _portal_calendar_uid(self, record, database):
        """Return the identifier of a class or an exam in every calendar, at any time.

        It depends on the database alone, whatever its address, and does not tell
        anything of it.

        :rtype: str
        """
        name = f"{database} {record._name} {record.id}"
        return str(uuid.uuid5(uuid.NAMESPACE_OID, name))

    @api.model
    def _portal_calendar_text(self, text):
        """Return a text as the value of a line (RFC 5545, 3.3.11)."""
        text = CONTROL_CHARACTERS.sub(" ", text)
        for sign, escaped in ("\\", r"\\"), (";", r"\;"), (",", r"\,"), ("\n", r"\n"):
            text = text.replace(sign, escaped)
        return text

    @api.model
    def _portal_calendar_line(self, text):
        """Return a line in octets, folded where it is too long."""
        rest, parts = text.encode(), []
        while len(rest) > LINE_OCTETS - bool(parts):
            end = LINE_OCTETS - bool(parts)
            # No character is cut in two.
            while rest[end] & 0b11000000 == 0b10000000:
                end -= 1
            parts.append(rest[:end])
            rest = rest[end:]
        return b"\r\n ".join([*parts, rest]) + b"\r\n"
