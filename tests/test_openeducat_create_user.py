from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestOpenEduCatCreateUser(StudentPortalCase):
    """OpenEduCat's own ways to make a student's user."""

    def test_method_makes_the_same_user_as_a_grant(self):
        student = self._create_students(1)
        student.with_user(self.administrator).create_student_user()
        self.assertTrue(student.user_id.active)
        self.assertEqual(student.user_id.login, student.email)
        self.assertIn(self.group_student_portal, student.user_id.group_ids)
        self.assertFalse(student.sudo().portal_access_id.mail_id)

    def test_action_grants_the_ready_ones_and_shows_what_became_of_each(self):
        students = self._create_students(2) + self._create_students(1, email=False)
        wizard = (
            self.env["wizard.op.student"]
            .with_user(self.administrator)
            .with_context(active_model="op.student", active_ids=students.ids)
            .create({})
        )
        action = wizard.create_user()
        self.assertTrue(all(students[:2].mapped("user_id")))
        self.assertFalse(students[2].user_id)
        run = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(
            run.line_ids.mapped("state"), ["granted", "granted", "skipped"]
        )

    def test_method_is_refused_to_who_may_not_grant(self):
        student = self._create_students(1)
        with self.assertRaises(AccessError):
            student.with_user(self.faculty).create_student_user()
