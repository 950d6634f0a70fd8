from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestStudentRights(StudentPortalCase):
    """A student's own rights: what the pages show is fetched for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.student = cls._create_students(1)
        cls._grant(cls.student)

    def _openeducat_models(self, *prefixes):
        return [
            name
            for name, model in self.env.registry.items()
            if (model._original_module or "").startswith(prefixes)
            and not model._abstract
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
        self.assertClosed(self.student.user_id, self._openeducat_models("openeducat_"))

    def test_portal_user_who_is_no_student_has_none_on_assignments(self):
        names = self._openeducat_models("openeducat_assignment")
        if not names:
            self.skipTest("openeducat_assignment is not installed")
        self.assertClosed(self.portal_user, names)

    def test_who_works_here_keeps_the_rights_of_openeducat(self):
        for user in self.faculty + self.student_manager + self.administrator:
            self.env["op.student"].with_user(user).check_access("write")
