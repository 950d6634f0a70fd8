from unittest.mock import patch

from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.tests import tagged

from ..exceptions import StudentPortalRefused
from .portal_common import StudentPortalPagesCase


@tagged("post_install", "-at_install")
class TestPortalRecords(StudentPortalPagesCase):
    """The one way to fetch a student's records."""

    def test_records_of_another_student_are_refused(self):
        other = self.other_student.with_user(self.student.user_id).sudo()
        for call in (
            lambda: other.portal_records("op.student.course"),
            lambda: other.portal_record("op.student.course", 1),
            lambda: other.portal_count("op.student.course"),
            lambda: other.portal_open_section(),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_records_are_refused_to_an_archived_student_and_user(self):
        student = self._pages()
        self.student.active = False
        self.student.user_id.active = True
        with self.assertRaises(AccessError):
            student.portal_records("op.student.course")
        self.student.active = True
        self.student.user_id.active = False
        with self.assertRaises(AccessError):
            student.portal_records("op.student.course")

    def test_records_are_refused_to_a_student_who_works_here_by_now(self):
        student = self._pages()
        self.student.user_id.group_ids = self.env.ref("base.group_user")
        with self.assertRaises(AccessError):
            student.portal_records("op.student.course")

    def test_records_are_refused_to_a_user_of_another_contact(self):
        # OpenEduCat's User may write whose user a student has.
        self.student.user_id = self.portal_user
        student = self.student.with_user(self.portal_user)
        with self.assertRaises(AccessError):
            student.sudo().portal_records("op.student.course")
        with self.assertRaises(StudentPortalRefused):
            student.portal_student()

    def test_records_are_refused_to_another_user_of_the_contact(self):
        # No method of Odoo's makes one; merging contacts does it by SQL.
        self.env.flush_all()
        self.cr.execute(
            "UPDATE res_users SET partner_id = %s WHERE id = %s",
            (self.student.partner_id.id, self.portal_user.id),
        )
        self.env.invalidate_all()
        student = self.student.with_user(self.portal_user)
        with self.assertRaises(AccessError):
            student.sudo().portal_records("op.student.course")
        with self.assertRaises(StudentPortalRefused):
            student.portal_student()

    def test_archived_user_is_no_student(self):
        student = self.student.with_user(self.student.user_id)
        self.assertEqual(student.portal_student(), self.student)
        self.student.user_id.active = False
        with self.assertRaises(StudentPortalRefused):
            student.portal_student()

    def test_model_that_nothing_shows_is_refused(self):
        with self.assertRaises(NotImplementedError):
            self._pages().portal_records("res.users")

    def test_domain_of_the_caller_cannot_widen(self):
        self._create_enrolment(self.student + self.other_student)
        student = self._pages()
        mine, theirs = (
            each.course_detail_ids for each in (self.student, self.other_student)
        )
        with self._shown("op.student.course"):
            for domain in (
                None,
                Domain.TRUE,
                [(1, "=", 1)],
                ["|", ("id", "=", theirs.id), (1, "=", 1)],
            ):
                self.assertEqual(
                    student.portal_records("op.student.course", domain), mine
                )
                self.assertEqual(student.portal_count("op.student.course", domain), 1)
                groups = student.portal_read_group(
                    "op.student.course", ["student_id"], [], domain
                )
                self.assertEqual(groups, [(self.student,)])

    def test_no_id_but_a_number_of_ones_own_is_found(self):
        self._create_enrolment(self.student + self.other_student)
        student = self._pages()
        mine, theirs = (
            each.course_detail_ids for each in (self.student, self.other_student)
        )
        with self._shown("op.student.course"):
            for right in mine.id, str(mine.id):
                self.assertEqual(
                    student.portal_record("op.student.course", right), mine
                )
            for wrong in (theirs.id, 0, -1, "abc", None, "1 or 1=1", 2**70, [1]):
                with self.subTest(wrong), self.assertRaises(MissingError):
                    student.portal_record("op.student.course", wrong)

    def _shown(self, model_name):
        """Let the portal show a model, as a section that is added does."""

        def domain(students, name):
            self.assertEqual(name, model_name)
            return Domain("student_id", "in", students.ids)

        return patch.object(type(self.env["op.student"]), "portal_domain", domain)

    def test_user_whom_odoo_has_made_public_is_no_student(self):
        self.student.user_id.group_ids = self.env.ref("base.group_public")
        with self.assertRaises(StudentPortalRefused):
            self._pages()

    def test_internal_user_is_no_student(self):
        self.student.user_id = self.employee
        self.student.partner_id = self.employee.partner_id
        with self.assertRaises(StudentPortalRefused):
            self._pages(self.employee)
