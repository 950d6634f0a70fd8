from odoo.tests import tagged

from odoo.addons.openeducat_student_portal.apps import APPS

from .common import StudentPortalCase

ADDON = "openeducat_student_portal"


@tagged("post_install", "-at_install")
class TestExternalIds(StudentPortalCase):
    """How views, actions and menus are called, as the README says."""

    def _own(self, model):
        """Return the records of a model of this addon, by their names in its app."""
        data = self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "=", model)]
        )
        apps = [f"{app.__name__.rpartition('.')[2]}_" for app in APPS]
        names = {}
        for each in data:
            app = next(filter(each.name.startswith, apps), "")
            names[each.name.removeprefix(app)] = self.env[model].browse(each.res_id)
        self.assertTrue(names)
        return names

    def test_views_have_the_model_and_the_type_in_their_names(self):
        for name, view in self._own("ir.ui.view").items():
            extended = (view.inherit_id.xml_id or "").partition(".")[2]
            prefixes = (
                ("student_portal_", "report_")
                if view.type == "qweb"
                else (f"view_{view.model.replace('.', '_')}_{view.type}",)
            )
            if name != extended:
                self.assertTrue(name.startswith(prefixes), name)

    def test_actions_and_menus_have_the_model_in_their_names(self):
        for name, action in self._own("ir.actions.act_window").items():
            self.assertEqual(name, f"action_{action.res_model.replace('.', '_')}")
        for name, menu in self._own("ir.ui.menu").items():
            self.assertEqual(name, f"menu_{menu.action.res_model.replace('.', '_')}")

    def test_views_give_no_warning(self):
        views = self.env["ir.ui.view"].union(*self._own("ir.ui.view").values())
        with self.assertNoLogs("odoo.addons.base.models.ir_ui_view", "WARNING"):
            views._check_xml()
