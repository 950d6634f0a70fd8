from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_cron
from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common import StudentPortalCase
from .smtp_peer import mail_server

QUEUE = "mail.ir_cron_mail_scheduler_action"


@tagged("post_install", "-at_install")
class TestInvitationQueue(StudentPortalCase):
    """Odoo's mail queue, which sends two mails at a time here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.mail"].search([("state", "=", "outgoing")]).cancel()
        cls.env["ir.config_parameter"].set_param("mail.mail.queue.batch.size", 2)
        cls.students = cls._create_students(5)
        cls._grant(cls.students)

    def _work_off_queue(self, seconds=3600, **sending):
        """Have the scheduler send what it sends before others have their turn.

        :param seconds: after how many they have; Odoo's ten may be too few on a busy
            machine
        :return: when it is called again
        """
        with (
            self.enter_registry_test_mode(),
            patch.object(ir_cron, "MIN_TIME_PER_JOB", seconds),
            mail_server(**sending),
        ):
            return self._triggers(QUEUE, self.env.ref(QUEUE).method_direct_trigger)

    def test_more_than_the_queue_takes_at_once_are_sent_without_a_pause(self):
        self._work_off_queue()
        self.assertEqual(set(self.students.mapped("portal_mail_state")), {"sent"})

    def test_queue_goes_on_at_once_when_others_have_had_their_turn(self):
        self._work_off_queue(seconds=0.000001, return_value="<sent@example.com>")
        sent = self.students.filtered(
            lambda student: student.portal_mail_state == "sent"
        )
        self.assertLessEqual(len(sent), 2)
        self._work_off_queue()
        self.assertEqual(set(self.students.mapped("portal_mail_state")), {"sent"})

    @freeze_time("2026-09-01 08:00:00")
    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_queue_that_another_transaction_got_in_the_way_of_is_tried_soon(self):
        students = self._create_students(1)
        self._grant(students)
        called = self._work_off_queue(side_effect=SerializationFailure())
        self.assertIn("2026-09-01 08:01:00", map(fields.Datetime.to_string, called))

    def test_mails_that_wait_for_their_turn_do_not_keep_the_queue_busy(self):
        self.students.portal_access_id.mail_id.cancel()
        self._set_parameter("invitations_per_hour", 1)
        soon, later = students = self._create_students(2)
        self._grant(students)
        self._work_off_queue()
        self.assertEqual(soon.portal_mail_state, "sent")
        self.assertEqual(later.portal_mail_state, "queued")
        before = self.env["ir.cron.progress"].search_count([])
        self.assertFalse(self._work_off_queue())
        progress = self.env["ir.cron.progress"].search([], limit=1, order="id desc")
        self.assertEqual(
            (progress.remaining, progress.search_count([]) - before), (0, 1)
        )

    def test_sent_mails_are_deleted_with_their_messages_in_one_go(self):
        mails = self.students.portal_access_id.mail_id
        messages = mails.mail_message_id
        model = self.registry["mail.mail"]
        deleted = []
        unlink = model.unlink

        def note(mails):
            deleted.append(len(mails))
            return unlink(mails)

        with (
            mail_server(),
            patch.object(model, "unlink", note),
        ):
            mails.send()
        self.assertEqual(deleted, [5])
        self.assertFalse(mails.exists() or messages.exists())
        self.assertEqual(set(self.students.mapped("portal_mail_state")), {"sent"})

    def test_other_mails_that_are_sent_with_them_are_deleted_as_ever(self):
        other = self.env["mail.mail"].create(
            {"email_to": "other@example.com", "auto_delete": True}
        )
        with mail_server():
            (self.students.portal_access_id.mail_id + other).send()
        self.assertFalse(other.exists())

    def test_what_a_school_adds_to_a_mail_is_sent_with_it(self):
        mails = self.students[:3].portal_access_id.mail_id
        mails[0].attachment_ids = self.env["ir.attachment"].create(
            {"name": "rules.txt", "raw": b"Be kind."}
        )
        mails[1].recipient_ids = self.portal_user.partner_id
        with mail_server() as sent:
            mails.send()
        messages = [call.args[0] for call in sent.call_args_list]
        files = [
            part.get_filename()
            for message in messages
            for part in message.iter_attachments()
        ]
        self.assertEqual(files, ["rules.txt"])
        self.assertEqual(
            sum(self.portal_user.email in message["To"] for message in messages), 1
        )

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_mail_that_is_refused_keeps_its_reason_and_the_others_leave(self):
        refused = self.students[2]

        def send_email(message, **options):
            if message["To"] == refused.email:
                raise OSError("550 No such mailbox")
            return "<sent@example.com>"

        with mail_server(side_effect=send_email):
            self.students.portal_access_id.mail_id.send()
        self.assertEqual(refused.portal_mail_state, "failed")
        self.assertIn("550 No such mailbox", refused.portal_mail_failure)
        self.assertTrue(refused.portal_access_id.mail_id.exists())
        others = self.students - refused
        self.assertEqual(set(others.mapped("portal_mail_state")), {"sent"})

    def test_what_a_killed_server_has_sent_is_finished_by_the_next_turn(self):
        mails = self.students.portal_access_id.mail_id
        with (
            patch.object(self.registry["mail.mail"], "_finish_sending"),
            mail_server(),
        ):
            mails.send()
        self.assertEqual(set(mails.mapped("state")), {"sent"})
        self.assertEqual(set(self.students.mapped("portal_mail_state")), {"queued"})
        with patch.object(IrMail_Server, "send_email") as send_email:
            self.env["mail.mail"].process_email_queue()
        send_email.assert_not_called()
        self.assertEqual(set(self.students.mapped("portal_mail_state")), {"sent"})
        self.assertFalse(mails.exists())

    def test_caller_of_a_method_cannot_keep_the_states_from_the_accesses(self):
        mails = self.students.portal_access_id.mail_id
        mails.with_context(student_portal_mails=mails.ids).write({"state": "sent"})
        self.assertEqual(set(self.students.mapped("portal_mail_state")), {"sent"})

    def test_delivery_asks_few_questions_a_mail(self):
        def deliver(students):
            mails = students.portal_access_id.mail_id
            return self._count_queries(mails.send)

        with mail_server():
            few = self._create_students(5)
            many = self._create_students(45)
            self._grant(few + many)
            deliver(self.students)
            small, large = deliver(few), deliver(many)
        self.assertLessEqual((large - small) / 40, 12)

    @freeze_time("2036-09-01 08:00:00")
    def test_queue_is_called_at_once_for_what_is_left_of_a_part(self):
        with (
            patch.object(self.registry["ir.cron"], "_commit_progress", return_value=9),
            mail_server(),
        ):
            queue = self.env["mail.mail"].with_context(ir_cron_progress_id=1)
            called = self._triggers(QUEUE, queue.process_email_queue)
        self.assertIn(fields.Datetime.now(), called)
