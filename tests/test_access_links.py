import re
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .access_common import PASSWORD, AccessLinkCase


@tagged("post_install", "-at_install")
class TestAccessLinks(AccessLinkCase):
    """Links and sessions that live, and those that are dead for good."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.student = cls._create_students(1)
        cls._grant(cls.student)

    def _resent_link(self):
        self._set_mails_sent(self.student)
        self._as(self.student).action_resend_portal_invitation()
        return self._link(self.student)

    def assertLives(self, link):
        access = self.env["op.student.portal.access"]
        self.assertEqual(
            access.of_token(self._token(link)), (self.student.portal_access_id, "")
        )
        self.authenticate(None, None)
        page = self.url_open(link).text
        self.assertTrue('name="confirm_password"' in page)

    def assertDead(self, link):
        """The link shows no form, and sets no password when it is used anyway."""
        access = self.env["op.student.portal.access"]
        self.assertTrue(access.of_token(self._token(link)).problem)
        self.authenticate(None, None)
        self.assertFalse('name="confirm_password"' in self.url_open(link).text)
        users = self.student.user_id
        self.env.flush_all()
        self.cr.execute("SELECT password FROM res_users WHERE id = %s", users.ids)
        before = self.cr.fetchall()
        self._set_password(link, password="Stolen-Horse-88")
        self.cr.execute("SELECT password FROM res_users WHERE id = %s", users.ids)
        self.assertEqual(self.cr.fetchall(), before)

    def assertSignedIn(self, signed_in):
        page = self.url_open("/my", allow_redirects=False)
        self.assertEqual(page.status_code, 200 if signed_in else 303)
        if not signed_in:
            self.assertIn("/web/login", page.headers["Location"])

    # -- links -------------------------------------------------------------------

    def test_links_of_others_lead_to_the_pages_of_odoo(self):
        contact = self.env["res.partner"].create(
            {"name": "Somebody Else", "email": "somebody.else@example.com"}
        )
        contact.signup_prepare()
        token = contact._generate_signup_token()
        for page in "signup", "reset_password":
            self.authenticate(None, None)
            response = self.url_open(f"/web/{page}", params={"token": token})
            self.assertIn(f"oe_{page}_form", response.text)

    def test_resent_link_leaves_the_earlier_one_alive(self):
        first = self._link(self.student)
        second = self._resent_link()
        self.assertNotEqual(first, second)
        self.assertLives(first)
        self.assertLives(second)

    def test_every_link_is_dead_after_the_first_sign_in(self):
        first = self._link(self.student)
        second = self._resent_link()
        self._set_password(second)
        self.assertSignedIn(True)
        self.assertEqual(self.student.portal_state, "active")
        self.assertDead(first)
        self.assertDead(second)

    def test_link_that_has_set_a_password_never_lives_again(self):
        self._sign_in_once(self.student)
        self._set_mails_sent(self.student)
        self._as(self.student).action_reset_portal_password()
        link = self._link(self.student)
        self._set_password(link)
        self._set_mails_sent(self.student)
        # Not signed in since: Odoo alone would take the old link for the new one.
        self._as(self.student).action_reset_portal_password()
        self.assertDead(link)
        self.assertLives(self._link(self.student))

    def test_reset_link_is_dead_after_the_next_sign_in(self):
        self._sign_in_once(self.student)
        self._set_mails_sent(self.student)
        self._as(self.student).action_reset_portal_password()
        link = self._link(self.student)
        self.assertLives(link)
        with patch.object(
            self.env.cr, "now", lambda: datetime.now().replace(year=2035)
        ):
            self._sign_in_once(self.student)
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertDead(link)

    def test_revoking_kills_every_link_for_good(self):
        links = [self._link(self.student), self._resent_link()]
        self._as(self.student).action_revoke_portal_access()
        for link in links:
            self.assertDead(link)
        self._as(self.student).action_restore_portal_access()
        fresh = self._resent_link()
        for link in links:
            self.assertDead(link)
        self.assertLives(fresh)

    def test_links_are_dead_no_matter_who_archives_the_user(self):
        link = self._link(self.student)
        self.student.user_id.active = False
        self._grant(self.student)
        self.assertEqual(self.student.portal_state, "invited")
        self.assertDead(link)
        self.assertLives(self._link(self.student))

    def test_changed_login_kills_every_link(self):
        link = self._link(self.student)
        self.student.email = "new.login@example.com"
        self._as(self.student).action_update_portal_login()
        self.assertDead(link)
        fresh = self._resent_link()
        self.assertDead(link)
        self.assertLives(fresh)
        self.student.user_id.login = "changed.elsewhere@example.com"
        self.assertDead(fresh)

    def test_password_that_is_set_elsewhere_kills_every_link(self):
        link = self._link(self.student)
        self.student.user_id.password = "Correct-Horse-77"
        self.assertDead(link)

    def test_same_login_written_again_kills_no_link(self):
        self.student.user_id.login = self.student.user_id.login
        self.assertLives(self._link(self.student))

    def test_archiving_the_student_kills_every_link(self):
        link = self._link(self.student)
        self.student.active = False
        self.assertDead(link)
        self.student.active = True
        self.assertDead(link)
        self._resent_link()
        self.assertDead(link)

    def test_link_is_dead_when_its_time_is_over(self):
        link = self._link(self.student)
        hours = self.env.company.student_portal_invitation_hours
        moment = datetime.now() + timedelta(hours=hours + 1)

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment.astimezone(tz) if tz else moment

        with patch("odoo.tools.misc.datetime.datetime", Clock):
            self.assertFalse('name="confirm_password"' in self.url_open(link).text)

    def test_links_of_others_are_as_odoo_makes_them(self):
        contact = self.env["res.partner"].create({"name": "A Guest"})
        self.assertIsNone(contact._get_login_date())
        self.employee.password = "Other-Horse-99"
        self.assertFalse(self.employee.sudo().student_portal_access_key)

    # -- sessions ----------------------------------------------------------------

    def _sign_in(self):
        self.student.user_id.password = PASSWORD
        self.authenticate(self.student.user_id.login, PASSWORD)
        self.assertSignedIn(True)

    def test_revoking_ends_the_session(self):
        self._sign_in()
        self._as(self.student).action_revoke_portal_access()
        self.assertSignedIn(False)

    def test_restoring_revives_no_session(self):
        self._sign_in()
        self._as(self.student).action_revoke_portal_access()
        self._as(self.student).action_restore_portal_access()
        self.assertSignedIn(False)
        self.authenticate(self.student.user_id.login, PASSWORD)
        self.assertSignedIn(True)

    def test_changed_login_ends_the_session(self):
        self._sign_in()
        self.student.email = "new.login@example.com"
        self._as(self.student).action_update_portal_login()
        self.assertSignedIn(False)

    def test_student_who_changes_the_password_stays_signed_in(self):
        self._sign_in()
        page = self.url_open("/my/security").text
        csrf_token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        page = self.url_open(
            "/my/security",
            data={
                "csrf_token": csrf_token,
                "op": "password",
                "old": PASSWORD,
                "new1": "Better-Horse-99",
                "new2": "Better-Horse-99",
            },
        )
        self.assertTrue("Password Updated" in page.text)
        self.assertSignedIn(True)

    def test_api_key_opens_nothing_while_revoked(self):
        user = self.student.user_id
        keys = self.env["res.users.apikeys"]
        key = (
            keys.with_user(user)
            .sudo()
            ._generate("rpc", "Test", datetime.now() + timedelta(days=1))
        )
        self.assertEqual(keys._check_credentials(scope="rpc", key=key), user.id)
        self._as(self.student).action_revoke_portal_access()
        self.env.flush_all()
        self.assertFalse(keys._check_credentials(scope="rpc", key=key))
