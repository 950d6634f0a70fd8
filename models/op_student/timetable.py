from datetime import timedelta

from babel.dates import format_interval

from odoo import api, models
from odoo.tools import groupby
from odoo.tools.misc import babel_locale_parse, format_date, get_lang

from .times import isolated

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
#: Weeks outside of these years have no neighbours to go to, and no classes.
YEARS = range(1900, 2200)
#: How many classes the portal's home shows.
NEXT_CLASSES = 3


class OpStudent(models.Model):
    _inherit = "op.student"

    @api.private
    def portal_timetable_week(self, day=None):
        """Return the week of the student's timetable in which a day is.

        It begins on the day on which weeks begin in the student's language, and its
        times are in the student's time zone.

        :param datetime.date day: a day of the week, today by default
        :return: a dict of ``title``, ``day`` (the first), ``previous``, ``next`` and
            ``today`` (a day of each of these weeks), ``is_current``, ``days``,
            ``slots`` (the rows of the grid, see :meth:`_portal_timetable_slots`), and
            where the week has no classes ``upcoming``, the next day with any, and
            ``has_classes``, whether there are any in other weeks
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
            "days": days,
            "slots": self._portal_timetable_slots(days, locale),
            "upcoming": upcoming,
            "has_classes": bool(not empty or upcoming or self.portal_classes(limit=1)),
        }

    def _portal_timetable_days(self, first, today):
        """Return the days of the week that begins on a date, each with its classes."""
        records = self.portal_classes(
            self.portal_midnight(first), self.portal_midnight(first + WEEK)
        )
        # Which of several courses a class is of is worth saying.
        with_course = len({record.course_id for record in records}) > 1
        classes = [
            self.portal_class_on_page(each, with_course=with_course) for each in records
        ]
        by_date = dict(groupby(classes, key=lambda each: each["start"].date()))
        return [
            {
                "date": date,
                "is_today": date == today,
                "name": format_date(self.env, date, date_format="EEEE"),
                "short": self.portal_format_date(date, "MMMd"),
                "full": self.portal_format_date(date, "MMMEd"),
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

    @api.private
    def portal_class_on_page(self, record, **options):
        """Return what the student sees of a class or an exam: see ``portal_class``.

        :return: a dict, with ``start`` and ``end`` in the student's time zone, and
            ``days``, after how many days it ends
        :rtype: dict
        """
        details = self.portal_class(record, **options)
        start, end = map(self.portal_local, self.portal_moments(record))
        if details["cancelled"]:
            state = (
                self.env._("Exam cancelled")
                if details["exam"]
                else self.env._("Class cancelled")
            )
            tone = "danger"
        elif record.state == "confirm":
            state, tone = self.env._("Confirmed"), "success"
        elif record.state == "schedule":
            state, tone = self.env._("Scheduled"), "success"
        else:
            state, tone = self.env._("Done"), "secondary"
        return {
            **details,
            "start": start,
            "end": end,
            "days": (end.date() - start.date()).days,
            "start_text": self.portal_format_time(start),
            "end_text": self.portal_format_time(end),
            "state_text": state,
            "tone": tone,
        }

    def _portal_timetable_upcoming(self, first):
        """Return the next day, of those from a date on, that has a class, if any."""
        for record in self.portal_classes(self.portal_midnight(first), limit=1):
            return self.portal_local(self.portal_moments(record)[0]).date()
        return None

    def _portal_summary_timetable(self):
        """Return the next classes and exams, for the portal's home."""
        today = self.portal_today()
        lines = []
        for record in self.portal_classes(coming=True, limit=NEXT_CLASSES):
            each = self.portal_class_on_page(record, brief=True)
            date = each["start"].date()
            when = (
                self.env._("Today %s", each["start_text"])
                if date == today
                else f"{self.portal_format_date(date, 'MMMEd')} {each['start_text']}"
            )
            names = filter(None, (each["subject"], each["room"]))
            what = " · ".join(map(isolated, names))
            lines.append((when, what, each["exam"]))
        if not lines and self.portal_classes(limit=1):
            return {"lines": [self.env._("There are no classes coming up.")]}
        if not lines:
            return {}
        (when, what, is_exam), *others = lines
        zone = self.portal_other_timezone()
        return {
            "value": when,
            "text": self.env._("Next exam: %s", what)
            if is_exam
            else self.env._("Next class: %s", what),
            "lines": [
                *(
                    self.env._("%(when)s: exam, %(what)s", when=when, what=what)
                    if is_exam
                    else f"{when}: {what}"
                    for when, what, is_exam in others
                ),
                *([self.env._("Times are in the time zone %s.", zone)] if zone else []),
            ],
        }
