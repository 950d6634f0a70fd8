import base64
from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .access_common import PASSWORD
from .start_common import StartCase


@tagged("post_install", "-at_install")
class TestStartDeadLinks(StartCase):
    """What a link that no longer works says, by what has ended it."""

    def setUp(self):
        super().setUp()
        self.link = self._link()

    def assertProblem(self, problem, title, link=None):
        self.env.flush_all()
        self.env.invalidate_all()
        link = link or self.link
        found = self.env["op.student.portal.access"].of_token(self._token(link))
        self.assertEqual(found.problem, problem)
        self.authenticate(None, None)
        page = self.url_open(link)
        self.assertNoForm(page)
        self.assertSays(page, title)

    def assertUsed(self, link=None):
        self.assertProblem("used", "You have chosen your password already", link)

    def assertReplaced(self, link=None):
        self.assertProblem("replaced", "This link no longer works", link)

    def _merge(self, kept, merged):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept + merged).ids, kept, extra_checks=False)

    # -- used --------------------------------------------------------------------

    def test_link_that_has_set_a_password(self):
        self._choose(self.link)
        self.assertUsed()

    def test_link_that_has_set_a_password_and_then_expired(self):
        self._choose(self.link)
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(datetime(2100, 1, 1)):
            found = self.env["op.student.portal.access"].of_token(
                self._token(self.link)
            )
        self.assertEqual(found.problem, "used")

    def test_link_that_was_used_by_the_sign_up_of_odoo(self):
        values = {"login": "ignored@example.com", "password": PASSWORD}
        login, _password = self.env["res.users"].signup(values, self._token(self.link))
        self.assertEqual(login, self.access.login)
        self.assertTrue(self.access.password_set_on)
        self.assertEqual(self.access.progress, "password")
        self.assertUsed()

    def test_used_link_of_a_contact_that_was_merged_since(self):
        self._choose(self.link)
        other = self.env["res.partner"].create({"name": "Twin"})
        self._merge(self.student.partner_id, other)
        self.assertUsed()

    def test_code_that_has_set_a_password(self):
        self.access._letters()
        code = self.access.letters()[0].code
        # Who cannot sign in right after it, such as after too many wrong passwords.
        self.access.choose_password(PASSWORD)
        found = self.env["op.student.portal.access"].of_code(code)
        self.assertEqual(found.problem, "used")

    # -- replaced ----------------------------------------------------------------

    def test_link_to_an_address_that_was_corrected(self):
        self.student.email = "corrected@example.com"
        self._resent_link()
        self.assertReplaced()

    def test_link_of_a_mail_before_a_letter(self):
        self.env.company.write(
            {
                "student_portal_login_pattern": "{first_name}{number}",
                "student_portal_shared_mailbox": True,
            }
        )
        family = self._create_students(2, first_name="Eve", email="eve@example.com")
        self._grant(family)
        self._set_mails_sent(family)
        family[1].portal_access_id.choose_password(PASSWORD)
        for student in family:
            link = self._link(student)
            student.email = False
            self._as(student).action_resend_portal_invitation()
            self.assertEqual(student.portal_mail_state, "letter")
            self.assertReplaced(link)

    def test_link_of_an_access_that_was_restored(self):
        self._as(self.student).action_revoke_portal_access()
        self.assertProblem("revoked", "Your access has ended")
        self._as(self.student).action_restore_portal_access()
        self.assertReplaced()

    def test_link_before_a_reset(self):
        self._choose(self.link)
        reset = self._reset_link()
        self.assertReplaced()
        self.access.choose_password(PASSWORD)
        self.assertUsed(reset)

    def test_link_of_a_contact_that_another_one_is_merged_into(self):
        other = self.env["res.partner"].create({"name": "Twin"})
        self._merge(self.student.partner_id, other)
        self.assertReplaced()

    def test_link_of_a_contact_that_is_merged_into_another_one(self):
        other = self.env["res.partner"].create({"name": "Twin"})
        self._merge(other, self.student.partner_id)
        self.assertReplaced()

    def test_link_before_a_sign_in_with_another_password(self):
        self.access.user_id.password = PASSWORD
        self._sign_in_once(self.student)
        self.assertReplaced()

    # -- unknown -----------------------------------------------------------------

    def test_forged_link_tells_nothing(self):
        raw = bytearray(base64.urlsafe_b64decode(self._token(self.link) + "==="))
        for place in 0, 9:  # the version, and where the signature begins
            forged = raw.copy()
            forged[place] ^= 1
            token = base64.urlsafe_b64encode(bytes(forged)).decode()
            link = f"/my/start?token={token}"
            self.assertProblem("unknown", "This link does not work", link)
            accesses = self.env["op.student.portal.access"]
            self.assertFalse(accesses.of_token(token).access)

    # -- expired -----------------------------------------------------------------

    def test_link_that_nobody_has_used_in_time(self):
        with freeze_time(datetime(2100, 1, 1)):
            found = self.env["op.student.portal.access"].of_token(
                self._token(self.link)
            )
        self.assertEqual(found.problem, "expired")
