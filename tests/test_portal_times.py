from datetime import datetime

from lxml import html

from odoo.tests import tagged

from .portal_common import StudentPortalPagesCase

PROFILE = "/my/student/profile"


@tagged("post_install", "-at_install")
class TestPortalTimes(StudentPortalPagesCase):
    """In which time zone a student reads times: the school's, unless chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Kolkata"

    def _deadline(self):
        return self._pages().portal_format_datetime(datetime(2027, 3, 3, 18, 0))

    def _choose(self, tz, status=303):
        response = self._post(f"{PROFILE}/edit", {"tz": tz})
        self.assertEqual(response.status_code, status)
        return html.fromstring(response.text) if status != 303 else None

    def test_time_zone_of_the_browser_is_not_the_students(self):
        # Odoo writes it at the first sign-in, wherever that is.
        self.student.user_id.tz = "America/Sao_Paulo"
        self.assertEqual(self._pages().portal_timezone(), "Asia/Kolkata")
        self.assertFalse(self._pages().portal_other_timezone())

    def test_student_of_another_school_reads_that_schools(self):
        company = self.env["res.company"].create({"name": "Other School"})
        company.partner_id.tz = "America/Lima"
        student = self._create_portal_student(company_id=company.id)
        pages = self._pages(student.user_id)
        self.assertEqual(pages.portal_timezone(), "America/Lima")

    def test_student_chooses_another_time_zone_and_gives_it_up(self):
        self._choose("Europe/Brussels")
        self.assertEqual(self.student.chosen_tz, "Europe/Brussels")
        self.assertEqual(self._pages().portal_other_timezone(), "Europe/Brussels")
        self.assertIn("Europe/Brussels", self.student.message_ids[0].body)
        self.assertIn("Europe/Brussels", self._open(PROFILE))
        [chosen] = html.fromstring(self._open(f"{PROFILE}/edit")).xpath(
            "//select[@id='tz']/option[@selected]/@value"
        )
        self.assertEqual(chosen, "Europe/Brussels")
        # A form that says nothing of it leaves it.
        self._post(f"{PROFILE}/edit", {"city": "Namur"})
        self.assertEqual(self.student.chosen_tz, "Europe/Brussels")
        self._choose("")
        self.assertFalse(self.student.chosen_tz)
        page = " ".join(html.fromstring(self._open(PROFILE)).text_content().split())
        self.assertIn("Asia/Kolkata (the school's)", page)

    def test_what_is_no_time_zone_is_refused(self):
        for wrong in "Mars/Phobos", "Etc/GMT+5", "'":
            page = self._choose(wrong, status=422)
            [select] = page.xpath("//select[@id='tz']")
            self.assertIn("is-invalid", select.get("class"))
        self.assertFalse(self.student.chosen_tz)

    def test_deadline_names_its_time_zone(self):
        self.assertEqual(
            self._deadline().replace("\u202f", " "),
            "Wed, Mar 3, 2027, 11:30 PM (Asia/Kolkata)",
        )
        self.student.chosen_tz = "Europe/Brussels"
        self.assertEqual(
            self._deadline().replace("\u202f", " "),
            "Wed, Mar 3, 2027, 7:00 PM (Europe/Brussels)",
        )

    def test_deadline_is_as_the_language_of_the_student_has_it(self):
        self._speak(self.student, "fr_FR")
        student = self._pages().with_context(lang="fr_FR")
        self.assertEqual(
            student.portal_format_datetime(datetime(2027, 3, 3, 18, 0)),
            "mer. 3 mars 2027, 23:30 (Asia/Kolkata)",
        )

    def test_today_is_the_day_where_the_school_is(self):
        student = self._pages()
        midnight = student.portal_midnight(datetime(2027, 3, 3).date())
        self.assertEqual(midnight, datetime(2027, 3, 2, 18, 30))
        self.assertEqual(student.portal_local(midnight).day, 3)
