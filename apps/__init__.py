"""What is added to OpenEduCat's apps that may be missing, and to Odoo's.

Nothing here depends on such an app, and it may be installed before this addon or after
it. What only reads the app's records asks whether its model is there. What adds to the
app's models has a package here that is named after the app, with the classes that
extend them, and, where its function ``load`` says so, an XML file with views and
actions, whose ids begin with the app's name. Odoo would load neither without the app,
so that :func:`extend_installed` does, once all modules are loaded.
"""

from odoo import models
from odoo.orm.model_classes import add_to_registry

from ..const import ADDON
from . import account, openeducat_classroom, openeducat_parent

APPS = (account, openeducat_classroom, openeducat_parent)


def extend_installed(env):
    """Extend the models of the apps that are installed, and load their views.

    It does for these classes what Odoo does for those of a module. They add no column.
    """
    registry, loaded = env.registry, False
    for app in APPS:
        if app.MODEL not in registry:
            continue
        new = [
            definition
            for definition in app.DEFINITIONS
            if definition not in registry[definition._name]._base_classes__
        ]
        for definition in new:
            add_to_registry(registry, definition)
        if new:
            registry._setup_models__(env.cr, [each._name for each in new])
        if registry.updated_modules and hasattr(app, "load"):
            app.load(env)
            loaded = True
    if loaded:
        # Odoo has done so before the records were there.
        languages = [code for code, _name in env["res.lang"].get_installed()]
        env["ir.module.module"]._load_module_terms([ADDON], languages)


class OpStudentPortalAccess(models.Model):
    _inherit = "op.student.portal.access"

    def _register_hook(self):
        """Extend the apps that are installed, once all modules are loaded."""
        super()._register_hook()
        extend_installed(self.env)


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def module_uninstall(self):
        """Delete what was loaded for an app that is uninstalled."""
        names = set(self.mapped("name"))
        for app in APPS:
            name = app.__name__.rpartition(".")[2]
            if name in names and hasattr(app, "load"):
                self._delete_loaded_for(name)
        return super().module_uninstall()

    def _delete_loaded_for(self, name):
        data = self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("name", "=like", f"{name}\\_%")]
        )
        for model, records in data.grouped("model").items():
            self.env[model].browse(records.mapped("res_id")).exists().unlink()
        data.exists().unlink()
