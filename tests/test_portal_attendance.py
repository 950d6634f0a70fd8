from datetime import date, datetime, timedelta

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from .portal_common import needs_model
from .portal_results_common import PortalAttendanceCase

ATTENDANCE = "/my/student/attendance"
OCTOBER = f"{ATTENDANCE}?month=2026-10"


@needs_model("op.attendance.line")
@tagged("post_install", "-at_install")
class TestPortalAttendance(PortalAttendanceCase):
    def _rows(self, page, by_month=False):
        """Return the texts of the rows of rates, by course or by month."""
        where = "details" if by_month else "section[not(@id)]/div"
        rows = html.fromstring(page).xpath(f"//{where}//tbody/tr")
        return [
            [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]
            for row in rows
        ]

    def _years(self, page):
        """Return the title of each year, and whether its months are folded."""
        return [
            (
                " ".join(year.xpath("string(summary)").split()),
                "open" not in year.attrib,
            )
            for year in html.fromstring(page).xpath("//details")
        ]

    def _days(self, page):
        """Return what the list of days of a phone says, day by day."""
        days = html.fromstring(page).xpath("//section[@id='calendar']/ul/li")
        return [" ".join(day.text_content().split()) for day in days]

    def test_rates_by_course_and_month(self):
        page = self._open(ATTENDANCE)
        self.assertEqual(
            self._rows(page),
            [
                ["Art Course", "1", "1", "1", "1", "66.7%"],
                ["Music Course", "1", "0", "0", "0", "100.0%"],
            ],
        )
        self.assertEqual(
            self._rows(page, by_month=True),
            [
                ["Oct", "1", "0", "1", "1", "50.0%"],
                ["Sep", "1", "1", "0", "0", "100.0%"],
            ],
        )
        self.assertIn("75.0%", page)

    def test_calendar_shows_each_day_with_mark_subject_and_remark(self):
        self._take(date(2026, 10, 5), late=self.student, remark="The bus was late")
        page = self._open(OCTOBER)
        self.assertEqual(
            self._days(page),
            [
                "Mon, Oct 5 Art A The bus was late Late",
                "Fri, Oct 2 Art A Excused Music A Present",
                "Thu, Oct 1 Art A Absent",
            ],
        )

    def test_days_and_months_are_as_the_language_of_the_student_has_them(self):
        self._speak(self.student, "fr_FR")
        page = self._open(OCTOBER)
        self.assertIn("ven. 2 oct.", self._days(page)[0])
        self.assertIn("octobre 2026", page)
        self.assertEqual(self._rows(page, by_month=True)[0][0], "oct.")

    @needs_model("op.session")
    def test_several_classes_of_a_day_say_their_times(self):
        self.env.user.tz = "UTC"
        faculty = self.env["op.faculty"].create(
            {
                "name": "Emmy Noether",
                "first_name": "Emmy",
                "last_name": "Noether",
                "birth_date": date(1982, 3, 23),
                "gender": "female",
            }
        )
        subject = self.env["op.subject"].create({"name": "Art", "code": "PT-ART"})
        register = self.registers[0]
        for hour, mark in (14, "absent"), (9, "present"):
            session = self.env["op.session"].create(
                {
                    "course_id": register.course_id.id,
                    "batch_id": register.batch_id.id,
                    "subject_id": subject.id,
                    "faculty_id": faculty.id,
                    "start_datetime": datetime(2026, 10, 5, hour),
                    "end_datetime": datetime(2026, 10, 5, hour + 1),
                }
            )
            self._take(date(2026, 10, 5), session=session, **{mark: self.student})
        # Only one class on that day.
        self._take(date(2026, 10, 6), session=session, late=self.student)
        self.company.partner_id.tz = "Europe/Brussels"
        page = self._open(OCTOBER)
        self.assertEqual(
            self._days(page)[:2],
            [
                "Tue, Oct 6 Art A Late",
                "Mon, Oct 5 11:00 AM Art A Present 4:00 PM Art A Absent",
            ],
        )
        self.assertNotIn("Time zone:", page)
        self.student.chosen_tz = "Asia/Tokyo"
        page = self._open(OCTOBER)
        self.assertIn("6:00 PM Art A Present", self._days(page)[1])
        self.assertIn("Time zone: <bdi>Asia/Tokyo</bdi>", page)

    @freeze_time("2026-10-20")
    def test_calendar_opens_at_this_month_though_a_sheet_is_dated_wrongly(self):
        self._take(date(2062, 3, 1), absent=self.student)
        page = self._open(ATTENDANCE)
        self.assertEqual(len(self._days(page)), 2)
        self.assertEqual(
            self._years(page), [("2062 0.0%", True), ("2026 75.0%", False)]
        )
        self.assertEqual(
            len(self._rows(self._open(f"{ATTENDANCE}?filterby=year"), by_month=True)), 2
        )

    @freeze_time("2026-12-20")
    def test_month_without_attendance_leads_to_the_last_one_with_any(self):
        page = self._open(ATTENDANCE)
        self.assertIn("No attendance was taken in this month", page)
        [link] = html.fromstring(page).xpath("//section[@id='calendar']/p/a")
        self.assertEqual(
            " ".join(link.text_content().split()), "Last attendance: October 2026"
        )
        page = self._open(f"{ATTENDANCE}{link.get('href')}")
        self.assertEqual(len(self._days(page)), 2)

    @freeze_time("2026-10-20")
    def test_years_before_this_one_are_folded_below_the_calendar(self):
        for year in 2024, 2025:
            for month in range(1, 13):
                self._take(date(year, month, 3), present=self.student)
        page = self._open(ATTENDANCE)
        self.assertEqual(
            self._years(page),
            [("2026 75.0%", False), ("2025 100.0%", True), ("2024 100.0%", True)],
        )
        document = html.fromstring(page)
        self.assertEqual(
            document.xpath("//section[@id='calendar']/following::details"),
            document.xpath("//details"),
        )

    def test_rates_are_bars_with_their_figures_as_text(self):
        [october, september] = html.fromstring(self._open(ATTENDANCE)).xpath(
            "//details//*[hasclass('progress-bar')]/@style"
        )
        self.assertEqual((october, september), ("width: 50.0%", "width: 100.0%"))

    def test_months_lead_to_the_previous_and_the_next(self):
        with freeze_time("2026-10-20"):
            page = self._open(ATTENDANCE)
            self.assertIn("month=2026-09#calendar", page)
            self.assertNotIn("month=2026-11", page)
            page = self._open(f"{ATTENDANCE}?month=2026-09&filterby=month")
        self.assertEqual(len(self._days(page)), 2)
        self.assertIn("month=2026-10&amp;filterby=month#calendar", page)
        self.assertNotIn("month=2026-08", page)

    @freeze_time("2026-10-20")
    def test_month_that_makes_no_sense_is_this_one(self):
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
        self.assertEqual([row[0] for row in self._rows(page, by_month=True)], ["Oct"])
        page = self._open(f"{ATTENDANCE}?filterby=quarter")
        self.assertEqual(len(self._rows(page, by_month=True)), 2)
        page = self._open(f"{ATTENDANCE}?filterby=nonsense")
        self.assertEqual(len(self._rows(page, by_month=True)), 2)

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
        self.assertEqual(len(self._days(self._open(OCTOBER))), 2)

    def test_type_of_a_line_is_its_mark_where_it_has_none(self):
        kind = self.env["op.attendance.type"].create({"name": "Ill", "excused": True})
        sheet = self._take(date(2026, 10, 6), present=self.student)
        sheet.attendance_line.write({"present": False, "attendance_type_id": kind.id})
        rates = self._pages().portal_attendance_rates()
        self.assertEqual(rates["total"]["excused"], 2)
        # A line without any mark says nothing.
        sheet.attendance_line.attendance_type_id = False
        self.assertEqual(self._pages().portal_attendance_rates()["total"]["rate"], 75)
        self.assertIn("Not recorded", self._days(self._open(OCTOBER))[0])

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
        self.assertIn("once the faculty has taken it", page)

    def test_attendance_of_others_is_never_counted(self):
        page = self._open(ATTENDANCE, self.other_student.user_id)
        self.assertEqual(self._rows(page), [["Art Course", "0", "0", "0", "1", "0.0%"]])
        school = self.env["res.company"].create({"name": "Other School"})
        elsewhere = self._create_portal_student(company_id=school.id)
        self._take(date(2026, 10, 8), absent=elsewhere)
        self.assertEqual(len(self._rows(self._open(ATTENDANCE, elsewhere.user_id))), 1)
        self.assertEqual(len(self._days(self._open(OCTOBER))), 2)
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
