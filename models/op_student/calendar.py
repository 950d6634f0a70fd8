import hashlib
import re
import uuid
from collections import defaultdict
from datetime import timedelta

from icalendar import Calendar, vDuration, vText
from icalendar.parser import Contentline, Parameters

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .classes import MOMENTS
from .timetable import WEEK

#: A phone shows what has been and what comes; it need not load years of classes.
PAST_WEEKS = 4
COMING_WEEKS = 26
#: How often a phone is asked to look for changes (RFC 7986, 5.7).
REFRESH_INTERVAL = timedelta(hours=1)
#: RFC 5545, 3.1: no text has control characters but the tabulator and line breaks.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
#: A moment of the database, as RFC 5545 (3.3.5) writes it in UTC.
MOMENT_FORMAT = "%Y%m%dT%H%M%SZ"
#: What may be long, and has names that people have given.
TEXTS = ("SUMMARY", "DESCRIPTION", "LOCATION")
#: What the records in the calendar are shown with, each model after those that lead
#: to it.
SHOWN_WITH = {
    "op.session": ("subject_id", "classroom_id", "faculty_id", "course_id"),
    "op.exam": ("session_id", "subject_id"),
    "op.exam.session": ("venue", "course_id"),
    "op.faculty": ("partner_id",),
    "op.subject": (),
    "op.classroom": (),
    "op.course": (),
    "res.partner": (),
}


class OpStudent(models.Model):
    """The calendar to which the student's phone subscribes."""

    _inherit = "op.student"

    def _portal_calendar_period(self):
        # From midnight on, so that a phone that asks again finds the same ones.
        today = self.portal_midnight(self.portal_today())
        return today - PAST_WEEKS * WEEK, today + COMING_WEEKS * WEEK

    @api.private
    def portal_calendar_version(self):
        """Return a hash that changes whenever the calendar does.

        It costs one query, however many classes there are: whether a phone has the
        calendar already is known before any class is read. The day is part of it for
        what no record tells, such as translations.

        :rtype: str
        :raise AccessError: if the student is not the current user
        """
        queries, shown = [], defaultdict(list)
        since, until = self._portal_calendar_period()
        for model_name, links in SHOWN_WITH.items():
            if model_name in MOMENTS and model_name in self.env:
                start = MOMENTS[model_name][0]
                domain = Domain(start, ">=", since) & Domain(start, "<", until)
                model, domain = self.portal_scope(model_name, domain)
            elif model_name in shown:
                # They are what the student's own classes and exams lead to.
                model = self.env[model_name].sudo().with_context(active_test=False)
                domain = Domain.OR(Domain("id", "in", ids) for ids in shown[model_name])
            else:
                continue
            query = model._search(domain)

            def column(name, model=model, query=query):
                return model._field_to_sql(model._table, name, query)

            # Not the newest date alone: what began earlier may be committed later.
            queries.append(
                query.select(
                    SQL(
                        "md5(string_agg(concat(%(id)s, %(links)s, %(written)s), ','"
                        " ORDER BY %(id)s))",
                        id=column("id"),
                        links=SQL(", ").join([SQL("' '"), *map(column, links)]),
                        written=column("write_date"),
                    )
                )
            )
            for link in links:
                comodel = model._fields[link].comodel_name
                shown[comodel].append(query.subselect(column(link)))
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries)
        )
        version = (self.env.lang, self.name, self.portal_today(), rows)
        return hashlib.sha256(repr(version).encode()).hexdigest()

    @api.private
    def portal_calendar(self):
        """Return the student's timetable as a calendar (RFC 5545).

        :rtype: bytes
        :raise AccessError: if the student is not the current user
        """
        self.ensure_one()
        classes = self.portal_classes(*self._portal_calendar_period())
        calendar = Calendar()
        name = self._portal_calendar_text(self.env._("Timetable of %s", self.name))
        calendar.add("VERSION", "2.0")
        calendar.add("PRODID", "-//OpenEduCat Student Portal//Timetable//EN")
        calendar.add("METHOD", "PUBLISH")
        # NAME and REFRESH-INTERVAL are the standard's, the others what phones know.
        calendar.add("NAME", name)
        calendar.add("X-WR-CALNAME", name)
        interval = vDuration(REFRESH_INTERVAL)
        calendar.add("REFRESH-INTERVAL", interval, {"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", interval)
        # A portal user may not read parameters.
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        # Making components of icalendar takes several times as long.
        lines, written = [], {}
        for record in classes:
            lines.append("BEGIN:VEVENT")
            for each in self._portal_calendar_event(record, database):
                name, value = each
                if name not in TEXTS:
                    lines.append(f"{name}:{value}")
                    continue
                # Of a thousand classes, most texts are those of another one.
                if each not in written:
                    text = vText(self._portal_calendar_text(value))
                    line = Contentline.from_parts(name, Parameters(), text)
                    written[each] = line.to_ical().decode()
                lines.append(written[each])
            lines.append("END:VEVENT")
        *head, end = calendar.to_ical(sorted=False).decode().split("\r\n")[:-1]
        return "\r\n".join([*head, *lines, end, ""]).encode()

    def _portal_calendar_event(self, record, database):
        """Return the event of a class or an exam.

        :return: pairs of the name and the text of each property
        :rtype: list
        """
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
        # Always: were it said only where there are several courses, a class of another
        # one would change what all events say.
        if details["course"]:
            description.append(self.env._("Course: %s", details["course"]))
        # It depends on the database alone, with any address, and does not tell
        # anything of it.
        uid = uuid.uuid5(uuid.NAMESPACE_OID, f"{database} {record._name} {record.id}")
        event = [
            ("UID", str(uid)),
            ("DTSTAMP", f"{changed:{MOMENT_FORMAT}}"),
            ("LAST-MODIFIED", f"{changed:{MOMENT_FORMAT}}"),
            ("SEQUENCE", str(max(age, 0))),
            ("DTSTART", f"{start:{MOMENT_FORMAT}}"),
        ]
        if end > start:
            event.append(("DTEND", f"{end:{MOMENT_FORMAT}}"))
        event += [
            ("STATUS", "CANCELLED" if details["cancelled"] else "CONFIRMED"),
            ("SUMMARY", title),
            ("DESCRIPTION", "\n".join(description)),
        ]
        if details["room"]:
            event.append(("LOCATION", details["room"]))
        return event

    @api.model
    def _portal_calendar_text(self, text):
        return CONTROL_CHARACTERS.sub(" ", text)

    @api.model
    @api.private
    def note_changed_classes(self, model_name, field_name, rooms):
        """Note with classes, or exams, that their rooms are about to be deleted.

        The database empties their field and notes nothing, so that the calendars of
        phones would take the change for an older one.

        :param str model_name: their model, of an app that may be missing
        :param str field_name: the field that leads to the rooms
        """
        if model_name not in self.env or not rooms:
            return
        # Without rights on classes, and without the mails that OpenEduCat sends to the
        # students when a class is written.
        classes = self.env[model_name].sudo().with_context(active_test=False)
        classes = classes.search([(field_name, "in", rooms.ids)])
        if classes:
            classes.flush_recordset(["write_date"])
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = %s WHERE id IN %s",
                    SQL.identifier(classes._table),
                    fields.Datetime.now(),
                    classes._ids,
                )
            )
            classes.invalidate_recordset(["write_date"])
