from datetime import date, timedelta

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from .portal_common import needs_model
from .portal_results_common import PortalAttendanceCase

ATTENDANCE = "/my/student/attendance"


@needs_model("op.attendance.line")
@tagged("post_install", "-at_install")
class TestPortalAttendance(PortalAttendanceCase):
    def _rows(self, page, group):
        """Return the texts of the rows of rates: 0 is by course, 1 by month."""
        rows = html.fromstring(page).xpath("//table")[0].xpath("tbody")[group]
        return [
            [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]
            for row in rows.xpath("tr[th[@scope='row']]")
        ]

    def _days(self, page):
        """Return what the list of days of a phone says, day by day."""
        days = html.fromstring(page).xpath("//section[@id='calendar']/ul/li")
        return [" ".join(day.text_content().split()) for day in days]

    def test_rates_by_course_and_month(self):
        page = self._open(ATTENDANCE)
        self.assertEqual(
            self._rows(page, 0),
            [
                ["Art Course", "1", "1", "1", "1", "66.7%"],
                ["Music Course", "1", "0", "0", "0", "100.0%"],
            ],
        )
        self.assertEqual(
            self._rows(page, 1),
            [
                ["Oct 2026", "1", "0", "1", "1", "50.0%"],
                ["Sep 2026", "1", "1", "0", "0", "100.0%"],
            ],
        )
        self.assertIn("75.0%", page)

    def test_calendar_shows_each_day_with_mark_subject_and_remark(self):
        self._take(date(2026, 10, 5), late=self.student, remark="The bus was late")
        page = self._open(ATTENDANCE)
        self.assertEqual(
            self._days(page),
            [
                "Monday 5 October Art A The bus was late Late",
                "Friday 2 October Art A Excused Music A Present",
                "Thursday 1 October Art A Absent",
            ],
        )

    def test_months_lead_to_the_previous_and_the_next(self):
        with freeze_time("2026-10-20"):
            page = self._open(ATTENDANCE)
            self.assertIn("month=2026-09#calendar", page)
            self.assertNotIn("month=2026-11", page)
            page = self._open(f"{ATTENDANCE}?month=2026-09&filterby=month")
        self.assertEqual(len(self._days(page)), 2)
        self.assertIn("month=2026-10&amp;filterby=month#calendar", page)
        self.assertNotIn("month=2026-08", page)

    def test_month_that_makes_no_sense_is_the_last_one(self):
        for month in (
            *("abc", "2026", "2026-1", "2026-13", "' or 1=1"),
            *("0000-01", "0001-01", "2026-08", "9999-12"),
        ):
            page = self._open(f"{ATTENDANCE}?month={month}")
            self.assertEqual(len(self._days(page)), 2, month)

    @freeze_time("2026-12-20")
    def test_month_without_attendance_says_so(self):
        page = self._open(f"{ATTENDANCE}?month=2026-11")
        self.assertIn("No attendance was taken in this month", page)

    @freeze_time("2026-10-20")
    def test_rates_of_a_period(self):
        page = self._open(f"{ATTENDANCE}?filterby=month")
        self.assertEqual([row[0] for row in self._rows(page, 1)], ["Oct 2026"])
        page = self._open(f"{ATTENDANCE}?filterby=quarter")
        self.assertEqual(len(self._rows(page, 1)), 2)
        page = self._open(f"{ATTENDANCE}?filterby=nonsense")
        self.assertEqual(len(self._rows(page, 1)), 2)

    @freeze_time("2027-10-20")
    def test_period_without_attendance_says_so(self):
        page = self._open(f"{ATTENDANCE}?filterby=month")
        self.assertIn("No attendance was taken in this period", page)

    def test_only_attendance_that_was_taken_counts(self):
        for number, state in enumerate(("draft", "start", "cancel")):
            self._take(date(2026, 10, 6 + number), state=state, absent=self.student)
        sheet = self._take(date(2026, 10, 9), absent=self.student)
        sheet.active = False
        line = self._take(date(2026, 10, 10), absent=self.student).attendance_line
        line.active = False
        rates = self._pages().portal_attendance_rates()
        self.assertEqual(rates["total"]["absent"], 1)
        self.assertEqual(len(self._days(self._open(ATTENDANCE))), 2)

    def test_type_of_a_line_is_its_mark_where_it_has_none(self):
        kind = self.env["op.attendance.type"].create({"name": "Ill", "excused": True})
        sheet = self._take(date(2026, 10, 6), present=self.student)
        sheet.attendance_line.write({"present": False, "attendance_type_id": kind.id})
        rates = self._pages().portal_attendance_rates()
        self.assertEqual(rates["total"]["excused"], 2)
        # A line without any mark says nothing.
        sheet.attendance_line.attendance_type_id = False
        self.assertEqual(self._pages().portal_attendance_rates()["total"]["rate"], 75)
        self.assertIn("Not marked", self._days(self._open(ATTENDANCE))[0])

    def test_excused_absences_alone_make_no_rate(self):
        student = self._create_portal_student()
        self._take(date(2026, 10, 7), excused=student)
        rates = self._pages(student.user_id).portal_attendance_rates()
        self.assertIsNone(rates["total"]["rate"])
        self._open(ATTENDANCE, student.user_id)
        self._open("/my/student", student.user_id)

    def test_nothing_yet_says_what_will_appear(self):
        student = self._create_portal_student()
        page = self._open(ATTENDANCE, student.user_id)
        self.assertIn("once your teachers have taken it", page)

    def test_attendance_of_others_is_never_counted(self):
        page = self._open(ATTENDANCE, self.other_student.user_id)
        self.assertEqual(
            self._rows(page, 0), [["Art Course", "0", "0", "0", "1", "0.0%"]]
        )
        school = self.env["res.company"].create({"name": "Other School"})
        elsewhere = self._create_portal_student(company_id=school.id)
        self._take(date(2026, 10, 8), absent=elsewhere)
        self.assertEqual(
            len(self._rows(self._open(ATTENDANCE, elsewhere.user_id), 0)), 1
        )
        self.assertEqual(len(self._days(self._open(ATTENDANCE))), 2)
        other = self.other_student.with_user(self.student.user_id).sudo()
        with self.assertRaises(AccessError):
            other.portal_attendance_rates(Domain.TRUE)

    def test_pages_are_refused_to_all_others(self):
        self.assertPagesRefused([ATTENDANCE], "attendance")

    def test_home_shows_the_rate(self):
        with freeze_time("2026-10-20"):
            page = self._open("/my/student")
        self.assertIn("75.0%", page)
        self.assertIn("This month: 0 late, 1 absent", page)

    def test_week_begins_as_the_language_of_the_student_has_it(self):
        lang = self.env["res.lang"]._lang_get(self.student.lang)
        for week_start, first in ("1", date(2026, 9, 28)), ("7", date(2026, 9, 27)):
            lang.week_start = week_start
            weeks = self._pages().portal_attendance_month(date(2026, 10, 1))
            self.assertEqual(weeks[0][0]["date"], first)

    def test_page_costs_no_more_with_more_students_and_days(self):
        self._open(ATTENDANCE)
        students = self._create_students(20) + self.student
        for number in range(20):
            self._take(date(2026, 10, 10) + timedelta(days=number), present=students)
        self._sign_in()
        with self.assertQueryCount(40):
            self.url_open(ATTENDANCE)
