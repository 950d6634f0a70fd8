from odoo import models
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.ir_model_access import GIVEN_WITHOUT_RULE, OPENEDUCAT_APPS
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

    def test_portal_user_has_no_right_on_what_names_others(self):
        """OpenEduCat gives each of these to all portal users, without a rule."""
        names = [name for name in GIVEN_WITHOUT_RULE if name in self.env]
        self.assertIn("op.student.course", names)
        self._give_portal_right(*names)
        self.assertClosed(self.portal_user, names)

    def test_every_right_of_openeducats_without_a_rule_is_known(self):
        """Portal users may read no more of OpenEduCat's that is about persons."""
        rights = self.env["ir.model.access"].search(
            [("group_id", "=", self.env.ref("base.group_portal").id)]
        )
        models_of_portal = {
            name
            for name in rights.model_id.mapped("model")
            if self.env[name]._original_module in OPENEDUCAT_APPS
        } - GIVEN_WITHOUT_RULE
        ruled = set(self.env["ir.rule"].search([]).model_id.mapped("model"))
        for name in models_of_portal - ruled:
            personal = {
                field.name
                for field in self.env[name]._fields.values()
                if field.comodel_name in ("op.student", "res.partner", "res.users")
                and field.store
                and field.name not in models.MAGIC_COLUMNS
            }
            self.assertFalse(personal, name)

    def test_models_of_other_addons_stay_as_their_authors_have_them(self):
        self.patch(type(self.env["op.batch"]), "_original_module", "openeducat_shelf")
        self._give_portal_right("op.batch")
        self.env["op.batch"].with_user(self.student.user_id).check_access("read")

    def _give_portal_right(self, *names):
        group = self.env.ref("base.group_portal")
        self.env["ir.model.access"].create(
            [
                {
                    "name": "portal",
                    "model_id": self.env["ir.model"]._get_id(name),
                    "group_id": group.id,
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
