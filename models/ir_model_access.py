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
#: What OpenEduCat gives to all portal users, of everybody: no record rule says whose
#: a record is. The other models that it gives have a rule, or name no person.
GIVEN_WITHOUT_RULE = frozenset(
    (
        "grading.assignment",
        "op.assignment",
        "op.assignment.sub.line",
        "op.faculty",
        "op.student.course",
    )
)


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    @tools.ormcache("self.env.uid", "mode")
    def _get_allowed_models(self, mode="read"):
        """Keep portal users from what OpenEduCat gives them of other people.

        Students see what their pages show, and have no right on any of OpenEduCat's
        models. Other portal users keep those rights that OpenEduCat limits by a rule,
        such as parents' on their children.
        """
        allowed = super()._get_allowed_models(mode)
        user = self.env.user
        if user._is_internal() or not user._is_portal():
            return allowed
        groups = self.env["res.groups"].sudo().student_portal_groups()
        if user.all_group_ids & groups:
            return frozenset(filter(self._is_not_of_openeducat, allowed))
        return allowed - GIVEN_WITHOUT_RULE

    def _is_not_of_openeducat(self, model_name):
        model = self.env.get(model_name)
        return model is None or model._original_module not in OPENEDUCAT_APPS
