from datetime import datetime, time, timedelta

import pytz
from babel.dates import format_interval, format_skeleton

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import groupby
from odoo.tools.misc import babel_locale_parse, format_date, format_time, get_lang

#: What has been published: a class in draft may still move, or never be.
PUBLISHED_STATES = ("confirm", "done", "cancel")
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
#: Weeks outside of these years have no neighbours to go to, and no classes.
YEARS = range(1900, 2200)
#: How many classes the portal's home shows.
NEXT_CLASSES = 3


class OpStudent(models.Model):
    """The student's timetable.

    The texts that OpenEduCat computes of a session (its name, its times) are in the
    time zone of whoever computed them, and cannot be computed by somebody without
    one. They are never read here: times are made of the session's start and end.
    """

    _inherit = "op.student"

    @api.model
    @api.private
    def portal_domain(self, model_name):
        """Return the domain of the students' records: of sessions, the published ones
        of the batches in which they study.

        As in OpenEduCat a class is for the whole batch: which subjects an enrolment
        lists does not matter.
        """
        if model_name != "op.session":
            return super().portal_domain(model_name)
        # Portal users may not read enrolments, not even their own.
        enrolments = self.sudo().course_detail_ids.filtered(
            lambda enrolment: enrolment.state == "running" and enrolment.batch_id
        )
        return Domain("state", "in", PUBLISHED_STATES) & Domain.OR(
            Domain("batch_id", "=", enrolment.batch_id.id)
            & Domain("course_id", "=", enrolment.course_id.id)
            for enrolment in enrolments
        )

    @api.private
    def portal_timetable_week(self, day=None):
        """Return the week of the student's timetable in which a day is.

        It begins on the day on which weeks begin in the student's language, and its
        times are in the student's time zone.

        :param datetime.date day: a day of the week, today by default
        :return: a dict of ``title``, ``day`` (the first), ``previous``, ``next`` and
            ``today`` (a day of each of these weeks), ``is_current``, ``zone``,
            ``days``, ``slots`` (the rows of the grid, see
            :meth:`_portal_timetable_slots`), and where the week has no classes
            ``upcoming``, the next day with any, and ``has_classes``, whether there
            are any in other weeks
        :rtype: dict
        """
        self.ensure_one()
        language = get_lang(self.env)
        today = self.portal_today()
        if not day or day.year not in YEARS:
            day = today
        first = day - DAY * ((day.isoweekday() - int(language.week_start)) % 7)
        days = self._portal_timetable_days(first, today)
        locale = babel_locale_parse(language.code)
        empty = not any(each["classes"] for each in days)
        upcoming = empty and self._portal_timetable_upcoming(first + WEEK)
        return {
            "title": format_interval(first, days[-1]["date"], "yMMMd", locale=locale),
            "day": first,
            "previous": first - WEEK,
            "next": first + WEEK,
            "today": today,
            "is_current": first <= today < first + WEEK,
            "zone": self._portal_zone().zone,
            "days": days,
            "slots": self._portal_timetable_slots(days, locale),
            "upcoming": upcoming,
            "has_classes": bool(
                not empty or upcoming or self.portal_count("op.session")
            ),
        }

    def _portal_timetable_days(self, first, today):
        """Return the days of the week that begins on a date, each with its classes."""
        sessions = self.portal_records(
            "op.session",
            Domain("start_datetime", ">=", self._portal_midnight(first))
            & Domain("start_datetime", "<", self._portal_midnight(first + WEEK)),
            order="start_datetime, id",
        )
        # Which of several courses a class is of is worth saying.
        courses = len(sessions.course_id) > 1
        classes = [self._portal_class(session, courses) for session in sessions]
        by_date = dict(groupby(classes, key=lambda each: each["start"].date()))
        locale = babel_locale_parse(get_lang(self.env).code)
        return [
            {
                "date": date,
                "is_today": date == today,
                "name": format_date(self.env, date, date_format="EEEE"),
                "short": format_skeleton("MMMd", date, locale=locale),
                "full": format_skeleton("MMMEd", date, locale=locale),
                "classes": by_date.get(date, []),
            }
            for date in (first + DAY * number for number in range(7))
        ]

    @api.model
    def _portal_timetable_slots(self, days, locale):
        """Return the rows of the grid: a row for each time at which classes begin.

        :return: dicts of ``time`` and ``cells``, the classes of each day to show: of
            the language's weekend only what has any
        :rtype: list
        """
        weekend = {locale.weekend_start, locale.weekend_end}
        for day in days:
            is_workday = day["date"].weekday() not in weekend
            day["in_grid"] = is_workday or bool(day["classes"])
        shown = [day for day in days if day["in_grid"]]
        starts = {
            each["start"].time(): each["start_text"]
            for day in days
            for each in day["classes"]
        }
        return [
            {
                "time": starts[start],
                "cells": [
                    [each for each in day["classes"] if each["start"].time() == start]
                    for day in shown
                ],
            }
            for start in sorted(starts)
        ]

    def _portal_class(self, session, with_course=False):
        """Return what the student sees of a session.

        :return: a dict of texts, ``start`` and ``end`` (in the student's time zone)
            and ``state``
        :rtype: dict
        """
        start, end = (
            self._portal_local(moment)
            for moment in (session.start_datetime, session.end_datetime)
        )
        start_text, end_text = (
            format_time(self.env, moment.time(), time_format="short")
            for moment in (start, end)
        )
        return {
            "start": start,
            "end": end,
            "start_text": start_text,
            "end_text": end_text,
            "subject": session.subject_id.name,
            "faculty": session.faculty_id.name,
            "room": session.classroom_id.name,
            "course": with_course and session.course_id.name,
            "state": session.state,
            "state_text": {
                "confirm": self.env._("Confirmed"),
                "done": self.env._("Held"),
                "cancel": self.env._("Cancelled"),
            }[session.state],
        }

    def _portal_timetable_upcoming(self, first):
        """Return the next day, of those from a date on, that has a class, if any."""
        session = self.portal_records(
            "op.session",
            Domain("start_datetime", ">=", self._portal_midnight(first)),
            order="start_datetime, id",
            limit=1,
        )
        return session and self._portal_local(session.start_datetime).date()

    def _portal_summary_timetable(self):
        """Return the next classes, for the portal's home."""
        sessions = self.portal_records(
            "op.session",
            Domain("state", "=", "confirm")
            & Domain("end_datetime", ">", fields.Datetime.now()),
            order="start_datetime, id",
            limit=NEXT_CLASSES,
        )
        if not sessions:
            return {}
        locale = babel_locale_parse(get_lang(self.env).code)
        today = self.portal_today()
        lines = []
        for session in sessions:
            each = self._portal_class(session)
            date = each["start"].date()
            when = (
                self.env._("Today %s", each["start_text"])
                if date == today
                else f"{format_skeleton('MMMEd', date, locale=locale)} "
                f"{each['start_text']}"
            )
            details = (each["subject"], each["room"])
            lines.append((when, " · ".join(filter(None, details))))
        return {
            "value": lines[0][0],
            "text": self.env._("Next class: %s", lines[0][1]),
            "lines": [f"{when}: {what}" for when, what in lines[1:]],
        }

    def _portal_zone(self):
        """Return the time zone in which the student reads times.

        :rtype: pytz.tzinfo
        """
        try:
            return pytz.timezone(self.portal_timezone())
        except pytz.UnknownTimeZoneError:  # one that the system no longer knows
            return pytz.utc

    def _portal_local(self, moment):
        """Return a moment of the database in the student's time zone."""
        return pytz.utc.localize(moment).astimezone(self._portal_zone())

    def _portal_midnight(self, date):
        """Return the moment, as in the database, at which a day begins for the
        student."""
        midnight = self._portal_zone().localize(datetime.combine(date, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)
