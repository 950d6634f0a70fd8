from contextlib import contextmanager
from datetime import date
from functools import wraps
from unittest import SkipTest

from odoo.fields import Command
from odoo.http import Request
from odoo.modules.registry import Registry
from odoo.tests import HttpCase
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from .common import StudentPortalCase


def needs_model(*model_names):
    """Skip a test, or all of a class, where the app of a model is not installed."""

    def decorate(test):
        if isinstance(test, type):
            set_up = test.setUpClass

            def set_up_class(cls):
                _skip_without(model_names)
                set_up.__func__(cls)

            test.setUpClass = classmethod(set_up_class)
            return test

        @wraps(test)
        def run(self, *args, **kwargs):
            _skip_without(model_names)
            return test(self, *args, **kwargs)

        return run

    return decorate


def _skip_without(model_names):
    registry = Registry(get_db_name())
    for model_name in model_names:
        if model_name not in registry:
            raise SkipTest(f"No app with {model_name} is installed")


class StudentPortalPagesCase(StudentPortalCase, HttpCase):
    """Students with access, who open their pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.student = cls._create_portal_student()
        cls.other_student = cls._create_portal_student()
        cls.env["op.student.portal.section"].search([]).active = True

    @classmethod
    def _create_portal_student(cls, group=None, **values):
        """Create a student who has access already."""
        student = cls._create_students(1, **values)
        cls._grant(
            student,
            portal_group=group or cls.group_student_portal,
            send_invitation=False,
        )
        return student

    @classmethod
    def _create_enrolment(cls, students, name="Portal Test", **values):
        """Enrol students in a course and batch of their own.

        :return: the course and the batch
        """
        number = cls.env["op.batch"].with_context(active_test=False).search_count([])
        course = cls.env["op.course"].create(
            {"name": f"{name} Course", "code": f"PTC{number}"}
        )
        batch = cls.env["op.batch"].create(
            {
                "name": f"{name} Batch",
                "code": f"PTB{number}",
                "course_id": course.id,
                "start_date": date(2026, 1, 1),
                "end_date": date(2027, 12, 31),
            }
        )
        cls.env["op.student.course"].create(
            [
                {
                    "student_id": student.id,
                    "course_id": course.id,
                    "batch_id": batch.id,
                    "roll_number": f"{number}-{student.id}",
                    **values,
                }
                for student in students
            ]
        )
        return course, batch

    def _full_student(self):
        """Return a student of the demo data, whose sections are full this week."""
        student = self.env.ref(
            "openeducat_student_portal.op_student_mira_halvorsen",
            raise_if_not_found=False,
        )
        if not student:
            self.skipTest("There is no demo data")
        self.env["op.student"]._create_portal_demo()
        return student

    def _section(self, code):
        return (
            self.env["op.student.portal.section"]
            .with_context(active_test=False)
            .search([("code", "=", code)])
        )

    def _pages(self, user=None):
        """Return op.student as a user sees it, as a page does."""
        user = user or self.student.user_id
        return self.env["op.student"].with_user(user).portal_student()

    def _speak(self, student, code):
        """Let a student read another language, which the school's site has too."""
        lang = self.env["res.lang"]._activate_lang(code)
        student.user_id.lang = code
        self.env["website"].search([]).language_ids += lang

    def _sign_in(self, user=None):
        user = user or self.student.user_id
        self.authenticate(user.login, user.login)

    def _open(self, url, user=None, status=200, **request):
        """Open a page as a student, or another user, and return what it says."""
        self._sign_in(user)
        response = self.url_open(url, **request)
        self.assertEqual(response.status_code, status, url)
        return response.text

    def _post(self, url, values, user=None, files=None):
        """Send a form of the portal as a user, with the token of its page."""
        self._sign_in(user)
        return self.url_open(
            url,
            data={"csrf_token": Request.csrf_token(self), **values},
            files=files,
            allow_redirects=False,
        )

    @contextmanager
    def _changed(self, record, **values):
        """Change a record for a while."""
        before = {
            name: [Command.set(record[name].ids)]
            if record._fields[name].type == "many2many"
            else record._fields[name].convert_to_write(record[name], record)
            for name in values
        }
        record.write(values)
        yield
        record.write(before)

    def assertPagesRefused(self, urls, code):
        """Check that nobody sees pages of a section who may not.

        :param urls: addresses of pages of the section
        :param code: the code of the section
        """
        for user, status in self._refusals(code):
            for url in urls:
                page = self._open(url, user, status=status)
                if not self.company.student_portal_enabled:
                    self.assertIn("switched off", page)
        self.authenticate(None, None)
        self.assertSentToLogin(urls)
        self._sign_in()
        self.student.user_id.active = False
        self.env.flush_all()
        self.assertSentToLogin(urls)

    def assertFormRefused(self, url, values, code):
        """Check that nobody sends a form of a section who may not.

        :param str url: where the form is sent to
        :param dict values: what is in it
        :param code: the code of the section
        """
        for user, status in self._refusals(code):
            response = self._post(url, values, user)
            self.assertEqual(response.status_code, status, user)
        form = {"csrf_token": Request.csrf_token(self), **values}
        for revoked in False, True:
            if revoked:
                self._sign_in()
                form["csrf_token"] = Request.csrf_token(self)
                self.student.user_id.active = False
                self.env.flush_all()
            else:
                self.authenticate(None, None)
            with mute_logger("odoo.http"):
                response = self.url_open(url, data=form, allow_redirects=False)
            # To the sign-in, or, the token being another session's, nowhere.
            self.assertIn(response.status_code, (303, 400))
            self.assertIn("/web/login", response.headers.get("Location", "/web/login"))

    def _refusals(self, code):
        """Go through who is signed in and may not open a section.

        :param code: the code of the section
        :return: pairs of a user and the status of the answer, each of them holding
            until the next one is asked for
        """
        section = self._section(code)
        student_user = self.student.user_id
        yield self.portal_user, 404
        yield self.employee, 404
        for record, values, status in (
            (section, {"active": False}, 404),
            (section, {"group_ids": [Command.clear()]}, 403),
            (section, {"model_name": "op.no.such.model"}, 404),
            (self.company, {"student_portal_enabled": False}, 403),
        ):
            with self._changed(record, **values):
                yield student_user, status
        with self._changed(self.student, active=False):
            student_user.active = True
            yield student_user, 404
        # OpenEduCat's User may write whose user a student has.
        with self._changed(self.student, user_id=self.portal_user.id):
            yield self.portal_user, 404

    def assertSentToLogin(self, urls):
        """Check that anyone who asks for the pages now is sent to the sign-in."""
        for url in urls:
            response = self.url_open(url, allow_redirects=False)
            self.assertEqual(response.status_code, 303, url)
            self.assertIn("/web/login", response.headers["Location"])
