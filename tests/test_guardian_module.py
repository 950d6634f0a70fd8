from odoo.tests import tagged

from .fault_common import DOMAIN, FaultCase

ADDON = "openeducat_student_portal"
APP = "openeducat_parent"


@tagged("post_install", "-at_install", "slow")
class TestGuardianModule(FaultCase):
    """OpenEduCat's parents are uninstalled beside this addon, and installed again."""

    def _module(self, client, method):
        modules = client.call("ir.module.module", "search", [["name", "=", APP]])
        client.call("ir.module.module", method, modules)

    def _loaded(self):
        """Return how many views and actions there are for the app."""
        return self.database.value(
            "SELECT count(*) FROM ir_model_data WHERE module = %s AND name LIKE %s",
            ADDON,
            f"{APP}_%",
        )

    def _create_guardian(self, client, student, name):
        relationship = client.call("op.parent.relationship", "create", {"name": name})
        contact = client.call(
            "res.partner", "create", {"name": name, "email": f"{name}{DOMAIN}"}
        )
        return client.call(
            "op.parent",
            "create",
            {
                "name": contact,
                "mobile": "1",
                "relationship_id": relationship,
                "student_ids": [[6, 0, [student]]],
            },
        )

    def test_guardians_come_and_go_with_the_app(self):
        if not self._loaded():
            self.skipTest(f"{APP} is not installed")
        loaded = self._loaded()
        administrator = self._server(schedulers=0).client("admin")
        [student] = self._create_students(administrator, 1)
        first = self._create_guardian(administrator, student, "first")
        administrator.call("op.parent", "create_parent_user", [first])
        self._module(administrator, "button_immediate_uninstall")
        self.assertFalse(self._loaded())
        arch = administrator.call(
            "op.student.portal.wizard",
            "get_views",
            [[False, "form"]],
        )["views"]["form"]["arch"]
        self.assertNotIn("guardian", arch)
        # Accesses of guardians are kept, and students are granted as ever.
        administrator.grant([student])
        self._module(administrator, "button_immediate_install")
        self.assertEqual(self._loaded(), loaded)
        second = self._create_guardian(administrator, student, "second")
        administrator.call("op.parent", "create_parent_user", [second])
        [values] = administrator.call(
            "op.parent", "read", [second], ["portal_state", "user_id"]
        )
        self.assertEqual(values["portal_state"], "granted")
        # OpenEduCat fails where a child or the parent has no user of its making.
        administrator.call("op.student", "unlink", [student])
