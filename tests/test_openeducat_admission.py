from odoo import fields
from odoo.tests import tagged

from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestOpenEduCatAdmission(StudentPortalCase):
    """Students that OpenEduCat's own admission enrols, with a user of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "op.admission" not in cls.env:
            cls.skipTest(cls, "openeducat_admission is not installed")
        cls.env["ir.config_parameter"].set_param(
            "openeducat_admission.enable_create_student_user", "True"
        )
        course = cls.env["op.course"].create({"name": "Admitted", "code": "ADMITTED"})
        batch = cls.env["op.batch"].create(
            {
                "name": "Admitted A",
                "code": "ADMITTED-A",
                "course_id": course.id,
                "start_date": fields.Date.today(),
                "end_date": fields.Date.add(fields.Date.today(), years=1),
            }
        )
        register = cls.env["op.admission.register"].create(
            {
                "name": "Admitted",
                "course_id": course.id,
                "start_date": fields.Date.today(),
                "end_date": fields.Date.add(fields.Date.today(), months=1),
                "min_count": 1,
                "max_count": 5,
            }
        )
        cls.admission = cls.env["op.admission"].create(
            {
                "name": "Ines Admitted",
                "first_name": "Ines",
                "last_name": "Admitted",
                "email": "ines@example.com",
                "birth_date": "2001-02-03",
                "gender": "f",
                "course_id": course.id,
                "batch_id": batch.id,
                "register_id": register.id,
            }
        )

    def test_enrolled_student_is_granted_with_the_user_of_the_admission(self):
        self.admission.enroll_student()
        student = self.admission.student_id
        user = student.user_id
        self.assertEqual(user.login, "ines@example.com")
        self.assertEqual(student.partner_id, user.partner_id)
        self.assertEqual(student.name, "Ines Admitted")

        dialog = self._dialog(student)
        self.assertEqual(dialog.line_ids.status, "ready")
        dialog.action_grant_access()
        self.assertEqual(dialog.run_id.granted_count, 1)
        self.assertEqual(student.user_id, user)
        self.assertEqual(student.portal_login, "ines@example.com")
        self.assertEqual(student.partner_id.user_ids, user)
        own = student.with_user(user).portal_student()
        self.assertEqual(own, student)
