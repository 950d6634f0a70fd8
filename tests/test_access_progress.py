from odoo.tests import tagged

from .access_common import PortalAccessCase


@tagged("post_install", "-at_install")
class TestAccessProgress(PortalAccessCase):
    """The office sees how far a student has come."""

    def _found(self, progress):
        students = self.env["op.student"].with_user(self.student_manager)
        return students.search([("portal_progress", "=", progress)])

    def assertProgress(self, student, progress):
        self.assertEqual(student.portal_progress, progress)
        self.assertIn(student, self._found(progress))

    def test_each_step_has_its_time(self):
        student = self._create_students(1)
        self._grant(student, send_invitation=False)
        access = student.portal_access_id
        self.assertEqual(student.portal_state, "granted")
        self.assertProgress(student, "granted")

        self._as(student).action_resend_portal_invitation()
        self.assertEqual(student.portal_state, "invited")
        self.assertProgress(student, "granted")
        self._send_mails(student)
        self.assertProgress(student, "mailed")
        self.assertTrue(student.portal_mailed_on)

        access.record_opening()
        self.assertProgress(student, "opened")
        self.assertTrue(student.portal_link_opened_on)

        access.choose_password("chosen by the student")
        self.assertProgress(student, "password")
        self.assertTrue(student.portal_password_set_on)
        self.assertEqual(student.portal_state, "invited")

        self._sign_in_once(student)
        self.assertProgress(student, "signed_in")
        self.assertEqual(student.portal_state, "active")

    def test_next_link_starts_again(self):
        student = self._create_invited()
        student.portal_access_id.record_opening()
        self._as(student).action_resend_portal_invitation()
        self.assertFalse(student.portal_link_opened_on)
        self._send_mails(student, OSError("550 No such mailbox"))
        self.assertProgress(student, "failed")

    def test_restored_access_of_who_never_signed_in_is_not_invited(self):
        invited, active = self._create_invited(), self._create_active()
        for student in invited + active:
            self._as(student).action_revoke_portal_access()
            self._as(student).action_restore_portal_access()
        self.assertEqual(invited.portal_state, "granted")
        self.assertEqual(active.portal_state, "active")

    def test_adoption_counts_the_steps(self):
        opened, mailed = self._create_invited(2)
        opened.portal_access_id.record_opening()
        self.env.flush_all()
        groups = self.env["op.student.portal.report"]._read_group(
            [("student_id", "in", (opened + mailed).ids)],
            ["portal_progress"],
            ["student_count:count_distinct"],
        )
        self.assertEqual(dict(groups), {"opened": 1, "mailed": 1})
