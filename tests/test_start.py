import logging
from datetime import datetime
from unittest.mock import patch
from urllib.parse import urlsplit

from freezegun import freeze_time

from odoo.exceptions import AccessDenied, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..secrets_in_logs import SecretFilter
from .access_common import PASSWORD
from .start_common import StartCase


@tagged("post_install", "-at_install")
class TestStart(StartCase):
    """The page behind the link of a mail."""

    # -- a link that works -------------------------------------------------------

    def test_link_leads_to_the_form_and_then_to_the_portal(self):
        page = self.url_open(self._link())
        self.assertHidden(page)
        self.assertForm(page)
        self.assertSays(
            page, "Choose your password", self.env.company.name, "Save and sign in"
        )
        self.assertIn(f'value="{self.access.login}"', page.text)
        response = self._choose()
        self.assertHidden(response)
        self.assertHome(response)
        self.assertSignedIn(self.student)
        self.assertEqual(self.student.portal_state, "active")

    def test_scanner_uses_up_nothing(self):
        link = self._link()
        for method in ("HEAD", "GET", "GET", "HEAD"):
            response = self.url_open(link, method=method)
            self.assertEqual(response.status_code, 200)
        self.assertHome(self._choose(link))

    def test_refused_password_does_not_use_up_the_link(self):
        link = self._link()
        page = self._choose(link, again="Another-Horse-88")
        self.assertForm(page)
        self.assertSays(page, "The passwords are not the same")
        self.assertForm(self._choose(link, password=""))

        def refuse(_users):
            raise UserError("It is too short.")

        with patch.object(self.registry["res.users"], "_set_password", refuse):
            page = self._choose(link)
        self.assertForm(page)
        self.assertSays(page, "It is too short.")
        self.assertSignedIn(None)
        self.authenticate(None, None)
        self.assertHome(self._choose(link))

    def test_rule_for_passwords_is_told_before_and_kept(self):
        if not hasattr(self.env["res.users"], "get_password_policy"):
            self.skipTest("Password Policy is not installed")
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("auth_password_policy.minlength", 12)
        link = self._link()
        self.assertSays(self.url_open(link), "Minimum number of characters: 12")
        page = self._choose(link, password="short")
        self.assertForm(page)
        self.assertSays(page, "must contain at least 12 characters")
        self.assertHome(self._choose(link))

    def test_page_is_in_the_language_of_the_student(self):
        lang = self.env["res.lang"]._activate_lang("ar_001")
        if "website" in self.env:
            self.env["website"].search([]).language_ids += lang
        self.env.ref(
            "openeducat_student_portal.student_portal_start"
        ).update_field_translations(
            "arch_db", {"ar_001": {"Choose your password": "اختر كلمة المرور"}}
        )
        self.student.lang = "ar_001"
        page = self.url_open(self._link())
        self.assertSays(page, "اختر كلمة المرور")
        self.assertIn('dir="rtl"', page.text)
        self.assertIn('lang="ar-001"', page.text)
        self.assertHome(self._choose())
        self.assertIn('lang="ar-001"', self.url_open("/my/student").text)

    def test_too_many_wrong_passwords_before_still_set_the_password(self):
        users = self.registry["res.users"]
        with patch.object(users, "_on_login_cooldown", return_value=True):
            response = self._choose()
        self.assertIn("/web/login?", response.headers["Location"])
        self.authenticate(None, None)
        login = {"login": self.access.login, "password": PASSWORD}
        response = self._send("/web/login", **login)
        self.assertEqual(response.status_code, 303)
        self.assertSignedIn(self.student)

    def test_second_factor_is_asked_for(self):
        if "totp_secret" not in self.env["res.users"]._fields:
            self.skipTest("Two-Factor Authentication is not installed")
        self._sign_in_once(self.student)
        self.student.user_id.totp_secret = "JBSWY3DPEHPK3PXP"
        response = self._choose(self._reset_link())
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login/totp", response.headers["Location"])
        self.assertIn("my%2Fstudent", response.headers["Location"])
        self.assertSays(self.url_open(response.headers["Location"]), "code")
        self.assertSignedIn(None)

    def test_page_that_a_browser_shows_is_recorded(self):
        token = self._token()
        self.assertEqual(
            self.url_open(f"/my/start/opened?token={token}").status_code, 405
        )
        self.assertFalse(self.access.link_opened_on)
        self.assertHidden(self._send("/my/start/opened", token=token))
        self.assertTrue(self.access.link_opened_on)
        self.access.link_opened_on = False
        self._as(self.student).action_revoke_portal_access()
        self._send("/my/start/opened", token=token)
        self.assertFalse(self.access.link_opened_on)

    # -- a link that does not work -----------------------------------------------

    def assertDead(self, link, *texts):
        self.authenticate(None, None)
        page = self.url_open(link)
        self.assertHidden(page)
        self.assertNoForm(page)
        self.assertSays(page, *texts, "+32 2 555 01 01", "desk@example.com")
        self.assertNoForm(self._choose(link))
        self.assertSignedIn(None)
        return page

    def test_used_link_says_so(self):
        link = self._link()
        self._choose(link)
        page = self.assertDead(
            link, "You have chosen your password already", "Send me a new link"
        )
        self.assertIn('href="/web/login?redirect=/my/student"', page.text)

    def test_expired_link_says_so(self):
        link = self._link()
        with freeze_time(datetime(2100, 1, 1)):
            found = self.env["op.student.portal.access"].of_token(self._token(link))
        self.assertEqual(found.problem, "expired")
        with patch.object(
            self.registry["op.student.portal.access"], "of_token", return_value=found
        ):
            self.assertDead(link, "This link has expired")

    def test_replaced_link_says_so(self):
        link = self._link()
        self.student.email = "corrected@example.com"
        fresh = self._resent_link()
        self.assertDead(link, "This link no longer works", "Use the newest mail")
        self.assertForm(self.url_open(fresh))

    def test_odoos_own_resets_end_the_links_before(self):
        link = self._link()
        self._set_mails_sent(self.student)
        self.student.email = "teachers.own@example.com"
        self.authenticate(None, None)
        page = self._send("/web/reset_password", login=self.access.login)
        self.assertSays(page, "Password reset instructions sent")
        self.assertDead(link, "This link no longer works")
        fresh = self._link()
        self.assertEqual(self.access.mail_id.email_to, self.access.login)
        self.assertForm(self.url_open(fresh))
        self._set_mails_sent(self.student)
        mail = self.access.mail_id
        self.access.user_id.action_reset_password()
        self.assertNotEqual(self.access.mail_id, mail)
        self.assertGreater(self.access.link_expires_on, datetime.now())

    def test_link_of_a_revoked_access_says_so(self):
        link = self._link()
        self._as(self.student).action_revoke_portal_access()
        page = self.assertDead(link, "Your access has ended")
        self.assertNotIn("Send me a new link", self._words(page))

    def test_unknown_link_says_so(self):
        for token in ("AAAA", self._token()[:-9] + "XXXXXXXXX", "ü", "A" * 5000):
            page = self.url_open("/my/start", params={"token": token})
            self.assertEqual(page.status_code, 200)
            self.assertSays(page, "This link does not work", "Send me a new link")
        contact = self.env["res.partner"].create({"name": "A Guest"})
        contact.signup_prepare()
        page = self.url_open("/my/start", params={"token": self._guest_token(contact)})
        self.assertSays(page, "This link does not work")

    def _guest_token(self, contact):
        return contact.sudo()._generate_signup_token()

    # -- who is signed in --------------------------------------------------------

    def test_student_who_is_signed_in_goes_straight_to_the_portal(self):
        link = self._link()
        self._choose(link)
        for path in (link, "/my/start"):
            self.assertHome(self.url_open(path, allow_redirects=False))

    def test_student_who_asked_for_a_new_password_may_be_signed_in(self):
        self._choose()
        self.assertForm(self.url_open(self._reset_link()))

    def test_other_user_is_told_and_can_switch(self):
        self.authenticate(self.portal_user.login, self.portal_user.login)
        page = self.url_open(self._link())
        self.assertNoForm(page)
        self.assertSays(page, self.portal_user.login, self.access.login)
        response = self._send("/my/start/switch", token=self._token())
        self.assertForm(self.url_open(response.headers["Location"]))
        self.assertSignedIn(None)

    def test_other_user_does_not_use_the_link_unasked(self):
        self.authenticate(self.portal_user.login, self.portal_user.login)
        self.assertFalse(self.access.user_id.login_date)
        self.assertNoForm(self.url_open(self._link()))

    # -- Odoo's own pages --------------------------------------------------------

    def test_links_of_the_version_before_lead_to_the_page(self):
        token = self._token()
        for path in ("/web/signup", "/web/reset_password"):
            page = self.url_open(path, params={"token": token, "db": self.cr.dbname})
            self.assertForm(page)
            self.assertIn("/my/start?", page.url)

    def test_pages_of_others_stay_odoos(self):
        contact = self.env["res.partner"].create({"name": "A Guest"})
        contact.signup_prepare()
        query = {"token": self._guest_token(contact)}
        page = self.url_open("/web/signup", params=query)
        self.assertIn("oe_signup_form", page.text)
        self.assertIn("/web/signup", page.url)

    @mute_logger("odoo.http")
    def test_forms_need_the_token_of_their_page(self):
        self.authenticate(None, None)
        for path in ("/my/start", "/my/start/link", "/my/start/switch"):
            response = self.url_open(path, data={"token": self._token()})
            self.assertEqual(response.status_code, 400)

    # -- a new link --------------------------------------------------------------

    def _mails(self):
        return self.env["mail.mail"].search([("email_to", "=", self.access.email)])

    def _asked(self, **values):
        """Ask for a new link, and return the mails that this makes."""
        before = self._mails()
        response = self._send("/my/start/link", **values)
        self.assertHidden(response)
        self.answers.add(self._words(response))
        return self._mails() - before

    def test_new_link_goes_to_the_address_on_record_with_the_same_answer(self):
        self.answers = set()
        self.assertFalse(self._asked(login="nobody@example.com"))
        self.assertFalse(self._asked(login=self.portal_user.login))
        self.assertFalse(self._asked(token="AAAA"))
        # An invitation waits to be sent.
        self.assertFalse(self._asked(login=self.access.login))
        self._set_mails_sent(self.student)
        self.student.email = "teachers.own@example.com"
        mail = self._asked(login=f" {self.access.login.upper()} ")
        self.assertEqual(len(mail), 1)
        self.assertIn("Set your password", mail.body_html)
        self._set_mails_sent(self.student)
        self._sign_in_once(self.student)
        mail = self._asked(token=self._token())
        self.assertEqual(len(mail), 1)
        self._set_mails_sent(self.student)
        self._as(self.student).action_revoke_portal_access()
        self.assertFalse(self._asked(login=self.access.login))
        # One for addresses, and one for the login that is none.
        self.assertEqual(len(self.answers), 2)

    def test_new_links_are_limited(self):
        self.answers = set()
        sent = 0
        for _try in range(5):
            self._set_mails_sent(self.student)
            sent += len(self._asked(login=self.access.login))
        self.assertEqual(sent, 3)
        self._set_mails_sent(self.student)
        self.env["op.student.portal.attempt"].search([]).unlink()
        with patch(
            "odoo.addons.openeducat_student_portal.controllers.start.NEW_LINKS_PER_HOUR",
            1,
        ):
            self.assertFalse(self._asked(login="nobody@example.com"))
            self.assertFalse(self._asked(login=self.access.login))
        self.assertEqual(len(self.answers), 1)

    def test_new_link_is_sent_by_the_form_alone(self):
        self._set_mails_sent(self.student)
        mails = self._mails()
        for query in {"login": self.access.login}, {"token": self._token()}:
            page = self.url_open("/my/start/link", params=query)
            self.assertNotIn("on its way", page.text)
        self.assertEqual(self._mails(), mails)

    def test_form_without_a_login_promises_no_link(self):
        page = self._send("/my/start/link", login=" ")
        self.assertNotIn("on its way", page.text)

    def test_access_that_was_revoked_gets_no_new_link(self):
        self.answers = set()
        token = self._token()
        self._as(self.student).action_revoke_portal_access()
        self.assertFalse(self._asked(token=token))

    def test_new_link_is_told_in_the_chatter_without_the_link(self):
        self.answers = set()
        self._set_mails_sent(self.student)
        self._asked(login=self.access.login)
        body = self.student.message_ids[0].body
        self.assertIn("A new link was asked for", body)
        self.assertNotIn("token", body)

    def test_switched_off_portal_sends_no_link(self):
        self.answers = set()
        self._set_mails_sent(self.student)
        self.access.company_id.student_portal_enabled = False
        self.assertFalse(self._asked(login=self.access.login))

    # -- the sign-in -------------------------------------------------------------

    def _logged_in(self, login):
        self.authenticate(None, None)
        response = self._send("/web/login", login=login, password=PASSWORD)
        return response.status_code == 303

    def test_login_may_be_typed_in_capitals(self):
        self.access.user_id.password = PASSWORD
        for login in (
            self.access.login,
            self.access.login.upper(),
            f"{self.access.login.title()} ",
        ):
            self.assertTrue(self._logged_in(login), login)
        self.assertFalse(self._logged_in(self.access.login.replace(".", "_").upper()))
        typed = self.access.login
        self.access.user_id.login = typed.title()
        self.assertTrue(self._logged_in(typed), "The other way round, too")

    def test_passkey_that_nobody_has_is_refused(self):
        if "auth.passkey.key" not in self.env:
            self.skipTest("Passkeys are not installed")
        unknown = {"type": "webauthn", "webauthn_response": '{"id": "unknown"}'}
        with self.assertRaises(AccessDenied):
            self.env["res.users"]._login(unknown, {})

    def test_new_password_may_be_asked_for_in_capitals(self):
        self._sign_in_once(self.student)
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        self.env["res.users"].sudo().reset_password(f"{self.access.login.upper()} ")
        [mail] = mails.search([]) - before
        self.assertEqual(mail.email_to, self.access.login)

    def test_capitals_of_others_count(self):
        self.portal_user.password = PASSWORD
        self.assertFalse(self._logged_in(self.portal_user.login.upper()))
        self.assertTrue(self._logged_in(self.portal_user.login))
        self.access.user_id.password = PASSWORD
        self.portal_user.login = self.access.login.title()
        self.portal_user.password = "Another-Horse-88"
        self.assertFalse(self._logged_in(self.access.login.title()))
        self.assertFalse(self._logged_in(self.access.login.upper()))
        self.assertTrue(self._logged_in(self.access.login))

    def test_sign_in_asks_for_the_second_factor(self):
        if "totp_secret" not in self.env["res.users"]._fields:
            self.skipTest("Two-Factor Authentication is not installed")
        for user in self.access.user_id + self.employee:
            user.password = PASSWORD
            user.totp_secret = "JBSWY3DPEHPK3PXP"
            for redirect in ({}, {"redirect": "/my/student/profile"}):
                self.authenticate(None, None)
                response = self._send(
                    "/web/login", login=user.login, password=PASSWORD, **redirect
                )
                self.assertIn("/web/login/totp", response.headers["Location"])
                page = self.url_open(response.headers["Location"])
                self.assertIn('name="totp_token"', page.text)

    def test_sign_in_goes_on_to_the_page_that_was_asked_for(self):
        for user in self.access.user_id + self.employee:
            user.password = PASSWORD
            self.authenticate(None, None)
            response = self._send(
                "/web/login",
                login=user.login,
                password=PASSWORD,
                redirect="/my/student/profile",
            )
            path = urlsplit(response.headers["Location"]).path
            self.assertEqual(path, "/my/student/profile")

    def test_wrong_password_of_who_is_signed_in_is_refused(self):
        self.access.user_id.password = PASSWORD
        self.authenticate(self.access.login, PASSWORD)
        response = self._send("/web/login", login=self.access.login, password="wrong")
        self.assertSays(response, "Wrong login/password")

    # -- secrets -----------------------------------------------------------------

    def test_secrets_are_not_in_the_log(self):
        token = self._token()
        with self.assertLogs("werkzeug", logging.INFO) as log:
            self.url_open(self._link())
            self.url_open(f"/my/start?code=ACDE-FHJK-MNPR&token={token}")
            self.url_open(f"/web/login?redirect=%2Fmy%2Fstart%3Ftoken%3D{token}")
            self._wait_remaining_requests()
        logged = "".join(log.output)
        self.assertIn("token=***", logged)
        self.assertNotIn(token, logged)
        self.assertNotIn("MNPR", logged)

    def test_secrets_are_hidden_wherever_addresses_are_logged(self):
        for name in ("werkzeug", "odoo.http"):
            filters = logging.getLogger(name).filters
            self.assertTrue(any(isinstance(each, SecretFilter) for each in filters))
        record = logging.makeLogRecord(
            {"msg": "%s", "args": ("/my/start?token=abc&code=def HTTP/1.1",)}
        )
        SecretFilter().filter(record)
        self.assertEqual(record.getMessage(), "/my/start?token=***&code=*** HTTP/1.1")

    # -- merged contacts ---------------------------------------------------------

    def _merge(self, kept, merged):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept + merged).ids, kept, extra_checks=False)
        self.env.flush_all()
        self.env.invalidate_all()

    def assertLinksEnded(self, link):
        self.assertLessEqual(self.access.link_expires_on, datetime.now())
        self.authenticate(None, None)
        self.assertNoForm(self.url_open(link))

    def test_merging_a_contact_into_the_student_ends_the_links(self):
        link = self._link()
        other = self.env["res.partner"].create({"name": "Twin"})
        self._merge(self.student.partner_id, other)
        self.assertEqual(self.student.portal_access_id, self.access)
        self.assertLinksEnded(link)

    def test_merging_the_student_into_a_contact_ends_the_links(self):
        link = self._link()
        other = self.env["res.partner"].create({"name": "Twin"})
        self._merge(other, self.student.partner_id)
        self.assertEqual(self.student.partner_id, other)
        self.assertEqual(self.access.partner_id, other)
        self.assertEqual(self.student.portal_access_id, self.access)
        self.assertLinksEnded(link)
        self.assertEqual(self.student.portal_state, "invited")
        self._resent_link()
        self.assertForm(self.url_open(self._link()))
