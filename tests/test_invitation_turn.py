import base64
import re
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import StudentPortalCase

HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestInvitationTurn(StudentPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_parameter("invitations_per_hour", 3)

    def _turns(self, students):
        """Return how many hours each student's invitation waits."""
        now = fields.Datetime.now()
        return [
            round((mail.scheduled_date - now) / HOUR, 2)
            for mail in students.portal_access_id.mail_id
        ]

    @freeze_time("2026-09-01 08:00:00")
    def test_no_limit_sends_all_at_once(self):
        self._set_parameter("invitations_per_hour", 0)
        students = self._create_students(7)
        self._grant(students)
        self.assertEqual(self._turns(students), [0] * 7)

    @freeze_time("2026-09-01 08:00:00")
    def test_what_is_over_the_limit_takes_its_turn_in_the_hours_after(self):
        students = self._create_students(7)
        triggers = self._triggers(
            "mail.ir_cron_mail_scheduler_action", lambda: self._grant(students)
        )
        self.assertEqual(self._turns(students), [0, 0, 0, 1, 1, 1, 2])
        now = fields.Datetime.now()
        self.assertEqual(triggers, [now, now + HOUR, now + 2 * HOUR])

    def test_no_hour_has_more_no_matter_who_asks_and_when(self):
        company = self.env["res.company"].create({"name": "Other School"})
        self.student_manager.company_ids |= company
        students = self._create_students(9)
        with freeze_time("2026-09-01 08:00:00"):
            self._grant(students[:2])
        with freeze_time("2026-09-01 08:30:00"):
            self._grant(students[2:5].with_company(company))
        with freeze_time("2026-09-01 08:40:00"):
            self._grant(students[5:])
        leaving = [mail.scheduled_date for mail in students.portal_access_id.mail_id]
        self.assertEqual(leaving, sorted(leaving))
        for moment in leaving:
            hour = [other for other in leaving if moment <= other < moment + HOUR]
            self.assertLessEqual(len(hour), 3)
        # None waits longer than it has to.
        self.assertEqual(leaving[2], datetime(2026, 9, 1, 8, 30))
        self.assertEqual(leaving[3], datetime(2026, 9, 1, 9, 0))

    def test_limit_counts_mails_that_were_sent_and_deleted(self):
        students = self._create_students(4)
        with freeze_time("2026-09-01 08:00:00"):
            self._grant(students[:3])
            students[:3].portal_access_id.mail_id.write({"state": "sent"})
            students[:3].portal_access_id.mail_id.unlink()
        with freeze_time("2026-09-01 08:20:00"):
            self._grant(students[3])
            self.assertEqual(
                students[3].portal_access_id.mail_id.scheduled_date,
                datetime(2026, 9, 1, 9, 0),
            )

    @freeze_time("2026-09-01 08:00:00")
    def test_reset_waits_for_no_turn_of_an_invitation(self):
        students = self._create_students(4)
        self._grant(students)
        students.portal_access_id.mail_id.write({"state": "sent"})
        students[0].sudo().portal_access_id.queue_resets()
        mail = students[0].portal_access_id.mail_id
        self.assertEqual(mail.state, "outgoing")
        self.env["op.student.portal.access"].plan_invitations()
        self.assertEqual(students[0].portal_access_id.mail_id, mail)
        self.assertEqual(mail.scheduled_date, fields.Datetime.now())

    @freeze_time("2026-09-01 08:00:00")
    def test_letter_that_was_printed_is_no_mail_of_the_hour(self):
        self._set_parameter("invitations_per_hour", 1)
        printed, mailed = self._create_students(2)
        self._grant(mailed)
        self._grant(printed)
        printed.portal_access_id.mail_id.write({"state": "sent"})
        printed.portal_access_id.write({"mail_state": "printed"})
        self.env["op.student.portal.access"].plan_invitations()
        self.assertEqual(self._turns(mailed), [0])

    def test_next_hour_starts_with_none_taken(self):
        students = self._create_students(6)
        with freeze_time("2026-09-01 08:00:00"):
            self._grant(students[:3])
        with freeze_time("2026-09-01 09:00:01"):
            self._grant(students[3:])
            self.assertEqual(self._turns(students[3:]), [0, 0, 0])

    def test_link_is_valid_from_when_it_is_sent(self):
        self.env.company.student_portal_invitation_hours = 10
        students = self._create_students(4)
        self._grant(students)
        now = fields.Datetime.now()
        for student, hours in zip(students, (10, 10, 10, 11), strict=True):
            body = student.portal_access_id.mail_id.body_html
            self.assertIn("10 hours", body)
            token = re.search(r"token=([\w%.-]+)", body)[1]
            token = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            expires = datetime.utcfromtimestamp(int.from_bytes(token[1:9], "little"))
            expected = now + timedelta(hours=hours)
            minute = timedelta(minutes=1)
            self.assertAlmostEqual(expires, expected, delta=minute)
            self.assertAlmostEqual(
                student.portal_link_expires_on, expected, delta=minute
            )

    def test_batches_of_a_run_take_turns_one_after_the_other(self):
        self._set_parameter("run_threshold", 2)
        students = self._create_students(5)
        run = self._start_run(students).sudo()
        run.process_batch(2)
        run.process_batch(2)
        run.process_batch(2)
        self.assertEqual(self._turns(students), [0, 0, 0, 1, 1])

    def test_past_turns_are_vacuumed(self):
        turns = self.env["op.student.portal.turn"]
        with freeze_time("2026-09-01 08:00:00"):
            self._grant(self._create_students(3))
        with freeze_time("2026-09-01 10:30:00"):
            self._grant(self._create_students(2))
            turns._gc_past_turns()
            self.assertEqual(turns.search([]).mapped("invitation_count"), [2])

    def test_limit_holds_after_a_time_in_which_no_mail_left(self):
        students = self._create_students(9)
        with freeze_time("2026-09-01 08:00:00"):
            self._grant(students)
        mails = students.portal_access_id.mail_id
        with (
            freeze_time("2026-09-01 18:00:00"),
            patch.object(self.registry["mail.mail"], "send"),
        ):
            self.env["mail.mail"].process_email_queue()
            self.assertEqual(self._turns(students), [0, 0, 0, 1, 1, 1, 2, 2, 2])
            again = students.portal_access_id.mail_id
            self.assertFalse(mails & again, "Their links count from another moment")
            self.assertEqual(set(mails.mapped("state")), {"cancel"})
            access = students[8].portal_access_id
            self.assertEqual(
                access.link_expires_on,
                access.mail_id.scheduled_date + timedelta(hours=144),
            )

    def test_mail_whose_date_somebody_has_cleared_takes_its_turn(self):
        students = self._create_students(4)
        self._grant(students)
        students[3].portal_access_id.mail_id.scheduled_date = False
        with patch.object(self.registry["mail.mail"], "send"):
            self.env["mail.mail"].process_email_queue()
        self.assertEqual(sorted(self._turns(students)), [0, 0, 0, 1])

    def test_invitations_that_left_lately_count(self):
        students = self._create_students(5)
        with freeze_time("2026-09-01 08:00:00"):
            self._grant(students)
            students[:2].portal_access_id.mail_id.write({"state": "sent"})
        with freeze_time("2026-09-01 08:30:00"):
            self.env["op.student.portal.access"].plan_invitations()
            self.assertEqual(self._turns(students[2:]), [0, 1, 1])

    @freeze_time("2026-09-01 08:00:00")
    def test_lifting_the_limit_frees_those_that_wait(self):
        students = self._create_students(7)
        self._grant(students)
        settings = self.env["res.config.settings"]
        triggers = self._triggers(
            "mail.ir_cron_mail_scheduler_action",
            settings.create({"student_portal_invitations_per_hour": 0}).execute,
        )
        self.assertEqual(self._turns(students), [0] * 7)
        self.assertEqual(triggers, [fields.Datetime.now()])
