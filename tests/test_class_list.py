import io
import re

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .access_common import PortalAccessCase
from .common import StudentPortalCase

REPORT = "openeducat_student_portal.report_class_list"
LETTER = "openeducat_student_portal.report_access_letter"


@tagged("post_install", "-at_install")
class TestClassList(PortalAccessCase, HttpCase):
    """The codes of a batch, on paper, and who may print any."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reports = cls.env["ir.actions.report"]
        cls.wkhtmltopdf_state = reports.get_wkhtmltopdf_state()
        cls.startClassPatcher(cls._printing())
        cls.env.company.student_portal_login_pattern = "{first_name}{number}"
        course = cls.env["op.course"].create({"name": "Year 2", "code": "LIST-Y2"})
        cls.batch, cls.other_batch = cls.env["op.batch"].create(
            [
                {
                    "name": name,
                    "code": f"LIST-{name}",
                    "course_id": course.id,
                    "start_date": "2026-01-01",
                    "end_date": "2027-01-01",
                }
                for name in ("Owls", "Bees")
            ]
        )
        cls.pupils = cls.env["op.student"]
        for name, batch, state in (
            ("Ada", cls.batch, "running"),
            ("Bo", cls.batch, "running"),
            ("Cleo", cls.batch, "finished"),
            ("Dan", cls.other_batch, "running"),
        ):
            detail = {
                "course_id": course.id,
                "batch_id": batch.id,
                "state": state,
            }
            cls.pupils += cls._create_students(
                1,
                first_name=name,
                name=f"{name} Pupil",
                email=False,
                gr_no=f"LIST-{name}",
                course_detail_ids=[Command.create(detail)],
            )
        cls._grant(cls.pupils)

    def _action(self, user=None, batch=None):
        batch = (batch or self.batch).with_user(user or self.administrator)
        return batch.action_print_portal_class_list()

    def _lines(self, user=None):
        ids = self._action(user)["context"]["active_ids"]
        return self.env["op.student.portal.run.line"].browse(ids)

    def _html(self, lines, user=None, report=REPORT):
        reports = lines.env["ir.actions.report"].with_user(user or self.administrator)
        return reports._render_qweb_html(report, lines.ids)[0].decode()

    def _codes(self, html):
        return re.findall(r">\s*(\w{4}-\w{4}-\w{4})\s*<", html)

    def _rows(self, html):
        return re.findall(r"<tr.*?</tr>", html.split("Cut along")[1], re.S)

    def _allow_managers(self, allowed=True):
        settings = self.env["res.config.settings"].create(
            {"group_student_portal_letters": allowed}
        )
        settings.execute()

    # -- what it says ------------------------------------------------------------

    def test_each_student_of_the_batch_has_a_row_with_login_and_code(self):
        lines = self._lines()
        self.assertEqual(lines.student_id, self.pupils[:2])
        html = self._html(lines)
        self.assertIn("Owls", html)
        access = self.env["op.student.portal.access"]
        accesses = [access.of_code(code).access for code in self._codes(html)]
        self.assertEqual(accesses, list(self.pupils[:2].sudo().portal_access_id))
        for text in ("Ada Pupil", "LIST-Bo", "/my/start"):
            self.assertIn(text, html)
        for text in ("Cleo", "Dan", "token", "password:"):
            self.assertNotIn(text, html)
        self.assertRegex(html, r'class="page"[^>]* dir="ltr"')
        self.env["res.lang"]._activate_lang("ar_001")
        arabic = self._html(lines.with_context(lang="ar_001"))
        self.assertRegex(arabic, r'class="page"[^>]* dir="rtl"')
        self.assertEqual(lines.run_id.batch_id, self.batch)
        self.assertIn("Class List: Owls (2 students), ", lines.run_id.display_name)
        self.assertEqual(lines.run_id.state, "done")
        for pupil in self.pupils[:2]:
            message = pupil.message_ids[0]
            self.assertEqual(message.author_id, self.administrator.partner_id)
            self.assertIn("Printed on a class list", message.body)
            for code in self._codes(html):
                self.assertNotIn(code, self._bodies(pupil))
            self.assertEqual(pupil.portal_mail_state, "printed")
        self.assertEqual(self.pupils[3].portal_mail_state, "letter")

    def test_next_list_ends_the_codes_of_the_one_before(self):
        codes = self._codes(self._html(self._lines()))
        self._html(self._lines())
        for code in codes:
            link = self.env["op.student.portal.access"].of_code(code)
            self.assertEqual(link.problem, "unknown")

    def test_text_of_the_pdf(self):
        if self.wkhtmltopdf_state not in ("ok", "upgrade"):
            self.skipTest("wkhtmltopdf is missing: apt-get install wkhtmltopdf")
        reports = self.env["ir.actions.report"].with_user(self.administrator)
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, _kind = reports.with_context(
                force_report_rendering=True
            )._render_qweb_pdf(REPORT, self._lines().ids)
        pages = PdfReader(io.BytesIO(content)).pages
        self.assertEqual(len(pages), 1)
        text = " ".join(pages[0].extract_text().split())
        for expected in ("Owls", "Ada Pupil", "Bo Pupil", "ada", "Cut along"):
            self.assertIn(expected, text)
        self.assertEqual(len(re.findall(r"\w{4}-\w{4}-\w{4}", text)), 2)

    def test_students_who_have_signed_in_are_on_the_list_without_a_code(self):
        self._html(self._lines())
        self._sign_in_once(self.pupils[0])
        self.env.invalidate_all()
        run = self.assertDialog(self._action())
        self.assertEqual(list(self._skipped(run)), list(self.pupils[0]))
        self.assertIn("signed in already", run.skipped_line_ids.message)
        self.assertIn("Codes on the class list: 1.", run.question)
        action = run.with_user(self.administrator).action_confirm()
        ids = action["context"]["active_ids"]
        rows = self._rows(self._html(run.line_ids.browse(ids)))
        self.assertEqual(len(rows), 2)
        for text in ("Ada Pupil", "LIST-Ada", "ada", "Signed in already"):
            self.assertIn(text, rows[0])
        self.assertFalse(self._codes(rows[0]))
        self.assertIn("Bo Pupil", rows[1])
        self.assertEqual(len(self._codes(rows[1])), 1)

    def test_whole_class_is_on_the_list(self):
        enrolment = self.pupils[0].course_detail_ids.copy_data()[0]
        without = self._create_students(
            1, name="Abe Pupil", course_detail_ids=[Command.create(enrolment)]
        )
        self._as(self.pupils[1]).action_revoke_portal_access()
        run = self.assertDialog(self._action())
        lines = run.line_ids.filtered(lambda line: line.state == "pending")
        rows = self._rows(self._html(lines))
        self.assertEqual(len(rows), 3)
        for row, student, text in zip(
            rows,
            without + self.pupils[:2],
            ("No Access", self._codes(rows[1])[0], "Revoked"),
            strict=True,
        ):
            self.assertIn(student.name, row)
            self.assertIn(text, row)
        self.assertEqual(len(self._codes("".join(rows))), 1)

    def test_list_names_no_student_whom_the_printer_may_not_manage(self):
        self._html(self._lines())
        self._sign_in_once(self.pupils[0])
        self.env.invalidate_all()
        run = self.assertDialog(self._action())
        lines = run.line_ids.filtered(lambda line: line.state == "pending")
        rule = self.env["ir.rule"].create(
            {
                "name": "Not Ada",
                "model_id": self.env["ir.model"]._get_id("op.student"),
                "domain_force": [("id", "!=", self.pupils[0].id)],
            }
        )
        with self.assertRaises(AccessError):
            self._html(lines)
        rule.unlink()
        self.assertIn("Ada Pupil", self._html(lines))

    def test_one_batch_at_a_time_and_not_an_empty_one(self):
        with self.assertRaises(UserError):
            self._action(batch=self.batch + self.other_batch)
        empty = self.other_batch.copy({"code": "LIST-EMPTY", "name": "Empty"})
        with self.assertRaises(UserError):
            self._action(batch=empty)

    # -- the offer after granting ------------------------------------------------

    def test_dialog_and_run_offer_to_print_for_those_by_letter(self):
        pupils = self._create_students(2, first_name="Eve", email=False)
        mailed = self._create_students(1)
        dialog = self._dialog(pupils + mailed, self.administrator)
        dialog.action_grant_access()
        self.assertEqual(dialog.letter_count, 2)
        run = dialog.run_id
        without = run.action_open_without_letter()["domain"]
        self.assertEqual(self.env["op.student"].search(without), pupils)
        action = dialog.action_print_missing_letters()
        lines = self.env["op.student.portal.run.line"].browse(
            action["context"]["active_ids"]
        )
        self.assertEqual(lines.student_id, pupils)
        self._html(lines[:1], report=LETTER)
        self.env.invalidate_all()
        self.assertEqual(run.letter_count, 1)
        self._html(lines[1:], report=LETTER)
        self.env.invalidate_all()
        self.assertEqual(run.letter_count, 0)
        with self.assertRaises(UserError):
            run.action_print_missing_letters()

    def test_resending_says_how_many_letters_are_to_be_printed(self):
        message = self.assertNotified(
            self._as(self.pupils[0]).action_resend_portal_invitation(), "success"
        )
        self.assertIn("Letters to print: 1.", message)

    # -- who may -----------------------------------------------------------------

    @mute_logger("odoo.http", "odoo.addons.web.controllers.report")
    def assertNoCode(self, user):
        """Check that a user gets no code, in any way."""
        lines = self._lines()
        run = lines.run_id
        for forbidden in (
            lambda: self._action(user),
            lambda: self._as(self.pupils, user).action_print_access_letters(),
            lambda: self._as(self.pupils, user).sudo().action_print_access_letters(),
            run.with_user(user).action_print_letters,
            run.with_user(user).sudo().action_print_letters,
            run.with_user(user).action_print_missing_letters,
            run.with_user(user).action_confirm,
            lines.with_user(user).print_letters,
            lines.with_user(user).sudo().print_letters,
            lambda: self._html(lines, user),
            lambda: self._html(lines, user, LETTER),
        ):
            with self.assertRaises(AccessError):
                forbidden()
        user.sudo().password = f"{user.login} of the school"
        self.authenticate(user.login, f"{user.login} of the school")
        for report in (REPORT, LETTER):
            for kind in ("html", "pdf", "text"):
                response = self.url_open(
                    f"/report/{kind}/{report}/{lines[0].id}",
                    {"csrf_token": Request.csrf_token(self)},
                )
                self.assertNotEqual(response.status_code, 200)
                self.assertFalse(self._codes(response.text))
        self.assertEqual(set(self.pupils.mapped("portal_mail_state")), {"letter"})

    def test_no_code_for_others(self):
        self._allow_managers()
        for user in (
            self.faculty,
            self.employee,
            self.portal_user,
            self.pupils[3].user_id,
        ):
            with self.subTest(user=user.login):
                self.assertNoCode(user)

    def test_student_managers_print_if_the_settings_allow_it(self):
        self.assertFalse(
            self.student_manager.has_group(
                "openeducat_student_portal.group_letter_printer"
            )
        )
        self.assertNoCode(self.student_manager)
        self._allow_managers()
        offered = self.env["ir.actions.actions"].with_user(self.student_manager)
        names = {
            action["name"]
            for model in ("op.student", "op.batch")
            for action in offered.get_bindings(model).get("action", ())
        }
        self.assertLessEqual({"Access Letters", "Portal Class List"}, names)
        lines = self._lines(self.student_manager)
        self.assertEqual(len(self._codes(self._html(lines, self.student_manager))), 2)
        message = self.pupils[0].message_ids[0]
        self.assertEqual(message.author_id, self.student_manager.partner_id)
        self._allow_managers(False)
        with self.assertRaises(AccessError):
            self._lines(self.student_manager)
        self.assertTrue(self._lines(self.administrator))

    @mute_logger("odoo.http")
    def test_list_is_printed_by_post_alone(self):
        lines = self._lines()
        self.administrator.password = self.administrator.login
        self.authenticate(self.administrator.login, self.administrator.login)
        response = self.url_open(f"/report/html/{REPORT}/{lines[0].id}")
        self.assertEqual(response.status_code, 405)
        response = self.url_open(
            f"/report/html/{REPORT}/{lines[0].id}",
            {"csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(len(self._codes(response.text)), 1)
        self.assertEqual(response.headers["Cache-Control"], "no-store")


@tagged("post_install", "-at_install", "browser")
class TestClassListTour(StudentPortalCase, HttpCase):
    """A class without addresses, from the dialog to the portal on a phone."""

    def test_class_is_granted_printed_and_arrives(self):
        self.env.company.student_portal_login_pattern = "tour.{gr_no}"
        self.administrator.group_ids += self.env.ref("base.group_user")
        students = self._create_students(3, email=False, lang="en_US")
        for number, student in enumerate(students):
            student.gr_no = f"TOUR-GRANT-{number}"
        self.start_tour(
            "/odoo/action-openeducat_core.act_open_op_student_view",
            "student_portal_grant_by_letter",
            login=self.administrator.login,
        )
        self.assertEqual(students.user_id.mapped("login")[2], "tour.tourgrant2")
        student = students[2].with_user(self.administrator)
        with self._printing():
            lines = student.action_print_access_letters()["context"]["active_ids"]
            html = (
                self.env["ir.actions.report"]
                .with_user(self.administrator)
                ._render_qweb_html(LETTER, lines)[0]
                .decode()
            )
        code = re.search(r">\s*(\w{4}-\w{4}-\w{4})\s*<", html)[1]
        self.authenticate(None, None)
        self.browser_size, self.touch_enabled = "390x844", True
        self.start_tour(
            "/my/start",
            "student_portal_start_code",
            cookies={"student_code": code.lower().replace("-", "")},
        )
        self.env.invalidate_all()
        self.assertEqual(students[2].portal_state, "active")
        self.assertEqual(students[0].portal_mail_state, "letter")
