from contextlib import suppress

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .access_common import PortalAccessCase

READ = ("read",)
ALL = ("read", "write", "create", "unlink")
#: What Student Managers and Administrators may do with each model of this addon.
#: Nobody else may do anything with any of them.
RIGHTS = {
    "op.student.portal.wizard": (ALL, ALL),
    "op.student.portal.wizard.line": (ALL, ALL),
    "op.student.portal.access": (READ, READ),
    "op.student.portal.bar": (ALL, ALL),
    "op.student.portal.run": (READ, READ),
    "op.student.portal.run.line": (READ, READ),
    # Student Managers where the settings say so: test_run_file.
    "op.student.portal.run.file": ((), READ),
    "op.student.portal.report": (READ, READ),
    "op.student.portal.section": (READ, ALL),
    "op.student.portal.turn": ((), READ),
    "op.student.portal.attempt": ((), READ),
    "op.student.portal.feed": ((), READ),
}
MODULE = "openeducat_student_portal"
#: What nobody reads, not even an Administrator.
SECRETS = {
    "op.student": ("portal_calendar_token",),
    "op.student.portal.run.file": ("content",),
    "op.student.portal.access": (
        "code_selector",
        "code_hash",
        "code_expires_on",
        "code_wrong_tries",
    ),
    "op.student.portal.bar": ("links_ended",),
    "op.student.portal.feed": ("portal_calendar_token",),
    "res.partner": ("student_portal_access_ids",),
    "res.users": ("student_portal_access_key",),
}


@tagged("post_install", "-at_install")
class TestAccessRights(PortalAccessCase):
    """Each model, action, menu and field of this addon, by role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        students = cls._create_active(2)
        cls.outsiders = (
            cls.faculty
            + cls.employee
            + students.user_id
            + cls.portal_user
            + cls.env.ref("base.public_user")
        )

    def _of_this_addon(self, model):
        return self.env[model].browse(
            self.env["ir.model.data"]
            .search([("module", "=", MODULE), ("model", "=", model)])
            .mapped("res_id")
        )

    def test_rights_on_each_model(self):
        names = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == MODULE and not model._abstract
        }
        self.assertEqual(names, set(RIGHTS))
        for name, (manager, administrator) in RIGHTS.items():
            for user, rights in (
                (self.student_manager, manager),
                (self.administrator, administrator),
                *((outsider, ()) for outsider in self.outsiders),
            ):
                model = self.env[name].with_user(user)
                allowed = tuple(each for each in ALL if model.has_access(each))
                self.assertEqual(allowed, rights, (name, user.login))

    def test_secrets_are_nobodys_to_read(self):
        for user in self.student_manager, self.administrator, *self.outsiders:
            for name, secrets in SECRETS.items():
                model = self.env[name].with_user(user)
                for secret in secrets:
                    field = model._fields[secret]
                    self.assertFalse(
                        model._has_field_access(field, "read"),
                        (name, secret, user.login),
                    )

    def test_remote_calls_reach_actions_alone(self):
        """All other methods leave it to their callers to check who asks."""
        reached = set()
        for name, model in self.env.registry.items():
            ours = f"odoo.addons.{MODULE}."
            mine = [each for each in model.mro() if each.__module__.startswith(ours)]
            # What is Odoo's or OpenEduCat's own is theirs to open.
            theirs = {
                method
                for each in model.mro()
                if each not in mine
                for method in vars(each)
            }
            for method in {method for each in mine for method in vars(each)} - theirs:
                with suppress(AccessError, AttributeError):
                    get_public_method(self.env[name], method)
                    reached.add(method)
        self.assertIn("action_revoke_portal_access", reached)
        self.assertFalse([each for each in reached if not each.startswith("action_")])

    def test_actions_reports_and_menus_are_offered_to_managers_alone(self):
        offered = {}
        for model, field in (
            ("ir.actions.server", "group_ids"),
            ("ir.actions.report", "group_ids"),
        ):
            for record in self._of_this_addon(model):
                if record.binding_model_id:
                    offered[record.name] = record[field]
        for menu in self._of_this_addon("ir.ui.menu"):
            offered[menu.complete_name] = menu.group_ids
        self.assertIn("Revoke Access", offered)
        for name, groups in offered.items():
            self.assertTrue(groups, name)
            for user in self.outsiders:
                self.assertFalse(groups & user.all_group_ids, (name, user.login))
            self.assertTrue(groups & self.administrator.all_group_ids, name)

    def test_what_is_recorded_of_the_access_is_the_managers(self):
        models = [self.env["op.student"]]
        if "op.parent" in self.env:
            models.append(self.env["op.parent"])
        for model in models:
            recorded = [name for name in model._fields if name.startswith("portal_")]
            self.assertIn("portal_state", recorded)
            for user in self.outsiders:
                holders = model.with_user(user)
                for name in recorded:
                    self.assertFalse(
                        holders._has_field_access(holders._fields[name], "read"),
                        (model._name, name, user.login),
                    )
