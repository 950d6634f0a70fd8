from odoo import api, models
from odoo.exceptions import AccessError, RedirectWarning, UserError

from .access import ADMINISTRATOR_GROUP, MANAGER_GROUP


class OpStudent(models.Model):
    """What is checked before an access is given or changed, by whichever way."""

    _inherit = "op.student"

    def _check_portal_manager(self):
        """Check that the current user may grant and revoke access.

        :raise AccessError: if it is neither Student Manager nor Administrator
        """
        if not (self.env.su or self.env.user.has_group(MANAGER_GROUP)):
            raise AccessError(
                self.env._(
                    "Only Student Managers and Administrators manage the portal"
                    " access of students. Ask one of them."
                )
            )

    def _check_portal_enabled(self):
        """Check that the portal is switched on for the current company.

        :raise RedirectWarning: if it is switched off, to who may switch it on
        :raise UserError: if it is switched off, to everybody else
        """
        company = self.env.company
        if company.student_portal_enabled:
            return
        reason = self.env._(
            "The student portal of %(company)s is switched off.", company=company.name
        )
        if not self.env.su and self.env.user.has_group(ADMINISTRATOR_GROUP):
            raise RedirectWarning(
                reason,
                self.env.ref("openeducat_core.action_openeducat_configuration").id,
                self.env._("Open the Settings"),
            )
        raise UserError(
            self.env._(
                "%(reason)s An Administrator switches it on in Settings > OpenEduCat >"
                " Student Portal.",
                reason=reason,
            )
        )

    @api.model
    def _check_portal_group(self, portal_group):
        """Check that a group may be given to students.

        :raise UserError: if it gives more, or less, than the portal
        """
        if (
            len(portal_group) != 1
            or not portal_group.sudo().are_student_portal_groups()
        ):
            raise UserError(
                self.env._(
                    "%(group)s cannot be given to students: a Portal Group gives the"
                    " portal, and nothing internal. Choose another one.",
                    group=portal_group.sudo().name or self.env._("No group"),
                )
            )
