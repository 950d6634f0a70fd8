import io
import re
from unittest.mock import patch

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models import op_student_portal_run_line
from .access_common import PortalAccessCase

REPORT = "openeducat_student_portal.action_report_access_letter"
STATE = "get_wkhtmltopdf_state"


@tagged("post_install", "-at_install")
class TestAccessLetter(PortalAccessCase, HttpCase):
    """Letters for students without an inbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reports = cls.env["ir.actions.report"]
        cls.wkhtmltopdf_state = cls.reports.get_wkhtmltopdf_state()
        cls.startClassPatcher(cls._printing())

    def _lines(self, students, user=None):
        """Return the lines of a run that prints letters of students."""
        students = self._as(students, user or self.administrator)
        return students.env["op.student.portal.run"].start("letters", students).line_ids

    def _html(self, students, user=None):
        return self._print(self._lines(students), user)

    def _print(self, lines, user=None):
        """Return the page of the letters of a run's lines, as a user sees it."""
        reports = self.reports.with_user(user or self.administrator)
        return reports._render_qweb_html(REPORT, lines.ids)[0].decode()

    def _codes(self, html):
        return re.findall(r">\s*(\w{4}-\w{4}-\w{4})\s*<", html)

    def _partner(self, code):
        link = self.env["op.student.portal.access"].of_code(code)
        self.assertFalse(link.problem)
        return link.access.partner_id

    def test_letter_tells_login_code_expiry_and_school(self):
        self.env.company.student_portal_invitation_hours = 48
        student = self._create_invited(gr_no="LETTER-1")
        html = self._html(student)
        for text in (
            student.name,
            "LETTER-1",
            student.portal_login,
            self.env.company.name,
            "data:image/png;base64,",
        ):
            self.assertTrue(text in html, text)
        (code,) = self._codes(html)
        self.assertEqual(self._partner(code), student.partner_id)
        left = student.portal_link_expires_on - student.portal_invited_on
        self.assertEqual(left.total_seconds(), 48 * 3600)
        self.assertEqual(student.portal_mail_state, "printed")

    def test_no_code_leaves_the_page(self):
        """No address holds the code: bar codes fetched over HTTP would be logged."""
        html = self._html(self._create_invited())
        for address in re.findall(r'(?:src|href|action)="([^"]*)"', html):
            self.assertFalse(re.search("token|code", address), address[:80])
        self.assertFalse("/report/barcode" in html)

    def test_each_student_has_a_page_in_the_students_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        view = self.env.ref("openeducat_student_portal.report_access_letter_page")
        view.update_field_translations(
            "arch_db", {"fr_FR": {"Your login": "Votre identifiant"}}
        )
        students = self._create_invited(2)
        students[1].lang = "fr_FR"
        html = self._html(students)
        self.assertEqual(html.count('class="page"'), 2)
        self.assertEqual(html.count("Your login"), 1)
        self.assertEqual(html.count("Votre identifiant"), 1)
        self.assertEqual(
            [self._partner(code) for code in self._codes(html)],
            list(students.partner_id),
        )

    def test_letter_is_read_in_the_direction_of_its_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        students = self._create_invited(2)
        students[1].lang = "ar_001"
        pages = self._html(students).split('class="page"')[1:]
        for page, direction in zip(pages, ("ltr", "rtl"), strict=True):
            self.assertTrue(page.lstrip().startswith(f'dir="{direction}"'), page[:80])

    def test_letterhead_of_a_school_without_an_address_says_its_name_once(self):
        self.env.company.name = "School of the Letterhead"
        self.env.company.partner_id.write(
            dict.fromkeys(("street", "street2", "city", "zip"), False)
            | {"state_id": False, "country_id": False}
        )
        html = self._html(self._create_invited())
        self.assertEqual(html.count("School of the Letterhead"), 1)

    def test_pdf_has_a_page_for_each_student(self):
        if self.wkhtmltopdf_state not in ("ok", "upgrade"):
            self.skipTest("wkhtmltopdf is missing: apt-get install wkhtmltopdf")
        students = self._create_invited(3)
        reports = self.reports.with_user(self.administrator)
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, kind = reports.with_context(
                force_report_rendering=True
            )._render_qweb_pdf(REPORT, self._lines(students).ids)
        self.assertEqual(kind, "pdf")
        pages = [
            " ".join(page.extract_text().split())
            for page in PdfReader(io.BytesIO(content)).pages
        ]
        self.assertEqual(len(pages), 3)
        for student, page in zip(students, pages, strict=True):
            self.assertIn(student.portal_login, page)
            self.assertIn(self.env.company.name, page)

    def test_letters_are_not_stored(self):
        student = self._create_invited()
        report = self.env.ref(REPORT)
        self.assertFalse(report.attachment or report.attachment_use)
        attachments = self.env["ir.attachment"].search_count([])
        self._html(student)
        self.assertEqual(self.env["ir.attachment"].search_count([]), attachments)

    def test_letter_is_recorded_without_its_code(self):
        student = self._create_invited()
        self._html(student)
        message = student.message_ids[0]
        self.assertEqual(message.author_id, self.administrator.partner_id)
        self.assertIn("Access letter printed", message.body)
        self.assertIn(student.portal_login, message.body)
        self.assertFalse(re.search(r"token|http", self._bodies(student)))

    def test_letter_is_recorded_as_printed_by_who_prints_it(self):
        student = self._create_invited()
        other = self._create_user(
            "portal.test.other", "openeducat_core.group_op_back_office_admin"
        )
        self._print(self._lines(student), other)
        self.assertEqual(student.message_ids[0].author_id, other.partner_id)

    def test_mail_of_before_works_on(self):
        student = self._create_students(1)
        self._grant(student)
        mail = student.sudo().portal_access_id.mail_id
        self._html(student)
        token = re.search(r"token=([^&\s\"]+)", mail.body_html)[1]
        link = self.env["op.student.portal.access"].of_token(token)
        self.assertEqual(link, (student.portal_access_id, ""))
        self.assertEqual(mail.state, "outgoing")

    # -- who gets one ------------------------------------------------------------

    def test_all_ready_are_printed_at_once(self):
        students = self._create_invited(2)
        action = self._as(students, self.administrator).action_print_access_letters()
        self.assertEqual(action["type"], "ir.actions.report")
        lines = self.env["op.student.portal.run.line"].browse(
            action["context"]["active_ids"]
        )
        self.assertEqual(lines.student_id, students)
        self.assertEqual(self._print(lines).count('class="page"'), 2)
        self.assertEqual((lines.run_id.state, lines.run_id.done_count), ("done", 2))

    def test_who_is_skipped_is_told_first(self):
        invited, active, revoked, without = self._create_students(4)
        self._grant(invited + active + revoked)
        self._sign_in_once(active)
        revoked.user_id.active = False
        students = invited + active + revoked + without
        action = self._as(students, self.administrator).action_print_access_letters()
        result = self.assertDialog(action).with_user(self.administrator)
        self.assertIn("print: 1.", result.question)
        self.assertEqual(result.skipped_line_ids.student_id, active + revoked + without)
        self.assertFalse(invited.portal_mail_state == "printed")
        action = result.action_confirm()
        printed = result.line_ids.browse(action["context"]["active_ids"])
        self.assertEqual(printed.student_id, invited)
        html = self._print(result.line_ids)
        self.assertEqual(len(self._codes(html)), 1)
        for student in active + revoked + without:
            self.assertFalse(student.name in html)

    def test_student_of_a_school_whose_portal_is_off_is_skipped(self):
        students = self._create_invited(2)
        school = self.env["res.company"].create({"name": "Closed School"})
        school.student_portal_enabled = False
        students[1].partner_id.company_id = school
        self.administrator.company_ids += school
        both = (self.administrator.company_id + school).ids
        lines = self._lines(students.with_context(allowed_company_ids=both))
        self.assertEqual(lines.mapped("state"), ["pending", "skipped"])
        self.assertIn("Closed School", lines[1].message)

    def test_nothing_to_print_is_said(self):
        student = self._create_active()
        with self.assertRaises(UserError) as raised:
            self._html(student)
        self.assertIn("signed in already", str(raised.exception))
        with self.assertRaises(UserError):
            self._html(student.browse())
        self.assertFalse(student.portal_mail_state == "printed")
        action = self._as(student, self.administrator).action_print_access_letters()
        self.assertIn("signed in already", self.assertNotified(action, "warning"))
        many = student + self._create_active()
        action = self._as(many, self.administrator).action_print_access_letters()
        result = self.assertDialog(action)
        self.assertFalse(result.question)
        self.assertEqual(result.skipped_line_ids.student_id, many)

    def test_lines_of_other_runs_print_nothing(self):
        student = self._create_invited()
        run = self.env["op.student.portal.run"].with_user(self.administrator)
        lines = run.start("resend", self._as(student, self.administrator)).line_ids
        with self.assertRaises(UserError):
            self._print(lines)
        self.assertEqual(student.portal_mail_state, "queued")
        students = self._as(self._create_active(2), self.administrator)
        run = students.env["op.student.portal.run"].start("revoke", students)
        with self.assertRaises(UserError):
            run.line_ids.print_letters()

    def test_more_than_a_server_can_print_are_refused(self):
        lines = self._lines(self._create_invited(2))
        with patch.object(op_student_portal_run_line, "LETTERS_AT_ONCE", 1):
            with self.assertRaises(UserError) as raised:
                self._print(lines)
            self.assertIn("at most 1", str(raised.exception))
        self.assertEqual(set(lines.student_id.mapped("portal_mail_state")), {"sent"})

    def test_rest_of_a_run_that_was_printed_in_part_is_printed_when_resumed(self):
        students = self._create_invited(2)
        lines = self._lines(students)
        self._print(lines[0])
        run = lines.run_id
        self.assertEqual((run.state, run.pending_count), ("cancelled", 1))
        run.with_user(self.administrator).action_resume()
        self._work_off_runs()
        self.assertEqual((run.state, run.pending_count), ("done", 0))
        self.assertEqual(students[1].portal_mail_state, "printed")

    def test_letters_of_two_runs_are_printed_together(self):
        one, other = self._create_invited(2)
        lines = self._lines(one) + self._lines(other)
        self.assertEqual(len(self._codes(self._print(lines))), 2)
        self.assertEqual(lines.run_id.mapped("state"), ["done", "done"])
        self.assertIn("Access letter printed", one.message_ids[0].body)
        self.assertNotIn("Access letter printed", one.message_ids[1].body)

    def test_letter_of_a_deleted_student_is_skipped(self):
        students = self._create_invited(2)
        lines = self._lines(students)
        students[0].unlink()
        self.assertEqual(len(self._codes(self._print(lines))), 1)
        self.assertEqual(lines.mapped("state"), ["skipped", "done"])
        self.assertEqual(lines.run_id.state, "done")

    def test_internal_user_gets_no_letter(self):
        student = self._create_students(1, partner_id=self.employee.partner_id.id)
        student.user_id = self.employee
        with self.assertRaises(UserError) as raised:
            self._html(student)
        self.assertIn("internal user", str(raised.exception))

    def test_server_without_wkhtmltopdf_is_named(self):
        student = self._create_invited()
        for state in ("install", "broken"):
            with (
                patch.object(
                    self.registry["ir.actions.report"], STATE, return_value=state
                ),
                self.assertRaises(UserError) as raised,
            ):
                self._as(student, self.administrator).action_print_access_letters()
            self.assertIn("wkhtmltopdf", str(raised.exception))

    def test_letters_ask_few_questions_for_each(self):
        def cost(count):
            students = self._create_invited(count)

            def act():
                lines = self._lines(students)
                lines.with_user(self.administrator).print_letters()

            return self._count_queries(act)

        cost(2)
        self.assertLessEqual(cost(42) - cost(2), 4)

    def test_reports_of_others_open_at_their_address(self):
        self.authenticate("admin", "admin")
        module = self.env.ref("base.module_base")
        address = f"/report/html/base.report_irmodulereference/{module.id}"
        self.assertEqual(self.url_open(address).status_code, 200)

    # -- who may -----------------------------------------------------------------

    @mute_logger("odoo.http", "odoo.addons.web.controllers.report")
    def test_letters_are_the_administrators_alone(self):
        student = self._create_invited()
        other = self._create_active()
        lines = self._lines(student)
        address = "/report/{}/openeducat_student_portal.report_access_letter/" + str(
            lines.id
        )

        def post(kind):
            return self.url_open(
                address.format(kind), {"csrf_token": Request.csrf_token(self)}
            )

        outsiders = (
            self.student_manager
            + self.faculty
            + self.employee
            + self.portal_user
            + student.user_id
            + other.user_id
        )
        for user in outsiders:
            with self.subTest(user=user.login):
                for forbidden in (
                    lambda u=user: self._lines(student, u),
                    self._as(student, user).action_print_access_letters,
                    self._as(student, user).sudo().action_print_access_letters,
                    lines.run_id.with_user(user).action_print_letters,
                    lines.run_id.with_user(user).action_confirm,
                    lines.with_user(user).print_letters,
                    lines.with_user(user).sudo().print_letters,
                    lambda u=user: self._print(lines, u),
                ):
                    with self.assertRaises(AccessError):
                        forbidden()
                user.sudo().password = user.login
                self.authenticate(user.login, user.login)
                for kind in ("html", "pdf"):
                    response = post(kind)
                    self.assertNotEqual(response.status_code, 200)
                    self.assertFalse(student.portal_login in response.text)
        self.authenticate(None, None)
        response = self.url_open(address.format("html"), allow_redirects=False)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertEqual(student.portal_mail_state, "sent")

        # The student has signed in above.
        student.user_id.log_ids.sudo().unlink()
        self.administrator.password = self.administrator.login
        self.authenticate(self.administrator.login, self.administrator.login)
        self.assertEqual(len(self._codes(post("html").text)), 1)
        self.assertEqual(student.portal_mail_state, "printed")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_run_of_another_company_prints_nothing(self):
        lines = self._lines(self._create_invited())
        school = self.env["res.company"].create({"name": "Other School"})
        lines.sudo().run_id.company_id = school
        with self.assertRaises(AccessError):
            lines.print_letters()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_student_that_a_rule_hides_gets_no_letter(self):
        student = self._create_invited()
        lines = self._lines(student)
        self.env["ir.rule"].create(
            {
                "name": "Students of one's own",
                "model_id": self.env["ir.model"]._get_id("op.student"),
                "domain_force": [("id", "!=", student.id)],
            }
        )
        with self.assertRaises(AccessError):
            lines.print_letters()

    def test_result_of_an_administrator_prints_for_nobody_else(self):
        students = self._create_invited(1) + self._create_active(1)
        action = self._as(students, self.administrator).action_print_access_letters()
        result = self.assertDialog(action)
        result.sudo().user_id = self.student_manager
        with self.assertRaises(AccessError):
            result.with_user(self.student_manager).action_confirm()
