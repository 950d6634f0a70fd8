from odoo.tests import tagged

from .fault_common import DOMAIN, FaultCase

ADDON = "openeducat_student_portal"


@tagged("post_install", "-at_install", "slow")
class TestUninstall(FaultCase):
    """The addon is uninstalled from a school that uses it, and installed again."""

    def _module(self, client, method):
        modules = client.call("ir.module.module", "search", [["name", "=", ADDON]])
        client.call("ir.module.module", method, modules)

    def _leftovers(self):
        """Return what bears the addon's name in the database."""
        return self.database.query(
            "SELECT indexname FROM pg_indexes"
            " WHERE indexname LIKE '%%student_portal%%'"
            " UNION SELECT table_name || '.' || column_name"
            " FROM information_schema.columns WHERE table_schema = 'public'"
            " AND (column_name LIKE '%%student_portal%%'"
            "  OR table_name LIKE '%%student_portal%%'"
            "  OR table_name = 'op_student' AND column_name LIKE 'portal_%%')"
            " UNION SELECT key FROM ir_config_parameter"
            " WHERE key LIKE '%%student_portal%%'"
            " UNION SELECT model FROM ir_model"
            " WHERE model LIKE 'op.student.portal%%'"
        )

    def test_users_keep_the_portal_and_are_found_again(self):
        # Nothing is mailed: invitations wait.
        administrator = self._server(schedulers=0).client("admin")
        students = self._create_students(administrator, 20)
        administrator.grant(students)
        administrator.call(
            "ir.config_parameter", "set_param", f"{ADDON}.invitations_per_hour", "30"
        )
        users = [
            user
            for (user,) in self.database.query(
                "SELECT user_id FROM op_student WHERE id = ANY(%s)", students
            )
        ]
        self.assertEqual(len(set(users)), 20)

        self._module(administrator, "button_immediate_uninstall")
        self.assertFalse(self._leftovers())
        [portal] = administrator.call(
            "ir.model.data",
            "search_read",
            [["module", "=", "base"], ["name", "=", "group_portal"]],
            ["res_id"],
        )
        with_the_portal = administrator.call(
            "res.users",
            "search_count",
            [
                ["id", "in", users],
                ["share", "=", True],
                ["group_ids", "in", portal["res_id"]],
            ],
        )
        self.assertEqual(with_the_portal, 20)
        states = self.database.query(
            "SELECT state, count(*) FROM mail_mail WHERE email_to LIKE %s GROUP BY 1",
            f"%{DOMAIN}",
        )
        self.assertEqual(states, [("cancel", 20)])

        self._module(administrator, "button_immediate_install")
        self.assertEqual(
            self.database.query(
                "SELECT count(*), count(DISTINCT access.user_id)"
                " FROM op_student student JOIN op_student_portal_access access"
                " ON access.id = student.portal_access_id"
                " WHERE student.id = ANY(%s) AND access.user_id = student.user_id",
                students,
            ),
            [(20, 20)],
        )
