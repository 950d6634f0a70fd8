from contextlib import suppress
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.fields import Domain
from odoo.http import request

from .pages import StudentPortal, student_route


class StudentPortalAttendance(StudentPortal):
    @student_route("attendance", methods=["GET"])
    def student_attendance(
        self, student, section, month=None, filterby="all", **parameters
    ):
        first, last = student.portal_attendance_bounds()
        if not first:
            return {"rates": None}
        today = student.portal_today()
        filters = self._attendance_filters(today)
        filterby = filterby if filterby in filters else "all"
        rates = student.portal_attendance_rates(filters[filterby]["domain"])
        bounds = first.replace(day=1), max(last, today)
        month = self._attendance_month(month, bounds, last)
        return {
            "rates": rates,
            "chart": student.portal_attendance_chart(rates["months"]),
            "today": today,
            "month": month,
            "weeks": student.portal_attendance_month(month),
            "previous_month": self._attendance_step(month, -1, bounds),
            "next_month": self._attendance_step(month, 1, bounds),
            "searchbar_filters": filters,
            "filterby": filterby,
            "default_url": "/my/student/attendance",
        }

    def _attendance_month(self, month, bounds, last):
        """Return the first day of the month asked for, or of the last with marks."""
        first_day = last.replace(day=1)
        with suppress(ValueError):
            first_day = date.fromisoformat(f"{month}-01")
        return first_day if bounds[0] <= first_day <= bounds[1] else last.replace(day=1)

    def _attendance_step(self, month, step, bounds):
        """Return the month before or after, or None outside the bounds."""
        month += relativedelta(months=step)
        return month if bounds[0] <= month <= bounds[1] else None

    def _attendance_filters(self, today):
        """Return the periods to choose from, as Odoo's searchbar wants them."""
        month = today.replace(day=1)
        since = {
            "month": (request.env._("This Month"), month),
            "quarter": (
                request.env._("Last 3 Months"),
                month - relativedelta(months=2),
            ),
            "year": (
                request.env._("Last 12 Months"),
                month - relativedelta(months=11),
            ),
        }
        return {
            "all": {"label": request.env._("Since the Beginning"), "domain": None},
            **{
                key: {
                    "label": label,
                    "domain": Domain("attendance_date", ">=", first_day),
                }
                for key, (label, first_day) in since.items()
            },
        }
