from lxml import html

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import StudentPortalPagesCase

#: What portal users must not reach but through the pages.
MODELS = (
    "op.student",
    "op.student.course",
    "op.course",
    "op.batch",
    "op.faculty",
    "op.student.portal.section",
    "op.student.portal.run",
    "op.marksheet.register",
    "op.marksheet.line",
    "op.result.line",
    "op.exam",
    "op.exam.session",
    "op.attendance.sheet",
    "op.attendance.line",
    "op.session",
    "op.student.fees.details",
)
#: What may be written from right to left in a page that is not, and the reverse.
OTHER_DIRECTION = {
    "op.assignment": "name",
    "op.attendance.line": "remark",
    "op.batch": "name",
    "op.classroom": "name",
    "op.course": "name",
    "op.exam.session": "name",
    "op.subject": "name",
    "product.template": "name",
}


@tagged("post_install", "-at_install")
class TestPortalSection(StudentPortalPagesCase):
    """Who may open what, in each section."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sections = cls.env["op.student.portal.section"].search([])

    def _addresses(self, sections):
        return [f"/my/student/{section.code}" for section in sections]

    def test_student_opens_every_section_whose_app_is_installed(self):
        for section in self.sections:
            status = 200 if section.available else 404
            page = self._open(f"/my/student/{section.code}", status=status)
            if section.available:
                self.assertIn(f">{section.name}</h1>", page)

    def test_pages_are_refused_to_all_others(self):
        for section in self.sections.filtered("available"):
            with self.subTest(section.code):
                self.assertPagesRefused(self._addresses(section), section.code)
                self.student.user_id.active = True

    def test_home_is_refused_to_all_others(self):
        for user in self.portal_user, self.employee:
            self._open("/my/student", user, status=404)
        with self._changed(self.company, student_portal_enabled=False):
            self.assertIn("switched off", self._open("/my/student", status=403))
        with self._changed(self.student, active=False):
            self.student.user_id.active = True
            self._open("/my/student", status=404)
        # OpenEduCat's User may write whose user a student has.
        with self._changed(self.student, user_id=self.portal_user.id):
            self._open("/my/student", self.portal_user, status=404)
        self.authenticate(None, None)
        self.assertSentToLogin(["/my/student"])
        self._sign_in()
        self.student.user_id.active = False
        self.env.flush_all()
        self.assertSentToLogin(["/my/student"])

    def test_browser_keeps_no_page(self):
        self._sign_in()
        for url in "/my/student", "/my/student/profile":
            response = self.url_open(url)
            self.assertEqual(response.headers["Cache-Control"], "private, no-store")

    def test_page_says_its_language(self):
        for url, status in (
            ("/my/student", 200),
            ("/my/student/profile", 200),
            ("/my/student/nowhere", 404),
            ("/my", 200),
        ):
            page = html.fromstring(self._open(url, status=status))
            self.assertEqual(page.get("lang"), "en-US", url)

    def test_unknown_section_is_a_clear_page(self):
        page = self._open("/my/student/no_such_section", status=404)
        self.assertIn("There is no such page", page)

    def test_section_may_not_be_chosen_by_a_parameter(self):
        page = self._open("/my/student/no_such_section?section=1&student=1", status=404)
        self.assertIn("There is no such page", page)
        self._open("/my/student/profile?section=1&student=1&code=grades")

    def test_limited_level_opens_neither_fees_nor_assignments(self):
        limited = self._create_portal_student(group=self.group_limited)
        student = self._pages(limited.user_id)
        _none, sections = student.portal_open_section()
        everything = self._pages().portal_open_section()[1]
        self.assertEqual(
            set((everything - sections).mapped("code")),
            {"fees", "assignments"} & set(everything.mapped("code")),
        )

    def test_level_of_a_school_opens_what_it_is_put_on(self):
        group = self._create_group("base.group_portal")
        student = self._create_portal_student(group=group)
        self._open("/my/student/profile", student.user_id, status=403)
        self._section("profile").group_ids += group
        self._open("/my/student/profile", student.user_id)

    def test_level_implying_another_opens_what_the_other_opens(self):
        group = self._create_group(
            "openeducat_student_portal.group_student_portal_limited"
        )
        student = self._create_portal_student(group=group)
        self._open("/my/student/profile", student.user_id)

    def test_setting_is_that_of_the_company_of_the_student(self):
        school = self.env["res.company"].create({"name": "Other School"})
        elsewhere = self._create_portal_student(company_id=school.id)
        school.student_portal_enabled = False
        self._open("/my/student", elsewhere.user_id, status=403)
        self._open("/my/student")
        school.student_portal_enabled = True
        self.company.student_portal_enabled = False
        self._open("/my/student", elsewhere.user_id)

    def test_running_enrolment_decides_between_records_of_one_contact(self):
        user = self.student.user_id
        again = self.student.copy(
            {"partner_id": self.student.partner_id.id, "gr_no": False}
        )
        again.user_id = user
        self.assertEqual(again.partner_id, self.student.partner_id)
        self.assertEqual(self._pages(), again)
        self._create_enrolment(self.student)
        self.assertEqual(self._pages(), self.student)

    def test_home_shows_name_courses_and_roll_number(self):
        _course, batch = self._create_enrolment(self.student)
        page = self._open("/my/student")
        for text in (
            self.student.name,
            batch.name,
            batch.course_id.name,
            self.student.course_detail_ids.roll_number,
        ):
            self.assertIn(text, page)
        self.assertNotIn(self.other_student.name, page)

    def test_student_whose_access_opens_nothing_is_told_so(self):
        user = self._create_portal_student(
            group=self._create_group("base.group_portal")
        ).user_id
        self.assertIn("does not include any page", self._open("/my/student", user))
        self.assertNotIn("does not include any page", self._open("/my/student"))

    def test_percentage_is_written_as_the_language_has_it(self):
        for code, text in (
            ("en_US", "66.7%"),
            ("fr_FR", "66,7 %"),
            ("tr_TR", "%66,7"),
        ):
            self._speak(self.student, code)
            student = self._pages().with_context(lang=code)
            written = student.portal_percentage(200 / 3)
            # Which space it is that does not break depends on Babel.
            self.assertEqual(" ".join(written.split()), text)

    def test_my_account_leads_to_the_sections(self):
        self._section("profile").active = False
        page = self._open("/my")
        self.assertIn('href="/my/student"', page)
        self.assertNotIn('href="/my/student/profile"', page)
        self.assertNotIn("/my/student", self._open("/my", self.portal_user))
        with self._changed(self.company, student_portal_enabled=False):
            page = self._open("/my")
            self.assertNotIn('href="/my/student', page)
            self.assertIn("switched off", page)

    def test_counters_of_my_account_are_only_of_open_sections(self):
        counters = [f"student_{section.code}_count" for section in self.sections]
        answers = {}
        for user in self.student.user_id, self.portal_user:
            self._sign_in(user)
            answers[user] = self.url_open(
                "/my/counters", json={"params": {"counters": counters}}
            ).json()["result"]
        self.assertEqual(
            set(answers[self.student.user_id]),
            {
                f"student_{section.code}_count"
                for section in self.sections.filtered("available")
            },
        )
        self.assertFalse(answers[self.portal_user])

    def test_home_costs_no_more_with_more_students(self):
        self._create_enrolment(self.student)

        def cost():
            return self._count_queries(lambda: self._open("/my/student"))

        cost()
        alone = cost()
        self._create_enrolment(self._create_students(30))
        self.assertEqual(cost(), alone)
        # Now what Odoo caches is cached.
        with self.assertQueryCount(41):
            self._open("/my/student")

    def test_pages_full_of_everything_cost_a_bounded_number_of_queries(self):
        student = self._full_student()
        self._sign_in(student.user_id)
        open_sections = self.sections.filtered("available")
        for url in ["/my", "/my/student", *self._addresses(open_sections)]:
            self.url_open(url)
            with self.subTest(url), self.assertQueryCount(39):
                self.assertEqual(self.url_open(url).status_code, 200)

    def test_names_in_the_other_direction_are_isolated(self):
        student = self._full_student()
        name = "\u05e9\u05dd 7"
        for model_name, field_name in OTHER_DIRECTION.items():
            if model_name in self.env:
                self.env[model_name].search([])[field_name] = name
        (self.env["op.faculty"].search([]).partner_id + student.partner_id).name = name
        self._sign_in(student.user_id)
        addresses = self._addresses(self.sections.filtered("available"))
        for url in ["/my/student", *addresses]:
            page = html.fromstring(self.url_open(url).text)
            content = page.find_class("o_student_portal")[0]
            self.assertIsolated(content, name, url)
            for link in content.xpath(
                ".//article//a[starts-with(@href, '/my/student/assignments/')]/@href"
            ):
                details = html.fromstring(self.url_open(link).text)
                details = details.find_class("o_student_portal")[0]
                self.assertIsolated(details, name, link)

    def assertIsolated(self, content, name, url):
        """Assert that a name does not turn around what stands beside it."""
        for text in content.xpath(".//text()[contains(., $name)]", name=name):
            element = text.getparent()
            if text.is_tail:
                element = element.getparent()
            self.assertTrue(
                f"\u2068{name}\u2069" in text
                or element.xpath("ancestor-or-self::*[self::bdi or @dir='auto']"),
                f"{url}: {html.tostring(element)}",
            )

    def test_portal_user_has_no_rights_by_remote_calls(self):
        for model_name in MODELS:
            if model_name not in self.env:
                continue
            model = self.env[model_name].with_user(self.student.user_id)
            for mode in "read", "write", "create", "unlink":
                with self.subTest(model=model_name, mode=mode):
                    self.assertFalse(model.has_access(mode))
            with mute_logger("odoo.addons.base.models.ir_model"):
                with self.assertRaises(AccessError):
                    model.search_read([], ["id"], limit=1)

    @mute_logger("odoo.http")
    def test_portal_methods_cannot_be_called_remotely(self):
        self._sign_in()
        for method in "portal_records", "portal_student", "portal_domain":
            answer = self.url_open(
                "/web/dataset/call_kw",
                json={
                    "params": {
                        "model": "op.student",
                        "method": method,
                        "args": [[self.student.id], "op.student.course"],
                        "kwargs": {},
                    }
                },
            ).json()
            self.assertIn("error", answer)


@tagged("post_install", "-at_install")
class TestPortalSectionRecord(StudentPortalPagesCase):
    """Sections, as the school sets them up."""

    def _create(self, **values):
        return self.env["op.student.portal.section"].create(
            {
                "name": "Library",
                "code": "library",
                "template": "openeducat_student_portal.student_portal_empty_section",
                "group_ids": [Command.set(self.group_student_portal.ids)],
                **values,
            }
        )

    def test_administrator_edits_and_student_manager_reads(self):
        section = self._section("profile")
        section.with_user(self.administrator).name = "About me"
        self.assertEqual(section.with_user(self.student_manager).name, "About me")
        with self.assertRaises(AccessError):
            section.with_user(self.student_manager).name = "Mine"
        for user in self.faculty, self.employee, self.student.user_id:
            with self.assertRaises(AccessError):
                section.with_user(user).read(["name"])

    def test_section_is_a_record_and_a_template(self):
        self._create(empty_text="The books that you borrow will appear here.")
        page = self._open("/my/student/library")
        self.assertIn("The books that you borrow will appear here.", page)
        self.assertIn('href="/my/student/library"', self._open("/my/student"))

    def test_code_that_is_no_part_of_an_address_is_refused(self):
        for code in ("", "Library", "my library", "../web", "a/b", "1a"):
            with self.subTest(code), self.assertRaises(ValidationError):
                self._create(code=code)

    def test_group_that_is_no_access_level_is_refused(self):
        for group in "base.group_user", "base.group_system", "base.group_public":
            with self.subTest(group), self.assertRaises(ValidationError):
                self._create(group_ids=[Command.set(self.env.ref(group).ids)])

    def test_template_that_is_not_there_is_refused(self):
        for template in ("no.such_template", "base.group_user", "base.view_users_form"):
            with self.subTest(template), self.assertRaises(ValidationError):
                self._create(template=template)

    def test_model_without_a_domain_is_refused(self):
        with self.assertRaises(ValidationError):
            self._create(model_name="res.users")

    def test_section_without_levels_is_open_to_nobody(self):
        self._create(group_ids=[])
        self._open("/my/student/library", status=403)
