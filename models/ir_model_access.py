from odoo import models, tools

#: It gives portal users the assignments and submissions of everybody.
OPEN_TO_THE_PORTAL = "openeducat_assignment"


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    @tools.ormcache("self.env.uid", "mode")
    def _get_allowed_models(self, mode="read"):
        """Keep students from OpenEduCat's models: they see what their pages show.

        Some of OpenEduCat's apps give *Role / Portal* rights on whole models, of which
        no record rule keeps back what is somebody else's: its assignments, which each
        portal user may read and change by RPC, and, for the sake of parents, its
        students, courses and batches. No page of OpenEduCat's makes use of the former.
        """
        allowed = super()._get_allowed_models(mode)
        user = self.env.user
        if user._is_internal() or not user._is_portal():
            return allowed
        levels = self.env["res.groups"].sudo().student_portal_groups()
        closed = "openeducat_" if user.all_group_ids & levels else OPEN_TO_THE_PORTAL
        return frozenset(
            name
            for name in allowed
            if name not in self.env
            or not (self.env[name]._original_module or "").startswith(closed)
        )
