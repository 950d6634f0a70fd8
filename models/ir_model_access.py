from odoo import models, tools

#: OpenEduCat's own apps. What other addons give to students is their authors' matter,
#: no matter what they are called.
OPENEDUCAT_APPS = frozenset(
    f"openeducat_{name}"
    for name in (
        "activity",
        "admission",
        "assignment",
        "attendance",
        "classroom",
        "core",
        "exam",
        "facility",
        "fees",
        "library",
        "parent",
        "timetable",
    )
)


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    @tools.ormcache("self.env.uid", "mode")
    def _get_allowed_models(self, mode="read"):
        """Keep portal users from OpenEduCat's models.

        Students and guardians see what their pages show. OpenEduCat itself gives all
        portal users more: much of it of everybody, and to parents what is of the
        children whose users it has on theirs, barred ones too.
        """
        allowed = super()._get_allowed_models(mode)
        if not self.env.user._is_portal():
            return allowed
        return frozenset(filter(self._is_not_of_openeducat, allowed))

    def _is_not_of_openeducat(self, model_name):
        model = self.env.get(model_name)
        return model is None or model._original_module not in OPENEDUCAT_APPS
