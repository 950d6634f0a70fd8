from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.ir_model_access import OPENEDUCAT_APPS
from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestStudentRights(StudentPortalCase):
    """A student's own rights: what the pages show is fetched for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.student = cls._create_students(1)
        cls._grant(cls.student)

    def _openeducat_models(self):
        return [
            name
            for name, model in self.env.registry.items()
            if model._original_module in OPENEDUCAT_APPS and not model._abstract
        ]

    @mute_logger("odoo.addons.base.models.ir_model")
    def assertClosed(self, user, names):
        self.assertTrue(names)
        for name in names:
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(model=name, operation=operation):
                    with self.assertRaises(AccessError):
                        self.env[name].with_user(user).check_access(operation)

    def test_student_has_no_right_on_any_model_of_openeducat(self):
        self.assertClosed(self.student.user_id, self._openeducat_models())

    def test_no_portal_user_has_any_either(self):
        """OpenEduCat gives many to all portal users, some of them without a rule."""
        names = self._openeducat_models()
        self._give_portal_right(*names)
        self.assertClosed(self.portal_user, names)

    def test_user_of_openeducats_making_reads_no_child(self):
        """OpenEduCat lets such a user read who is in ``child_ids``, barred or not."""
        if "op.parent" not in self.env:
            self.skipTest("openeducat_parent is not installed")
        self.portal_user.child_ids = self.student.user_id
        for name in "op.student", "op.parent", "op.student.course":
            with self.subTest(model=name), self.assertRaises(AccessError):
                self.env[name].with_user(self.portal_user).search([])

    def test_right_is_found_without_a_query(self):
        rights = self.env["ir.model.access"].with_user(self.portal_user)
        rights._get_allowed_models("read")
        with self.assertQueryCount(0):
            rights._get_allowed_models("read")

    def test_models_of_other_addons_stay_as_their_authors_have_them(self):
        self.patch(type(self.env["op.batch"]), "_original_module", "openeducat_shelf")
        self._give_portal_right("op.batch")
        self.env["op.batch"].with_user(self.student.user_id).check_access("read")

    def test_visitors_keep_what_other_code_gives_them(self):
        """A form of admission, say, that anybody fills in."""
        self._give_right("base.group_public", "op.course")
        visitor = self.env.ref("base.public_user")
        self.env["op.course"].with_user(visitor).check_access("read")

    def test_right_on_a_model_that_is_gone_is_left_alone(self):
        """Odoo keeps the record of a model whose addon is no longer there."""
        self._give_portal_right("op.course")
        self.env.flush_all()
        self.cr.execute("UPDATE ir_model SET model = 'gone' WHERE model = 'op.course'")
        self.env.registry.clear_cache()
        rights = self.env["ir.model.access"].with_user(self.portal_user)
        self.assertIn("gone", rights._get_allowed_models("read"))

    def _give_portal_right(self, *names):
        self._give_right("base.group_portal", *names)

    def _give_right(self, group, *names):
        self.env["ir.model.access"].create(
            [
                {
                    "name": "Test",
                    "model_id": self.env["ir.model"]._get_id(name),
                    "group_id": self.env.ref(group).id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                    "perm_unlink": True,
                }
                for name in names
            ]
        )

    def test_who_works_here_keeps_the_rights_of_openeducat(self):
        for user in self.faculty + self.student_manager + self.administrator:
            self.env["op.student"].with_user(user).check_access("write")

    def test_who_may_not_read_fees_saves_students(self):
        """OpenEduCat tracks the fees, which many who write students may not read."""
        if "op.student.fees.details" not in self.env:
            self.skipTest("openeducat_fees is not installed")
        student = self.student.with_user(self.student_manager)
        student = student.with_context(tracking_disable=False)
        self.assertFalse(student.env["op.student.fees.details"].has_access("read"))
        student.invalidate_recordset()
        student.write({"blood_group": "A+"})
        self.assertEqual(self.student.blood_group, "A+")
