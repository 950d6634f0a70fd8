import smtplib
from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .access_common import PortalAccessCase

# In the database on the student, too.
STORED = ("portal_access_id", "portal_state", "portal_progress")
RECORDED = {
    "portal_state": "active",
    "portal_progress": "signed_in",
    "portal_last_sign_in": "2020-01-01",
    "portal_group_id": False,
    "portal_granted_on": "2020-01-01",
    "portal_granted_by_id": 1,
    "portal_invited_on": "2020-01-01",
    "portal_link_expires_on": "2020-01-01",
    "portal_mail_state": "sent",
    "portal_mail_failure": "Refused",
    "portal_revoked_by_archive": True,
}


@tagged("post_install", "-at_install")
class TestAccessState(PortalAccessCase):
    """What is shown of the access is right as soon as something happens to it."""

    def test_state_follows_the_user(self):
        student = self._create_students(1)
        self.assertEqual(student.portal_state, "none")
        self._grant(student, portal_group=self.group_limited)
        self.assertEqual(student.portal_state, "invited")
        self.assertEqual(student.portal_group_id, self.group_limited)
        self.assertEqual(student.portal_login, student.email)
        self.assertFalse(student.portal_last_sign_in)
        self._sign_in_once(student)
        self.assertEqual(student.portal_state, "active")
        self.assertEqual(student.portal_last_sign_in, student.user_id.login_date)
        student.user_id.active = False
        self.assertEqual(student.portal_state, "revoked")
        student.user_id.active = True
        self.assertEqual(student.portal_state, "active")
        student.user_id.group_ids = self.env.ref("base.group_user")
        self.assertEqual(student.portal_state, "internal")

    def test_login_of_who_works_here_by_now_does_not_differ(self):
        student = self._create_invited()
        student.email = "another.address@example.com"
        self.assertTrue(student.portal_login_differs)
        student.user_id.group_ids = self.env.ref("base.group_user")
        self.assertFalse(student.portal_login_differs)

    def test_password_of_who_works_here_by_now_is_no_matter_of_the_access(self):
        student = self._create_invited()
        student.user_id.group_ids = self.env.ref("base.group_user")
        access = student.sudo().portal_access_id
        before = access.link_expires_on, student.user_id.student_portal_access_key
        student.user_id.password = "another-password-1"
        after = access.link_expires_on, student.user_id.student_portal_access_key
        self.assertEqual(after, before)

    def test_state_of_an_archived_student_follows_too(self):
        student = self._create_active()
        self.env.company.student_portal_revoke_on_archive = False
        student.active = False
        student.user_id.active = False
        self.assertEqual(student.portal_state, "revoked")

    def test_last_sign_in_is_the_latest(self):
        student = self._create_active()
        log = self.env["res.users.log"].sudo()
        # Odoo has read the one before it by then.
        self.assertTrue(student.user_id.login_date)
        later = fields.Datetime.now() + timedelta(hours=1)
        with patch.object(self.env.cr, "now", lambda: later):
            log.with_user(student.user_id).sudo().create({})
        self.assertEqual(student.portal_last_sign_in, later)

    def test_user_of_another_contact_is_no_access(self):
        student = self._create_students(1)
        student.user_id = self.portal_user
        self.assertEqual(student.portal_state, "none")
        self.assertFalse(student.portal_last_sign_in)

    def test_long_list_is_computed_in_a_bounded_number_of_queries(self):
        names = [*RECORDED, "portal_login", "portal_login_differs"]

        def cost(count):
            students = self._create_students(count)
            self._grant(students, send_invitation=False)
            # An environment keeps its companies for as long as Python keeps it.
            shown = self._as(students)
            self.assertTrue(shown.env.companies)

            def read():
                self.env.add_to_compute(students._fields["portal_state"], students)
                shown.read(names)

            return self._count_queries(read)

        cost(5)
        self.assertEqual(cost(5), cost(60))

    # -- the mail ----------------------------------------------------------------

    def test_mail_that_is_sent(self):
        student = self._create_students(1)
        self._grant(student)
        self.assertEqual(student.portal_mail_state, "queued")
        self._send_mails(student)
        self.assertEqual(student.portal_mail_state, "sent")
        self.assertFalse(student.portal_mail_failure)
        self.assertFalse(student.sudo().portal_access_id.mail_id.exists())

    def test_mail_that_the_server_refuses_and_takes_later(self):
        refused, other = self._create_students(2)
        self._grant(refused + other)
        reason = "550 5.1.1 no such mailbox"
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self._send_mails(
                refused + other, smtplib.SMTPResponseException(550, reason.encode())
            )
        for student in refused + other:
            self.assertEqual(student.portal_mail_state, "failed")
            self.assertIn("no such mailbox", student.portal_mail_failure)
        self.assertTrue(refused.user_id.active)
        mail = refused.sudo().portal_access_id.mail_id
        mail.action_retry()
        self.assertEqual(refused.portal_mail_state, "queued")
        self.assertFalse(refused.portal_mail_failure)
        self.assertEqual(other.portal_mail_state, "failed")
        self._send_mails(refused)
        self.assertEqual(refused.portal_mail_state, "sent")

    def test_mails_when_no_server_answers(self):
        students = self._create_students(3)
        self._grant(students)
        with (
            patch.object(IrMail_Server, "_disable_send", return_value=False),
            patch.object(
                IrMail_Server, "_connect__", side_effect=OSError("Nobody listens")
            ),
        ):
            self.env["mail.mail"].process_email_queue()
        self.assertEqual(students.mapped("portal_mail_state"), ["failed"] * 3)
        self.assertIn("Nobody listens", students[0].portal_mail_failure)

    def test_mail_whose_connection_breaks_is_not_taken_for_waiting(self):
        student = self._create_students(1)
        self._grant(student)
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self._send_mails(student, smtplib.SMTPServerDisconnected("Bye"))
        self.assertEqual(student.sudo().portal_access_id.mail_id.state, "exception")
        self.assertEqual(student.portal_mail_state, "failed")

    def test_mail_that_is_cancelled_or_deleted_by_hand(self):
        cancelled, deleted = self._create_students(2)
        self._grant(cancelled + deleted)
        cancelled.sudo().portal_access_id.mail_id.cancel()
        deleted.sudo().portal_access_id.mail_id.unlink()
        self.assertEqual(cancelled.portal_mail_state, "cancelled")
        self.assertEqual(deleted.portal_mail_state, "cancelled")

    def test_mail_that_comes_back(self):
        back, kept, late = self._create_invited(3)
        late.portal_access_id.link_expires_on = "2020-01-01"
        waiting = self._create_students(1)
        self._grant(waiting)
        for student in back + late + waiting:
            self.env["mail.thread"]._routing_handle_bounce(
                None,
                {
                    "bounced_email": student.email,
                    "bounced_partner": student.partner_id,
                    "bounced_msg_ids": ["<gone@example.com>"],
                    "bounced_message": self.env["mail.message"],
                    "email_from": "mailer-daemon@example.com",
                    "to": "bounce@school.example.com",
                    "message_id": "<back@example.com>",
                },
            )
        self.assertEqual(back.portal_mail_state, "failed")
        self.assertIn(back.email, back.portal_mail_failure)
        self.assertEqual(kept.portal_mail_state, "sent")
        self.assertEqual(late.portal_mail_state, "sent")
        self.assertEqual(waiting.portal_mail_state, "queued")

    def test_mail_is_locked_before_it_leaves(self):
        student = self._create_students(1)
        self._grant(student)
        self.env.flush_all()
        states = []

        def send_email(*args, **kwargs):
            self.env.cr.execute(
                "SELECT state FROM mail_mail WHERE id = %s",
                student.portal_access_id.mail_id.ids,
            )
            states.append(self.env.cr.fetchone()[0])
            return "<sent@example.com>"

        self._send_mails(student, send_email)
        self.assertEqual(states, ["exception"])
        self.assertEqual(student.portal_mail_state, "sent")

    def test_mails_of_others_change_nothing(self):
        student = self._create_invited()
        mail = self.env["mail.mail"].create(
            {"subject": "News", "email_to": student.email, "body_html": "<p>News</p>"}
        )
        mail.write({"state": "exception", "failure_reason": "Refused"})
        self.assertEqual(student.portal_mail_state, "sent")

    def test_following_mails_asks_no_question_for_each(self):
        def cost(count):
            students = self._create_students(count)
            self._grant(students)
            mails = students.sudo().portal_access_id.mail_id
            queries = self._count_queries(
                lambda: mails.write({"state": "exception", "failure_reason": "Refused"})
            )
            self.assertEqual(set(students.mapped("portal_mail_state")), {"failed"})
            return queries

        cost(2)
        self.assertEqual(cost(2), cost(40))

    # -- who writes it -----------------------------------------------------------

    @mute_logger("odoo.models")
    def test_nobody_writes_what_is_recorded(self):
        student = self._create_invited()
        access = student.portal_access_id
        other = self._create_invited().portal_access_id
        before = access.read()
        values = {**RECORDED, "portal_access_id": other.id, "portal_login": "a@b.com"}
        for user in self.student_manager + self.administrator + self.faculty:
            for name, value in values.items():
                with self.subTest(user=user.login, field=name):
                    try:
                        with self.env.cr.savepoint():
                            self._as(student, user).write({name: value})
                    except AccessError:
                        continue
                    # What shows the access is no way to write it.
                    self.assertNotIn(name, STORED)
                    self.assertNotEqual(user, self.faculty)
                    self.env.flush_all()
                    self.env.invalidate_all()
                    self.assertEqual(access.read(), before)
        self.assertEqual(student.portal_access_id, access)
        for values, context in (
            ({"portal_state": "active"}, {}),
            ({"portal_access_id": other.id}, {}),
            ({"portal_progress": "signed_in"}, {}),
            ({}, {"default_portal_state": "active"}),
            ({}, {"default_portal_progress": "signed_in"}),
            ({}, {"default_portal_access_id": other.id}),
        ):
            with self.assertRaises(AccessError):
                self._create_by_hand(values, context)
        granted_on = {"portal_granted_on": "2020-01-01"}
        for values, context in (
            (granted_on, {}),
            ({}, {"default_portal_granted_on": "2020-01-01"}),
        ):
            created = self._create_by_hand(values, context)
            self.assertFalse(created.portal_access_id or created.portal_granted_on)

    def _create_by_hand(self, values, context):
        students = self.env["op.student"].with_user(self.administrator)
        return students.with_context(**context).create(
            {"first_name": "A", "last_name": "B", "name": "A B", **values}
        )

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_model")
    def test_nobody_writes_the_access_itself(self):
        student, other = self._create_invited(2)
        access = student.portal_access_id
        contact = self.env["res.partner"].create({"name": "Somebody"})
        values = {"partner_id": contact.id, "user_id": self.portal_user.id}
        for user in (
            self.student_manager
            + self.administrator
            + self.faculty
            + self.env.ref("base.user_admin")
        ):
            mine = access.with_user(user)
            for forbidden in (
                lambda mine=mine: mine.write({"granted_on": "2020-01-01"}),
                lambda mine=mine: mine.write({"user_id": other.user_id.id}),
                lambda mine=mine: mine.create(values),
                lambda mine=mine: mine.copy(values),
                lambda mine=mine: mine.unlink(),
                lambda user=user: contact.with_user(user).write(
                    {"student_portal_access_ids": [Command.link(access.id)]}
                ),
                lambda user=user: contact.with_user(user).write(
                    {"student_portal_access_ids": [Command.create(values)]}
                ),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    forbidden()
        self.assertEqual(access.partner_id, student.partner_id)

    def test_student_manager_still_edits_the_student(self):
        student = self._create_invited()
        view = "openeducat_core.view_op_student_form"
        with Form(self._as(student), view) as form:
            form.gr_no = "EDITED-1"
        self.assertEqual(student.gr_no, "EDITED-1")

    def test_access_is_not_copied_with_the_student(self):
        student = self._create_invited()
        copy = student.copy({"partner_id": self._create_students(1).partner_id.id})
        self.assertFalse(copy.portal_granted_on or copy.portal_invited_on)
        self.assertFalse(copy.portal_mail_state)

    # -- filters -----------------------------------------------------------------

    def _filtered(self, name):
        view = (
            self.env["op.student"]
            .with_user(self.student_manager)
            .get_view(
                self.env.ref("openeducat_core.view_op_student_search").id, "search"
            )
        )
        node = etree.fromstring(view["arch"]).find(f".//filter[@name='{name}']")
        domain = Domain(safe_eval(node.get("domain"))) & Domain(
            "id", "in", self.students.ids
        )
        return self._as(self.students).search(domain)

    def test_filters_find_who_they_say(self):
        self.students = self._create_students(1)
        none = self.students
        invited, failed, expired, active, revoked, differs = self._create_invited(6)
        self.students += invited + failed + expired + active + revoked + differs
        failed.portal_access_id.mail_state = "failed"
        expired.portal_access_id.link_expires_on = fields.Datetime.now() - timedelta(
            minutes=1
        )
        self._sign_in_once(active + differs)
        active.portal_access_id.link_expires_on = "2020-01-01"
        revoked.user_id.active = False
        differs.email = "another.address@example.com"
        for name, students in (
            ("portal_none", none),
            ("portal_invited", invited + failed + expired),
            ("portal_invitation_failed", failed),
            ("portal_invitation_expired", expired),
            ("portal_active", active + differs),
            ("portal_revoked", revoked),
            ("portal_login_differs", differs),
        ):
            with self.subTest(filter=name):
                self.assertEqual(self._filtered(name), students)
        self.assertNotIn(
            differs,
            self._as(self.students).search([("portal_login_differs", "=", False)]),
        )

    def test_login_differs_the_same_when_it_is_shown_and_searched(self):
        student = self._create_invited()
        user = student.user_id
        shown = self._as(student)

        def found(value):
            return shown.search(
                [("id", "=", student.id), ("portal_login_differs", "=", value)]
            )

        for email, differs in (
            ("someone@localhost", False),
            ('"quoted"@example.com', False),
            ("a@example.com garbage", False),
            (False, False),
            (user.login.upper(), False),
            ("another.address@example.com", True),
        ):
            with self.subTest(email=email):
                student.email = email
                self.assertEqual(shown.portal_login_differs, differs)
                self.assertEqual(found(True), student if differs else student.browse())
                self.assertEqual(found(False), student.browse() if differs else student)
                # What is offered is done, and nothing else.
                shown.action_update_portal_login()
                self.assertEqual(user.login == email, differs)
        user.login = user.login.upper()
        self.assertFalse(shown.portal_login_differs, "Capitals are no other login")

    def test_students_are_grouped_by_what_is_recorded(self):
        students = self._create_invited(2)
        self._sign_in_once(students[0])
        for field in (
            "portal_state",
            "portal_group_id",
            "portal_mail_state",
            "portal_granted_by_id",
            "portal_granted_on:day",
            "portal_invited_on:day",
            "portal_last_sign_in:day",
        ):
            groups = self._as(students)._read_group(
                [("id", "in", students.ids)], [field], ["__count"]
            )
            self.assertEqual(sum(count for _value, count in groups), 2, field)
