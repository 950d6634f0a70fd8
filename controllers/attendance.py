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
        bounds = min(first, today).replace(day=1), max(last, today)
        month = self._attendance_month(month, bounds, today)
        return {
            "rates": rates,
            # This year's months are open, or those of the last one before.
            "open_year": next((year for year in rates["years"] if year <= today), None),
            "today": today,
            "month": month,
            "weeks": student.portal_attendance_month(month),
            "previous_month": self._attendance_step(month, -1, bounds),
            "next_month": self._attendance_step(month, 1, bounds),
            "last_month": last.replace(day=1) if last < month else None,
            "other_timezone": student.portal_other_timezone(),
            "searchbar_filters": filters,
            "filterby": filterby,
            "default_url": student.portal_address("/attendance"),
        }

    def _attendance_month(self, month, bounds, today):
        """Return the first day of the month asked for, or of this one."""
        first_day = None
        with suppress(ValueError):
            first_day = date.fromisoformat(f"{month}-01")
        if first_day and bounds[0] <= first_day <= bounds[1]:
            return first_day
        return today.replace(day=1)

    def _attendance_step(self, month, step, bounds):
        """Return the month before or after, or None outside the bounds."""
        month += relativedelta(months=step)
        return month if bounds[0] <= month <= bounds[1] else None

    def _attendance_filters(self, today):
        """Return the periods to choose from, as Odoo's searchbar wants them."""
        month = today.replace(day=1)
        # What is dated later is not of these months.
        until = Domain("attendance_date", "<", month + relativedelta(months=1))
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
                    "domain": Domain("attendance_date", ">=", first_day) & until,
                }
                for key, (label, first_day) in since.items()
            },
        }
