import re
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.res_partner import LinkTerms
from .access_common import PortalAccessCase
from .smtp_peer import smtp_peer

OURS = "openeducat_student_portal.mail_template_portal_invitation"
QWEB = "odoo.addons.mail.models.mail_render_mixin"


@tagged("post_install", "-at_install")
class TestAccessSecrets(PortalAccessCase):
    """Nobody but the student gets the link to set the password."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.student = cls._create_invited()
        cls.contact_creator = new_test_user(
            cls.env,
            login="portal.test.contacts",
            groups="base.group_user,base.group_partner_manager",
        )
        cls.thieves = (
            cls.faculty
            + cls.employee
            + cls.contact_creator
            + cls.student_manager
            + cls.administrator
        )

    def _mails(self):
        return self.env["mail.mail"].sudo().search([])

    def assertNothingGiven(self, act):
        mails = self._mails()
        # AccessError is one; where a mail is rendered, Odoo makes it another one.
        with self.assertRaises(UserError) as refused:
            act()
        self.assertIn("make one", str(refused.exception))
        for mail in self._mails() - mails:
            self.assertNotIn("token=", mail.body_html)

    @mute_logger(QWEB, "odoo.addons.base.models.ir_model")
    def test_template_of_ours_gives_no_link_to_who_composes_a_mail(self):
        template = self.env.ref(OURS)
        for thief in self.thieves:
            with self.subTest(thief=thief.login):
                composer = self.env["mail.compose.message"].with_user(thief)
                self.assertNothingGiven(
                    lambda composer=composer: composer.with_context(
                        default_model="res.users",
                        default_res_ids=self.student.user_id.ids,
                        default_template_id=template.id,
                        default_composition_mode="comment",
                    ).create({})
                )

    @mute_logger(QWEB, "odoo.addons.base.models.ir_model")
    def test_template_sends_no_link_to_an_address_of_the_caller(self):
        for xmlid in (
            OURS,
            "openeducat_student_portal.mail_template_portal_reset",
            "auth_signup.portal_set_password_email",
        ):
            for thief in self.thieves:
                with self.subTest(thief=thief.login, template=xmlid):
                    template = self.env.ref(xmlid).with_user(thief)
                    self.assertNothingGiven(
                        lambda template=template: template.send_mail(
                            self.student.user_id.id,
                            email_values={"email_to": "thief@example.com"},
                        )
                    )

    def test_contact_gives_no_link(self):
        contact = self.student.partner_id
        for thief in self.thieves + self.env.ref("base.user_root"):
            with self.subTest(thief=thief.login):
                mine = contact.with_user(thief)
                self.assertNothingGiven(mine._get_signup_url)
                self.assertNothingGiven(mine.sudo()._get_signup_url_for_action)
                self.assertNothingGiven(mine.sudo()._generate_signup_token)

    def test_context_of_the_caller_makes_no_link_and_no_longer_one(self):
        contact = self.student.partner_id
        for forged in (1000000, True, [1, 1000000], {"hours": 1}):
            forging = contact.with_context(
                student_portal_link=forged, student_portal_hours=forged
            )
            self.assertNothingGiven(forging._generate_signup_token)
        student = self._create_students(1).with_user(self.student_manager)
        student.with_context(
            student_portal_link=1000000, student_portal_hours=1000000
        ).action_grant_portal_access()
        self._grant(student)
        link = student.sudo().portal_access_id
        self.assertEqual(
            (link.link_expires_on - link.invited_on).total_seconds(), 144 * 3600
        )

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_reset_at_the_sign_in_page_goes_to_the_address_on_record(self):
        student = self._create_active()
        login = student.user_id.login
        student.partner_id.with_user(self.faculty).email = "thief@example.com"
        mails = self._mails()
        with smtp_peer(self.env) as peer:
            self.env["res.users"].sudo().reset_password(login)
        self.assertFalse(peer.mails, "Odoo sends its own mail at once")
        sent = self._mails() - mails
        self.assertEqual(sent.mapped("email_to"), [login])
        self.assertIn("token=", sent.body_html)
        self.assertEqual(student.portal_mail_state, "queued")

    @mute_logger(QWEB, "odoo.addons.base.models.ir_model")
    def test_student_who_works_here_by_now_resets_the_password_as_odoo_does(self):
        student = self._create_active()
        user = student.user_id
        user.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        with smtp_peer(self.env) as peer:
            self.env["res.users"].sudo().reset_password(user.login)
        [mail] = peer.mails
        self.assertIn(user.email, mail["To"])
        text = mail.get_body(("html",)).get_content()
        token = re.search(r"/web/reset_password\?.*?token=([\w-]+)", text)[1]
        link = self.env["op.student.portal.access"].of_token(token)
        self.assertFalse(link.access, "Odoo's page takes it")
        self.env["res.users"].sudo().signup({"password": "new password"}, token)
        student.invalidate_recordset()
        self.assertFalse(student.portal_access_id.password_set_on)
        for thief in self.thieves - self.administrator:
            self.assertNothingGiven(user.partner_id.with_user(thief)._get_signup_url)

    def test_who_is_no_student_signs_up_as_odoo_has_it(self):
        users = self.env["res.users"].sudo()
        values = {"login": "new@example.com", "name": "New", "password": "new-password"}
        with patch.object(
            self.registry["res.users"],
            "_get_signup_invitation_scope",
            return_value="b2c",
        ):
            self.assertEqual(users.signup(values)[0], "new@example.com")

    def test_who_is_no_student_resets_the_password_as_odoo_has_it(self):
        with smtp_peer(self.env) as peer:
            self.env["res.users"].sudo().reset_password(self.portal_user.login)
            [mail] = peer.mails
        self.assertIn(self.portal_user.email, mail["To"])

    def test_reset_of_students_and_others_reaches_all_of_them(self):
        student = self._create_active()
        before = student.portal_access_id.mail_id
        with smtp_peer(self.env) as peer:
            (student.user_id + self.portal_user).sudo()._action_reset_password()
            [mail] = peer.mails
        self.assertIn(self.portal_user.email, mail["To"])
        self.assertNotEqual(student.portal_access_id.mail_id, before)

    def test_mail_that_needs_no_link_gets_none(self):
        """An Administrator may ask for a link in its wording."""
        template = self.env.ref(
            "openeducat_student_portal.mail_template_portal_address"
        )
        template.body_html = '<p t-out="object.student_portal_link()"/>'
        former = self.student.portal_access_id.email
        self.student.email = "right@example.com"
        mails = self._mails()
        self.student.with_user(self.student_manager).action_resend_portal_invitation()
        told = (self._mails() - mails).filtered(lambda mail: mail.email_to == former)
        self.assertIn("/my/start", told.body_html)
        self.assertNotIn("token=", told.body_html)

    def test_mail_that_waits_does_not_leave_for_a_former_address(self):
        student = self._create_students(1)
        self._grant(student)
        access = student.sudo().portal_access_id
        mail = access.mail_id
        self.assertEqual(mail.state, "outgoing")
        access.change_addresses({access: "moved@example.com"})
        self.assertEqual(mail.state, "cancel")

    def test_template_for_who_has_no_access_leads_to_the_page(self):
        nobody = self.env["op.student.portal.access"]
        terms = nobody.with_context(student_portal_link=LinkTerms(1, 1))
        for access in nobody, terms:
            self.assertTrue(access.link().endswith("/my/start"))

    def test_context_of_the_caller_keeps_no_link_and_hides_no_change(self):
        user = self.student.user_id
        key = user.sudo().student_portal_access_key
        user.with_context(student_portal_told=True).login = "other@example.com"
        self.assertNotEqual(user.sudo().student_portal_access_key, key)
        self.assertIn("Login updated", self._bodies(self.student))
        student = self._create_students(1)
        self.portal_user.partner_id = student.partner_id
        student.with_context(student_portal_told=True).user_id = self.portal_user
        self.assertEqual(student.portal_access_id.user_id, self.portal_user)

    def test_context_of_the_caller_names_no_children_in_a_mail(self):
        user = self.student.user_id
        for forged in ("children", 1, [user.id], {str(user.id): "children"}):
            with self.subTest(forged=forged):
                forging = user.with_context(student_portal_roles=forged)
                self.assertIsNone(forging.student_portal_roles())

    def test_user_that_is_archived_is_sent_no_reset(self):
        self.student.with_user(self.student_manager).action_revoke_portal_access()
        mails = self._mails()
        with self.assertRaises(UserError):
            self.student.user_id.action_reset_password()
        self.assertEqual(self._mails(), mails)

    def test_link_at_a_former_address_ends_and_the_address_is_told(self):
        student = self.student
        access = student.portal_access_id
        former = access.email
        key = access.user_id.sudo().student_portal_access_key
        mails = self._mails()
        student.email = "right@example.com"
        student.with_user(self.student_manager).action_resend_portal_invitation()
        sent = self._mails() - mails
        self.assertEqual(set(sent.mapped("email_to")), {former, "right@example.com"})
        told = sent.filtered(lambda mail: mail.email_to == former)
        self.assertNotIn("token=", told.body_html)
        self.assertNotIn("right@example.com", told.body_html)
        self.assertNotEqual(access.user_id.sudo().student_portal_access_key, key)

        key = access.user_id.sudo().student_portal_access_key
        access.mail_id.write({"state": "sent"})
        student.with_user(self.student_manager).action_resend_portal_invitation()
        self.assertEqual(
            access.user_id.sudo().student_portal_access_key,
            key,
            "Sent again to the same address, the earlier link still works",
        )
