import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.op_student_portal_access.code import CODE_CHARACTERS, WRONG_TRIES
from .access_common import PASSWORD
from .start_common import StartCase

LETTERS = "openeducat_student_portal.report_access_letter"
LIMIT = "odoo.addons.openeducat_student_portal.controllers.start.WRONG_CODES_PER_HOUR"


@tagged("post_install", "-at_install")
class TestStartCode(StartCase):
    """The code of a letter, typed at a short address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(cls._printing())
        cls.code = cls._print()

    @classmethod
    def _run(cls):
        student = cls.student.with_user(cls.administrator)
        return student.action_print_access_letters()["context"]["active_ids"]

    @classmethod
    def _print(cls):
        """Print the student's letter, and return its code."""
        reports = cls.env["ir.actions.report"].with_user(cls.administrator)
        html = reports._render_qweb_html(LETTERS, cls._run())[0].decode()
        return re.search(r">\s*(\w{4}-\w{4}-\w{4})\s*<", html)[1]

    def _type(self, code):
        return self._send(code=code)

    def _wrong(self):
        """Return a wrong code that begins as the right one."""
        last = next(each for each in CODE_CHARACTERS if each != self.code[-1])
        return self.code[:-1] + last

    def test_code_leads_to_the_form_and_then_to_the_portal(self):
        page = self._type(self.code)
        self.assertHidden(page)
        self.assertForm(page)
        token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
        response = self._send(token=token, password=PASSWORD, confirm_password=PASSWORD)
        self.assertHome(response)
        self.assertSignedIn(self.student)
        self.authenticate(None, None)
        page = self._type(self.code)
        self.assertNoForm(page)
        self.assertSays(page, "You have chosen your password already")

    def test_code_is_typed_as_one_likes(self):
        for code in (
            self.code.lower(),
            self.code.replace("-", ""),
            self.code.replace("-", " "),
            f" {self.code}\u00a0",
            self.code.replace("-", " – "),
        ):
            self.assertForm(self._type(code))

    def test_code_of_the_qr_code_is_filled_in_and_not_tried(self):
        self.authenticate(None, None)
        page = self.url_open("/my/start", params={"code": self._wrong()})
        self.assertHidden(page)
        self.assertIn(f'value="{self._wrong()}"', page.text)
        self.assertEqual(self.access.code_wrong_tries, 0)
        self.assertFalse(self.env["op.student.portal.attempt"].search([]))

    def test_code_is_stored_as_a_hash_alone(self):
        self.env.flush_all()
        self.cr.execute(
            "SELECT * FROM op_student_portal_access WHERE id = %s", self.access.ids
        )
        stored = " ".join(map(str, self.cr.fetchone()))
        self.assertNotIn(self.code.replace("-", "")[4:], stored)
        self.assertNotIn(self.code[5:], stored)
        self.assertIn(self.access.code_hash, stored)
        for name in ("code_selector", "code_hash"):
            for user in (self.student_manager, self.administrator):
                fields_got = self.access.with_user(user).sudo(False).fields_get([name])
                self.assertFalse(fields_got)

    def test_no_character_is_taken_for_another(self):
        for pair in ("0O", "1I", "1L", "IL", "2Z", "5S", "6G", "8B", "OQ", "UV"):
            self.assertLessEqual(len(set(pair) & set(CODE_CHARACTERS)), 1, pair)
        self.assertRegex(self.code, rf"^(?:[{CODE_CHARACTERS}]{{4}}-?){{3}}$")

    # -- codes that do not work --------------------------------------------------

    def assertRefused(self, code, *texts):
        self.authenticate(None, None)
        page = self._type(code)
        self.assertNoForm(page)
        self.assertSays(page, *(texts or ("This code is wrong, or no longer works",)))

    def test_wrong_codes_are_refused(self):
        for code in (self._wrong(), "", "A", "AAAA-AAAA-AAAA", "ü" * 12, "A" * 999):
            self.assertRefused(code)

    def test_code_ends_with_its_time(self):
        self.access.code_expires_on = fields.Datetime.now() - timedelta(seconds=1)
        self.assertRefused(self.code, "This code has expired")

    def test_code_works_as_long_as_the_link(self):
        self.assertEqual(self.access.code_expires_on, self.access.link_expires_on)
        page = self._type(self.code)
        token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
        self.access.code_expires_on = fields.Datetime.now() + timedelta(minutes=5)
        self.assertNotEqual(self.access.token_of_code(), token)

    def test_code_ends_after_ten_wrong_tries(self):
        for _try in range(WRONG_TRIES - 1):
            self._type(self._wrong())
        self.assertForm(self._type(self.code))
        self._type(self._wrong())
        self.assertRefused(self.code)
        self.assertForm(self._type(self._print()))

    def test_code_ends_with_the_next_one(self):
        code = self._print()
        self.assertNotEqual(code, self.code)
        self.assertRefused(self.code)
        self.assertForm(self._type(code))

    def test_code_ends_when_the_access_is_revoked(self):
        self._as(self.student).action_revoke_portal_access()
        self.assertRefused(self.code, "Your access has ended")
        self._as(self.student).action_restore_portal_access()
        self.assertRefused(self.code, "This code no longer works")

    def test_code_ends_with_the_login_and_the_password(self):
        self.access.user_id.login = "changed.elsewhere@example.com"
        self.assertRefused(self.code, "This code no longer works")
        code = self._print()
        self.access.user_id.password = PASSWORD
        self.assertRefused(code, "This code no longer works")

    def test_code_ends_with_a_sign_in(self):
        self._sign_in_once(self.student)
        self.assertRefused(self.code, "You have chosen your password already")

    def test_code_ends_when_odoo_cancels_the_link(self):
        self.access.partner_id.signup_cancel()
        self.assertRefused(self.code, "This code no longer works")

    # -- limits ------------------------------------------------------------------

    def test_caller_is_limited(self):
        with patch(LIMIT, 2):
            self.assertForm(self._type(self.code))
            self.assertRefused("AAAA-AAAA-AAAA")
            self.assertRefused("AAAA-AAAA-AAAC")
            self.assertRefused(self.code, "There were too many wrong codes")
        attempts = self.env["op.student.portal.attempt"].search([])
        self.assertEqual(len(attempts), 2)
        self.cr.execute(
            "UPDATE op_student_portal_attempt SET create_date = %s",
            (fields.Datetime.now() - timedelta(minutes=61),),
        )
        with patch(LIMIT, 2):
            self.assertForm(self._type(self.code))

    # -- letters -----------------------------------------------------------------

    @mute_logger("odoo.http")
    def test_letters_are_printed_by_post_and_not_cached(self):
        lines = self._run()
        self.administrator.password = self.administrator.login
        self.authenticate(self.administrator.login, self.administrator.login)
        for kind in ("html", "pdf", "text"):
            address = f"/report/{kind}/{LETTERS}/{lines[0]}"
            response = self.url_open(address)
            self.assertEqual(response.status_code, 405)
            self.assertNotIn(self.access.login, response.text)
        response = self.url_open(
            f"/report/html/{LETTERS}/{lines[0]}",
            data={"csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertIn(self.access.login, response.text)

    def test_letter_holds_no_link(self):
        reports = self.env["ir.actions.report"].with_user(self.administrator)
        html = reports._render_qweb_html(LETTERS, self._run())[0].decode()
        self.assertNotIn("token", html)
        self.assertIn("/my/start", html)
