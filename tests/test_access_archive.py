from odoo.tests import tagged

from .access_common import PortalAccessCase


@tagged("post_install", "-at_install")
class TestAccessArchive(PortalAccessCase):
    """Archiving a student revokes, unarchiving restores what archiving revoked."""

    def test_archiving_revokes_and_unarchiving_restores(self):
        student = self._create_active()
        group = student.portal_group_id
        student.action_archive()
        self.assertEqual(student.portal_state, "revoked")
        self.assertTrue(student.portal_revoked_by_archive)
        self.assertIn("The student was archived", self._bodies(student))
        student.action_unarchive()
        self.assertEqual(student.portal_state, "active")
        self.assertEqual(student.portal_group_id, group)
        self.assertFalse(student.portal_revoked_by_archive)
        self.assertIn("The student was unarchived", self._bodies(student))

    def test_who_may_archive_students_archives_their_access(self):
        student = self._create_active()
        self._as(student, self.faculty).action_archive()
        self.assertEqual(student.portal_state, "revoked")
        self._as(student, self.faculty).action_unarchive()
        self.assertEqual(student.portal_state, "active")

    def test_what_was_revoked_by_hand_stays_revoked(self):
        before, meanwhile = self._create_active(2)
        self._as(before).action_revoke_portal_access()
        (before + meanwhile).action_archive()
        self.assertNotified(
            self._as(meanwhile).action_revoke_portal_access(), "success"
        )
        (before + meanwhile).action_unarchive()
        self.assertEqual(before.portal_state, "revoked")
        self.assertEqual(meanwhile.portal_state, "revoked")

    def test_access_that_was_granted_again_is_not_touched_by_unarchiving(self):
        student = self._create_active()
        student.action_archive()
        student.user_id.active = True
        messages = len(student.message_ids)
        student.action_unarchive()
        self.assertEqual(student.portal_state, "active")
        self.assertEqual(len(student.message_ids), messages)

    def test_school_that_does_not_revoke_on_archiving(self):
        self.env.company.student_portal_revoke_on_archive = False
        student = self._create_active()
        student.action_archive()
        self.assertEqual(student.portal_state, "active")

    def test_setting_is_that_of_the_students_school(self):
        other = self.env["res.company"].create(
            {"name": "Other School", "student_portal_revoke_on_archive": False}
        )
        here, there = self._create_students(2)
        there.partner_id.company_id = other
        self._grant(here + there)
        (here + there).action_archive()
        self.assertEqual(here.portal_state, "revoked")
        self.assertEqual(there.portal_state, "invited")

    def test_contact_that_is_a_student_twice_keeps_the_access(self):
        student = self._create_active()
        again = self._create_students(1, partner_id=student.partner_id.id)
        self._grant(again)
        again.user_id = student.user_id
        student.action_archive()
        self.assertTrue(student.user_id.active)
        self.assertEqual(again.portal_state, "active")
        again.action_archive()
        self.assertFalse(student.user_id.active)

    def test_user_of_another_contact_is_left_alone(self):
        student = self._create_students(1)
        student.user_id = self.portal_user
        student.action_archive()
        self.assertTrue(self.portal_user.active)

    def test_archiving_the_archived_changes_nothing(self):
        student = self._create_active()
        self._as(student).action_revoke_portal_access()
        student.active = False
        student.active = False
        self.assertFalse(student.portal_revoked_by_archive)

    def test_archiving_many_asks_no_question_for_each(self):
        def cost(students, active):
            return self._count_queries(lambda: students.write({"active": active}))

        few, many = self._create_active(3), self._create_active(43)
        cost(self._create_active(2), False)
        for active in (False, True):
            self.assertLessEqual(cost(many, active) - cost(few, active), 4)
        self.assertEqual(set(many.mapped("portal_state")), {"active"})
