from urllib.parse import urlsplit

from odoo.http import Request
from odoo.tests import tagged

from .guardian_common import GuardianCase
from .portal_common import needs_model
from .start_common import StartCase


@tagged("post_install", "-at_install")
@needs_model("op.parent")
class TestStartOfGuardians(StartCase, GuardianCase):
    """The page behind a link, and where it leads guardians to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guardian = cls._create_guardian(cls.student)
        cls._perform("grant", cls.guardian)
        cls.user = cls.guardian.user_id

    def assertLeadsTo(self, response, path):
        self.assertEqual(response.status_code, 303, response.text)
        self.assertEqual(urlsplit(response.headers["Location"]).path, path)

    def test_password_leads_to_the_children(self):
        self.assertLeadsTo(self._choose(self._link(self.guardian)), "/my/children")
        page = self.url_open("/my/children")
        self.assertIn(self.student.name, self._words(page))

    def test_link_opened_again_leads_who_is_signed_in_to_the_children(self):
        link = self._link(self.guardian)
        self._choose(link)
        for path in link, "/my/start":
            response = self.url_open(path, allow_redirects=False)
            self.assertLeadsTo(response, "/my/children")

    def test_guardian_without_a_child_in_sight_is_told_to_ask(self):
        self.env["op.student.portal.bar"].create(
            {
                "student_id": self.student.id,
                "partner_id": self.guardian.partner_id.id,
            }
        )
        link = self._link(self.guardian)
        self.assertLeadsTo(self._choose(link), "/my/children")
        for path in link, "/my/start", "/my/child":
            response = self.url_open(path, allow_redirects=False)
            self.assertLeadsTo(response, "/my/children")
        self.assertSays(self.url_open("/my/children"), "ask your school")

    def test_student_is_led_to_the_own_pages(self):
        self._choose()
        for path in "/my/start", "/my/child":
            response = self.url_open(path, allow_redirects=False)
            self.assertLeadsTo(response, "/my/student")

    def test_who_is_neither_is_told_to_ask(self):
        self.authenticate(self.portal_user.login, self.portal_user.login)
        response = self.url_open("/my/child", allow_redirects=False)
        self.assertLeadsTo(response, "/my/children")
        self.assertSays(self.url_open("/my/children"), "ask your school")

    def test_parent_who_works_here_signs_in_to_odoo(self):
        self._create_guardian(self.student, contact=self.employee.partner_id)
        self.assertTrue(
            self.env["op.student"].with_user(self.employee).portal_children()
        )
        self.authenticate(None, None)
        form = {
            "login": self.employee.login,
            "password": self.employee.login,
            "csrf_token": Request.csrf_token(self),
        }
        response = self.url_open("/web/login", data=form, allow_redirects=False)
        self.assertNotIn("/my", response.headers["Location"])
