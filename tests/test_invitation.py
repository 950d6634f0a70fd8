import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import StudentPortalCase
from .smtp_peer import smtp_peer


@tagged("post_install", "-at_install")
class TestInvitation(StudentPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.student = cls._create_students(1)

    def _mail(self, student=None):
        return (student or self.student).sudo().portal_access_id.mail_id

    def _token(self, mail):
        return re.search(r"token=([\w%.-]+)", mail.body_html)[1]

    def test_mail_is_queued_with_the_grant(self):
        self.env.company.email = "office@school.example.com"
        self._grant(self.student)
        mail = self._mail()
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(self.student.email, mail.email_to)
        self.assertIn(self.env.company.email, mail.email_from)
        self.assertEqual(self.student.portal_mail_state, "queued")

    def test_mail_tells_login_link_validity_and_portal(self):
        self.env.company.student_portal_invitation_hours = 50
        self._grant(self.student)
        body = self._mail().body_html
        for text in (
            self.student.name,
            self.student.user_id.login,
            "50 hours",
            "/my/start?",
            "/my",
            self.env.company.name,
        ):
            self.assertIn(text, body)

    def test_validity_is_told_as_the_student_would_say_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        student = self._create_students(1, lang="fr_FR")
        self._grant(self.student + student)
        self.assertIn("6 days", self._mail().body_html)
        self.assertIn(
            "6\xa0jours", self._mail(student).body_html.replace("&nbsp;", "\xa0")
        )
        self.env.company.student_portal_invitation_hours = 24
        student = self._create_students(1)
        self._grant(student)
        self.assertIn("1 day ", " ".join(self._mail(student).body_html.split()))

    def test_link_leads_to_the_student_for_as_long_as_the_school_says(self):
        self.env.company.student_portal_invitation_hours = 50
        self._grant(self.student)
        token = self._token(self._mail())
        partners = self.env["res.partner"].sudo()
        self.assertEqual(
            partners._get_partner_from_token(token), self.student.partner_id
        )
        now = fields.Datetime.now()
        self.assertAlmostEqual(
            self.student.portal_link_expires_on,
            now + timedelta(hours=50),
            delta=timedelta(minutes=1),
        )
        for hours, partner in ((49, self.student.partner_id), (51, None)):
            moment = (now + timedelta(hours=hours)).timestamp()
            with (
                patch("odoo.tools.misc.time.time", return_value=moment),
                patch("odoo.tools.misc.datetime.datetime", self._clock(now, hours)),
            ):
                self.assertEqual(partners._get_partner_from_token(token), partner)

    def _clock(self, now, hours):
        from datetime import datetime

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + timedelta(hours=hours)

        return Clock

    def test_no_mail_and_no_token_without_invitation(self):
        mails = self.env["mail.mail"].search([])
        self._grant(self.student, send_invitation=False)
        self.assertEqual(self.env["mail.mail"].search([]), mails)
        self.assertFalse(self.student.partner_id.sudo().signup_type)
        self.assertFalse(self.student.portal_mail_state)

    def test_mail_speaks_the_language_of_the_student(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        view = self.env.ref("openeducat_student_portal.student_portal_invitation_mail")
        terms = {"Set your password": "Choisissez votre mot de passe"}
        view.update_field_translations("arch_db", {"fr_FR": terms})
        student = self._create_students(1, lang="fr_FR")
        self._grant(self.student + student)
        self.assertIn(terms["Set your password"], self._mail(student).body_html)
        self.assertNotIn(terms["Set your password"], self._mail().body_html)

    def test_mail_is_read_in_the_direction_of_its_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        student = self._create_students(1, lang="ar_001")
        self._grant(self.student + student)
        self.assertIn('dir="rtl"', self._mail(student).body_html)
        self.assertNotIn('dir="rtl"', self._mail().body_html)

    def test_name_adds_no_recipient(self):
        """Odoo looks for addresses in all that a mail is to, names included."""
        names = (
            "Jane\r\nBcc: thief@example.com",
            "thief@example.com, Jane",
            'Jane" <thief@example.com>, "Jane',
        )
        for name in names:
            student = self._create_students(1, name=name)
            with self.subTest(name=name), smtp_peer(self.env) as peer:
                self._grant(student)
                self._mail(student).send()
                self.assertEqual(peer.recipients, [student.email])

    def test_name_with_markup_is_escaped(self):
        student = self._create_students(1, name="Jo \"<b onclick='x'>Q</b>\" O'Neil")
        self._grant(student)
        body = self._mail(student).body_html
        self.assertNotIn("<b onclick", body)
        self.assertIn("&lt;b onclick", body)

    def test_what_an_administrator_changes_in_the_template_is_sent(self):
        template = self.env.ref(
            "openeducat_student_portal.mail_template_portal_invitation"
        )
        template.subject = "Welcome, {{ object.name }}"
        template.body_html = "<p>Only this.</p>"
        self._grant(self.student)
        self.assertEqual(self._mail().subject, f"Welcome, {self.student.name}")
        self.assertIn("Only this.", self._mail().body_html)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_link_can_be_read_by_nobody_who_may_not(self):
        self._grant(self.student)
        token = self._token(self._mail())
        message = self._mail().mail_message_id
        for user in (
            self.student_manager + self.faculty + self.employee + self.portal_user
        ):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._mail().with_user(user).read(["body_html"])
                self.assertFalse(
                    message.with_user(user).search([("id", "=", message.id)])
                )
                with self.assertRaises(AccessError):
                    self.student.partner_id.with_user(user).read(["signup_type"])
        self.assertNotIn(token, message.body or "")
        self.assertNotIn("token=", "".join(self.student.message_ids.mapped("body")))

    def test_grant_that_is_rolled_back_sends_nothing(self):
        mails = self.env["mail.mail"].search([])
        triggers = self.env["ir.cron.trigger"].search([])
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._grant(self.student)
            self.env.flush_all()
            _ = 1 / 0
        self.env.invalidate_all(flush=False)
        self.assertEqual(self.env["mail.mail"].search([]), mails)
        self.assertEqual(self.env["ir.cron.trigger"].search([]), triggers)
        self.assertFalse(self.student.user_id)

    def test_mail_server_that_fails_undoes_nothing(self):
        self._grant(self.student)
        with (
            patch.object(
                type(self.env["ir.mail_server"]),
                "_connect__",
                side_effect=OSError("Connection refused"),
            ),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            self.env["mail.mail"].process_email_queue()
        self.assertEqual(self._mail().state, "exception")
        self.assertTrue(self.student.user_id.active)

    def test_mail_queue_is_woken(self):
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        before = self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)])
        self._grant(self.student)
        after = self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)])
        self.assertEqual(len(after - before), 1)

    def test_copy_attachment_and_server_of_the_template_are_used(self):
        template = self.env.ref(
            "openeducat_student_portal.mail_template_portal_invitation"
        )
        attachment = self.env["ir.attachment"].create({"name": "Rules", "raw": b"x"})
        server = self.env["ir.mail_server"].create(
            {"name": "Invitations", "smtp_host": "127.0.0.1", "smtp_port": 25}
        )
        template.write(
            {
                "email_cc": "office@school.example.com",
                "attachment_ids": [Command.set(attachment.ids)],
                "mail_server_id": server.id,
            }
        )
        student = self._create_students(1)
        self._grant(student)
        mail = student.portal_access_id.mail_id
        self.assertEqual(mail.email_to, student.email)
        self.assertEqual(mail.email_cc, "office@school.example.com")
        self.assertEqual(mail.attachment_ids.mapped("name"), ["Rules"])
        self.assertEqual(mail.mail_server_id, server)

    def test_domain_in_another_script_is_encoded(self):
        student = self._create_students(1, email="asha@उदाहरण.example")
        self._grant(student)
        self.assertEqual(student.portal_login, "asha@उदाहरण.example")
        self.assertEqual(
            student.portal_access_id.mail_id.email_to, "asha@xn--p1b6ci4b4b3a.example"
        )

    def test_school_without_an_address_is_named_before_mails_are_sent(self):
        self.env["ir.mail_server"].create(
            {"name": "School", "smtp_host": "smtp.example.com"}
        )
        students = self._create_students(2)
        self.env.company.email = False
        dialog = self._dialog(students)
        self.assertIn(self.env.company.name, dialog.sender_problem)
        self._grant(students)
        students.portal_access_id.mail_id.write({"state": "sent"})
        action = students.with_user(
            self.student_manager
        ).action_resend_portal_invitation()
        run = self.env["op.student.portal.run"].browse(action["res_id"])
        self.assertIn("OdooBot", run.question)
        self.env.company.email = "school@example.com"
        self.assertFalse(self._dialog(students).sender_problem)
