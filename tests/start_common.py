import re
from html import unescape
from urllib.parse import urlsplit

from odoo.http import Request

from .access_common import PASSWORD, AccessLinkCase

START = "/my/start"


class StartCase(AccessLinkCase):
    """Students who arrive, and others who try."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write({"phone": "+32 2 555 01 01", "email": "desk@example.com"})
        cls.student = cls._create_students(1)
        cls._grant(cls.student)
        cls.access = cls.student.sudo().portal_access_id

    def _link(self, student=None):
        return super()._link(student or self.student)

    def _token(self, link=None):
        return super()._token(link or self._link())

    def _resent_link(self):
        self._set_mails_sent(self.student)
        self._as(self.student).action_resend_portal_invitation()
        return self._link()

    def _reset_link(self):
        self._set_mails_sent(self.student)
        self._as(self.student).action_reset_portal_password()
        return self._link()

    def _send(self, path=START, **values):
        """Send a form of the page, as who is signed in, or nobody."""
        if not getattr(self, "session", None):
            self.authenticate(None, None)
        return self.url_open(
            path,
            data={"csrf_token": Request.csrf_token(self), **values},
            allow_redirects=False,
        )

    def _choose(self, link=None, password=PASSWORD, again=None, **values):
        return self._send(
            token=self._token(link),
            password=password,
            confirm_password=password if again is None else again,
            **values,
        )

    def _words(self, response):
        text = re.sub(
            r"<(script|style).*?</\1>|<[^>]*>", " ", response.text, flags=re.S
        )
        return " ".join(unescape(text).split())

    def assertHome(self, response):
        self.assertEqual(response.status_code, 303, response.text)
        path = urlsplit(response.headers["Location"]).path
        # Website has an address of each language.
        self.assertIn(path, ("/my/student", "/ar/my/student"))

    def assertSignedIn(self, student=None):
        """Check whose portal is open, or that nobody is signed in."""
        page = self.url_open("/my/student")
        path = "/my/student" if student else "/web/login"
        self.assertEqual(urlsplit(page.url).path, path)
        if student:
            self.assertIn(student.name, self._words(page))

    def assertSays(self, response, *texts):
        words = self._words(response)
        for text in texts:
            self.assertIn(text, words)

    def assertHidden(self, response):
        """Check that no cache, no other site and no frame gets the page."""
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(response.headers["X-Frame-Options"], "DENY")

    def assertForm(self, response):
        self.assertIn('name="confirm_password"', response.text)

    def assertNoForm(self, response):
        self.assertNotIn('name="confirm_password"', response.text)
