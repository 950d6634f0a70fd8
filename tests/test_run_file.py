import base64
import io
import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models import op_student_portal_run_line
from ..models.op_student_portal_run import start, work
from .access_common import PortalAccessCase

#: How many letters the tests print at once.
AT_ONCE = 2
REPORTS = "odoo.addons.base.models.ir_actions_report"


@tagged("post_install", "-at_install")
class TestRunFile(PortalAccessCase, HttpCase):
    """More letters than one waits for: the scheduler prints them into files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reports = cls.env["ir.actions.report"]
        cls.wkhtmltopdf_state = reports.get_wkhtmltopdf_state()
        cls.startClassPatcher(cls._printing())
        for module in (start, work, op_student_portal_run_line):
            cls.startClassPatcher(patch.object(module, "LETTERS_AT_ONCE", AT_ONCE))

    def _start(self, students, user=None):
        """Start a run of letters in the name of a user, and return it as that user."""
        students = self._as(students, user or self.administrator)
        action = students.action_print_access_letters()
        self.assertEqual(action["res_model"], "op.student.portal.run")
        return students.env["op.student.portal.run"].browse(action["res_id"])

    def _printed(self, students, user=None):
        run = self._start(students, user)
        self._work_off_runs()
        self.assertEqual(run.state, "done")
        return run

    def _files(self, run):
        return run.file_ids.sorted("id")

    def _content(self, file):
        return base64.b64decode(file.sudo().content).decode()

    def _contacts(self, content):
        """Return the contacts whose codes are in a file, which work."""
        access = self.env["op.student.portal.access"]
        links = [
            access.of_code(code)
            for code in re.findall(r">\s*(\w{4}-\w{4}-\w{4})\s*<", content)
        ]
        self.assertFalse([link for link in links if link.problem])
        return [link.access.partner_id for link in links]

    # -- what is printed ---------------------------------------------------------

    def test_letters_of_many_are_printed_by_the_scheduler(self):
        students = self._create_invited(5)
        run = self._start(students)
        self.assertEqual((run.state, run.pending_count), ("running", 5))
        self.assertEqual(run.time_left, "Waiting for the scheduler")
        self.assertEqual(set(students.mapped("portal_mail_state")), {"sent"})
        self._work_off_runs()
        self.assertEqual((run.state, run.done_count), ("done", 5))
        self.assertEqual(
            self._files(run).mapped("name"),
            [
                "Access Letters 1-2.pdf",
                "Access Letters 3-4.pdf",
                "Access Letters 5-5.pdf",
            ],
        )
        printed = [self._contacts(self._content(file)) for file in self._files(run)]
        self.assertEqual(sum(printed, []), list(students.partner_id))
        self.assertEqual(set(students.mapped("portal_mail_state")), {"printed"})
        message = students[0].message_ids[0]
        self.assertEqual(message.author_id, self.administrator.partner_id)
        self.assertIn("Access letter printed", message.body)
        self.assertEqual(run.activity_ids.user_id, self.administrator)

    def test_as_many_as_one_waits_for_are_printed_at_once(self):
        students = self._as(self._create_invited(AT_ONCE), self.administrator)
        action = students.action_print_access_letters()
        self.assertEqual(action["type"], "ir.actions.report")

    def test_files_are_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env.ref(
            "openeducat_student_portal.action_report_access_letter"
        ).update_field_translations("name", {"fr_FR": "Lettres"})
        self.administrator.lang = "fr_FR"
        run = self._printed(self._create_invited(3))
        self.assertEqual(self._files(run)[0].name, "Lettres 1-2.pdf")

    def test_file_is_a_pdf_with_a_page_for_each_student(self):
        if self.wkhtmltopdf_state not in ("ok", "upgrade"):
            self.skipTest("wkhtmltopdf is missing: apt-get install wkhtmltopdf")
        students = self._create_invited(3)
        run = self._start(students).sudo()
        with mute_logger(REPORTS):
            run.with_context(force_report_rendering=True).process_batch(AT_ONCE)
        pages = PdfReader(io.BytesIO(base64.b64decode(run.file_ids.content))).pages
        self.assertEqual(len(pages), AT_ONCE)
        for student, page in zip(students, pages, strict=False):
            self.assertIn(student.portal_login, page.extract_text())

    def test_class_list_of_many_names_its_batch(self):
        course = self.env["op.course"].create({"name": "Year 1", "code": "FILE-Y1"})
        batch = self.env["op.batch"].create(
            {
                "name": "Owls",
                "code": "FILE-OWLS",
                "course_id": course.id,
                "start_date": "2026-01-01",
                "end_date": "2027-01-01",
            }
        )
        detail = {"course_id": course.id, "batch_id": batch.id, "state": "running"}
        students = self._create_students(
            4, course_detail_ids=[Command.create(detail)]
        ).sorted("id")
        self._grant(students)
        self._sign_in_once(students[0])
        action = batch.with_user(self.administrator).action_print_portal_class_list()
        run = self.env["op.student.portal.run"].browse(action["res_id"])
        self._work_off_runs()
        first, last = self._files(run.sudo())
        self.assertEqual(first.name, "Owls 1-2.pdf")
        contents = self._content(first), self._content(last)
        self.assertEqual(
            sum(map(self._contacts, contents), []), list(students[1:].partner_id)
        )
        # Who gets no code is on the last one.
        self.assertEqual(
            [students[0].name in content for content in contents], [False, True]
        )
        self.assertNotIn(students[1].name, contents[1])

    def test_who_needs_no_letter_by_then_is_skipped(self):
        students = self._create_invited(5)
        run = self._start(students)
        self._sign_in_once(students[:2])
        students[2].unlink()
        self._work_off_runs()
        self.assertEqual((run.state, run.skipped_count, run.done_count), ("done", 3, 2))
        # The first two would have been a file of their own.
        self.assertEqual(run.file_ids.mapped("letter_count"), [1, 1])
        self.assertEqual(
            [self._contacts(self._content(each)) for each in self._files(run)],
            [[students[3].partner_id], [students[4].partner_id]],
        )
        self.assertIn("signed in already", run.line_ids[0].message)

    def test_letters_of_two_schools_are_printed_for_who_is_of_both(self):
        school = self.env["res.company"].create({"name": "Second School"})
        self.administrator.company_ids += school
        students = self._create_invited(3)
        students[2].partner_id.company_id = school
        both = (self.administrator.company_id + school).ids
        self._printed(students.with_context(allowed_company_ids=both))
        self.assertEqual(set(students.mapped("portal_mail_state")), {"printed"})

    def test_letters_that_failed_are_printed_when_they_are_retried(self):
        students = self._create_invited(3)
        run = self._printed(students)
        run.sudo().line_ids[0].state = "failed"
        run.action_retry_failed()
        self._work_off_runs()
        contacts = self._contacts(self._content(self._files(run)[-1]))
        self.assertEqual(contacts, list(students[0].partner_id))

    def test_letter_that_fails_costs_the_others_nothing(self):
        students = self._create_invited(3)
        run = self._start(students)
        accesses = type(self.env["op.student.portal.access"])
        original = accesses._letters

        def letters(access):
            if students[0].partner_id in access.partner_id:
                raise UserError("Not this one")
            return original(access)

        with patch.object(accesses, "_letters", letters):
            self._work_off_runs()
        self.assertEqual((run.state, run.failed_count, run.done_count), ("done", 1, 2))
        self.assertEqual(run.line_ids[0].message, "Not this one")
        self.assertEqual(self._files(run).mapped("letter_count"), [1, 1])
        self.assertEqual(self._files(run)[0].name, "Access Letters 1-1.pdf")

    @mute_logger(work.__name__)
    def test_server_that_makes_no_pdf_interrupts_the_run(self):
        students = self._create_invited(3)
        run = self._start(students)
        reports = self.registry["ir.actions.report"]
        with patch.object(
            reports, "_render_qweb_pdf", side_effect=UserError("No PDF today")
        ):
            self._work_off_runs()
        self.assertEqual((run.state, run.interruption), ("interrupted", "No PDF today"))
        self.assertFalse(run.file_ids)
        self.assertEqual(set(students.mapped("portal_mail_state")), {"sent"})
        run.action_resume()
        self._work_off_runs()
        self.assertEqual((run.state, len(run.file_ids)), ("done", 2))

    def test_printing_asks_few_questions_for_each(self):
        def cost(count):
            students = self._create_invited(count)
            with patch.object(start, "LETTERS_AT_ONCE", 1):
                run = self._start(students).sudo()

            with patch.object(op_student_portal_run_line, "LETTERS_AT_ONCE", count):
                return self._count_queries(lambda: run.process_batch(count))

        cost(2)
        self.assertLessEqual(cost(42) - cost(2), 4)

    # -- who may open it ---------------------------------------------------------

    @mute_logger(work.__name__)
    def test_starter_who_may_not_print_any_more_prints_nothing(self):
        settings = self.env["res.config.settings"]
        settings.create({"group_student_portal_letters": True}).execute()
        students = self._create_invited(3)
        run = self._start(students, self.student_manager)
        settings.create({"group_student_portal_letters": False}).execute()
        self._work_off_runs()
        self.assertEqual(run.state, "interrupted")
        self.assertIn("print access letters", run.interruption)
        self.assertFalse(run.sudo().file_ids)
        self.assertEqual(set(students.mapped("portal_mail_state")), {"sent"})

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_files_are_for_who_started_the_run_alone(self):
        settings = self.env["res.config.settings"]
        settings.create({"group_student_portal_letters": True}).execute()
        students = self._create_invited(3)
        other = self._create_active()
        file = self._files(self._printed(students))[0]
        administrator = self._create_user(
            "portal.test.second.administrator",
            "openeducat_core.group_op_back_office_admin",
        )
        administrator.group_ids += self.env.ref("base.group_system")
        files = self.env["op.student.portal.run.file"]
        for user in (
            administrator
            + self.student_manager
            + self.faculty
            + self.employee
            + self.portal_user
            + other.user_id
        ):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    file.with_user(user).read(["name"])
                with self.assertRaises(AccessError):
                    file.with_user(user).read(["content"])
                if files.with_user(user).has_access("read"):
                    self.assertFalse(files.with_user(user).search([]))
                    run = file.run_id.with_user(user)
                    self.assertFalse(run.file_ids)
                user.sudo().password = f"{user.login} of the school"
                self.authenticate(user.login, f"{user.login} of the school")
                self.assertNotPrinted(file)
        self.authenticate(None, None)
        self.assertNotPrinted(file)

    def assertNotPrinted(self, file):
        for address in (
            f"/student_portal/letters/{file.id}",
            f"/web/content/op.student.portal.run.file/{file.id}/content",
        ):
            response = self.url_open(address)
            self.assertFalse(
                re.search(r"\w{4}-\w{4}-\w{4}\s*<", response.text), address
            )
            self.assertNotIn("no-store", response.headers.get("Cache-Control", ""))

    @mute_logger("odoo.http")
    def test_starter_downloads_the_file_and_no_browser_keeps_it(self):
        students = self._create_invited(3)
        file = self._files(self._printed(students))[0]
        self.administrator.password = "Administrator of the school"
        self.authenticate(self.administrator.login, "Administrator of the school")
        action = file.action_download()
        self.assertEqual(action["target"], "download")
        response = self.url_open(action["url"])
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("Letters%201-2.pdf", response.headers["Content-Disposition"])
        contacts = self._contacts(response.text)
        self.assertEqual(contacts, list(students[:2].partner_id))
        # Nobody reads it otherwise, to send it elsewhere.
        with self.assertRaises(AccessError):
            file.with_user(self.administrator).read(["content"])

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_starter_who_may_not_print_any_more_opens_nothing(self):
        settings = self.env["res.config.settings"]
        settings.create({"group_student_portal_letters": True}).execute()
        run = self._printed(self._create_invited(3), self.student_manager)
        file = self._files(run)[0]
        settings.create({"group_student_portal_letters": False}).execute()
        self.env.invalidate_all()
        for read in (lambda: file.read(["name"]), lambda: run.file_ids):
            with self.assertRaises(AccessError):
                read()
        # The run itself is open as before.
        self.assertNotIn("file_ids", run.read()[0])
        self.student_manager.password = "Manager of the school"
        self.authenticate(self.student_manager.login, "Manager of the school")
        self.assertNotPrinted(file)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_files_of_another_company_are_closed(self):
        file = self._printed(self._create_invited(3)).file_ids[0]
        file.sudo().run_id.company_id = self.env["res.company"].create(
            {"name": "Other School"}
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            file.with_user(self.administrator).read(["name"])

    def test_nobody_writes_files(self):
        file = self._printed(self._create_invited(3)).file_ids[0]
        for change in (
            lambda: file.write({"name": "Mine"}),
            lambda: file.copy(),
            lambda: file.unlink(),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_no_attachment_holds_a_code(self):
        count = self.env["ir.attachment"].sudo().search_count
        before = count([("res_field", "in", [False, "content"])])
        self._printed(self._create_invited(3))
        self.assertEqual(count([("res_field", "in", [False, "content"])]), before)

    # -- how long it is kept -----------------------------------------------------

    def test_file_is_deleted_when_its_codes_have_expired(self):
        self.env.company.student_portal_invitation_hours = 48
        run = self._printed(self._create_invited(3))
        files = run.sudo().file_ids
        model = self.env["op.student.portal.run.file"]
        now = fields.Datetime.now()
        with freeze_time(now + timedelta(hours=47)):
            model._gc_expired_files()
        self.assertEqual(files.exists(), files)
        with freeze_time(now + timedelta(hours=49)):
            model._gc_expired_files()
        self.assertFalse(files.exists())
        self.assertTrue(run.exists())

    def test_expired_files_are_deleted_a_part_at_a_time(self):
        files = self._printed(self._create_invited(3)).sudo().file_ids
        files.expires_on = fields.Datetime.now() - timedelta(minutes=1)
        limit = f"{type(files).__mro__[1].__module__}.GC_UNLINK_LIMIT"
        with patch(limit, 1):
            self.assertEqual(files._gc_expired_files(), (1, True))
            files._gc_expired_files()
        self.assertFalse(files.exists())

    def test_file_is_gone_with_its_run(self):
        run = self._printed(self._create_invited(3)).sudo()
        files = run.file_ids
        run.finished_on -= timedelta(days=1000)
        run._gc_ended_runs()
        self.env.invalidate_all()
        self.assertFalse(files.exists())
