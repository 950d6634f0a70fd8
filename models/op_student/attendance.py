import calendar
from collections import Counter, defaultdict
from datetime import datetime

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import get_lang, groupby

#: The marks of an attendance line. OpenEduCat lets several be set at once: the first
#: counts, to the student's advantage.
MARKS = ("late", "present", "excused", "absent")
ATTENDED = ("present", "late")


class OpStudent(models.Model):
    _inherit = "op.student"

    @api.private
    def portal_domain(self, model_name):
        if model_name == "op.attendance.line":
            return (
                Domain("student_id", "in", self.ids)
                & Domain("active", "=", True)
                # What is still being taken is not yet so.
                & Domain("attendance_id.state", "=", "done")
                & Domain("attendance_id.active", "=", True)
            )
        return super().portal_domain(model_name)

    @api.private
    def portal_attendance_rates(self, domain=None):
        """Return how often the student attended, counted by the database.

        :param domain: which of the attendance lines, all by default
        :return: a dict of ``total`` (a count by mark, and ``rate``), ``courses``: the
            same for each op.course, by name, and ``years``: the same for each first
            day of a year, which also has ``months``, the last one first
        """
        total, courses = Counter(), defaultdict(Counter)
        years, months = defaultdict(Counter), defaultdict(Counter)
        for course, month, *marks, kind, count in self.portal_read_group(
            "op.attendance.line",
            ["course_id", "attendance_date:month", *MARKS, "attendance_type_id"],
            ["__count"],
            domain,
        ):
            mark = self.portal_attendance_mark(marks, kind)
            # A line without a mark says nothing yet.
            if mark:
                year = month.replace(month=1)
                for counts in total, courses[course], years[year], months[month]:
                    counts[mark] += count
        return {
            "total": self._portal_attendance_rate(total),
            "courses": {
                course: self._portal_attendance_rate(courses[course])
                for course in sorted(courses, key=lambda course: course.name or "")
            },
            "years": {
                year: self._portal_attendance_rate(years[year])
                | {
                    "months": {
                        month: self._portal_attendance_rate(months[month])
                        for month in sorted(months, reverse=True)
                        if month.year == year.year
                    }
                }
                for year in sorted(years, reverse=True)
            },
        }

    @api.private
    def portal_attendance_mark(self, marks, attendance_type):
        """Return the mark of a line, or of its type where it has none of its own.

        :param marks: whether each of :data:`MARKS` is set
        """
        for mark, is_set in zip(MARKS, marks, strict=True):
            if is_set:
                return mark
        return next((mark for mark in MARKS if attendance_type[mark]), None)

    def _portal_attendance_rate(self, counts):
        """Return the counts with their rate: late is attended, excused not counted."""
        attended = sum(counts[mark] for mark in ATTENDED)
        expected = attended + counts["absent"]
        return {
            **{mark: counts[mark] for mark in MARKS},
            "rate": 100 * attended / expected if expected else None,
        }

    @api.private
    def portal_attendance_month(self, first_day):
        """Return the days of a month, in weeks as the student's language has them.

        :param first_day: the first day of the month
        :return: a list of weeks of seven dicts: ``date``, ``in_month``, ``entries``
            (each of ``line``, ``mark``, ``subject``, and where a day has several
            ``time``, when the class began)
        """
        lines = self.portal_records(
            "op.attendance.line",
            Domain("attendance_date", ">=", first_day)
            & Domain("attendance_date", "<", first_day + relativedelta(months=1)),
            order="attendance_date, attendance_id, id",
        )
        entries = {
            day: self._portal_attendance_entries(list(some))
            for day, some in groupby(lines, key=lambda line: line.attendance_date)
        }
        first_weekday = int(get_lang(self.env).week_start)
        weeks = calendar.Calendar(first_weekday - 1).monthdatescalendar(
            first_day.year, first_day.month
        )
        return [
            [
                {
                    "date": day,
                    "in_month": day.month == first_day.month,
                    "entries": entries.get(day, []),
                }
                for day in week
            ]
            for week in weeks
        ]

    def _portal_attendance_entries(self, lines):
        """Return what is shown of the lines of a day, as its classes began."""
        several = len(lines) > 1
        entries = []
        for line in lines:
            register = line.register_id
            start = several and line.attendance_id.session_id.start_datetime
            entries.append(
                {
                    "line": line,
                    "mark": self.portal_attendance_mark(
                        [line[mark] for mark in MARKS], line.attendance_type_id
                    ),
                    "subject": register.subject_id.name or register.name,
                    "start": start or datetime.min,
                    "time": start and self.portal_format_time(self.portal_local(start)),
                }
            )
        return sorted(entries, key=lambda entry: entry["start"])

    @api.private
    def portal_attendance_bounds(self):
        """Return the days of the first and the last attendance, or twice None."""
        [bounds] = self.portal_read_group(
            "op.attendance.line",
            [],
            ["attendance_date:min", "attendance_date:max"],
        )
        return bounds

    def _portal_summary_attendance(self):
        rates = self.portal_attendance_rates()
        if rates["total"]["rate"] is None:
            return {}
        today = self.portal_today()
        year = rates["years"].get(today.replace(month=1, day=1))
        month = year and year["months"].get(today.replace(day=1))
        return {
            "value": self.portal_percentage(rates["total"]["rate"]),
            "text": self.env._("attended"),
            "lines": month
            and [self.env._("This month: %(late)s late, %(absent)s absent", **month)],
        }
