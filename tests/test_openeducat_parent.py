from odoo.fields import Command
from odoo.tests import tagged

from .common import StudentPortalCase
from .portal_common import needs_model


@tagged("post_install", "-at_install")
@needs_model("op.parent")
class TestOpenEduCatParent(StudentPortalCase):
    """Students with parents in OpenEduCat, whose users have their children's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.students = cls._create_students(2)
        relationship = cls.env["op.parent.relationship"].create({"name": "Guardian"})
        contacts = cls.env["res.partner"].create(
            [
                {"name": f"Parent {number}", "email": f"parent.{number}@example.com"}
                for number in range(2)
            ]
        )
        cls.parents = cls.env["op.parent"].create(
            [
                {
                    "name": contact.id,
                    "mobile": "+32 2 555 00 00",
                    "relationship_id": relationship.id,
                    "student_ids": [Command.set(student.ids)],
                }
                for contact, student in zip(contacts, cls.students, strict=True)
            ]
        )
        # As OpenEduCat makes them, and sets them on the contact, too.
        for parent in cls.parents:
            parent.user_id = parent.name.user_id = cls.env["res.users"].create(
                {
                    "partner_id": parent.name.id,
                    "login": parent.name.email,
                    "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
                }
            )

    def test_granting_several_gives_each_parent_the_own_child(self):
        self._grant(self.students)
        for parent, student in zip(self.parents, self.students, strict=True):
            self.assertTrue(student.user_id)
            self.assertEqual(parent.user_id.child_ids, student.user_id)
            self.assertEqual(parent.user_id.partner_id, parent.name)

    def test_student_sees_nobody_elses_enrolment_or_parents(self):
        self._grant(self.students)
        student_user = self.students[0].user_id
        for model in "op.student", "op.student.course", "op.parent", "op.faculty":
            with self.subTest(model=model):
                self.assertFalse(
                    self.env[model].with_user(student_user).has_access("read")
                )
