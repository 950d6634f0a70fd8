from odoo import models
from odoo.fields import Command


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        """Leave those who have an access to its own actions, before Odoo changes them.

        :raise UserError: if the contact has one, with what to do instead
        """
        self.partner_id.check_without_portal_access()
        return super().action_grant_access()

    def action_invite_again(self):
        """Leave those who have an access to its own actions, as above."""
        self.partner_id.check_without_portal_access()
        return super().action_invite_again()

    def action_revoke_access(self):
        """Take the portal group from a student, too.

        Odoo's wizard moves whom it revokes from the portal to the public group, and
        no one can be in both: a portal group implies the portal.
        """
        groups = self.env["res.groups"].student_portal_groups()
        # As Odoo's wizard does: it may be run by who may not write users.
        user = self.user_id.sudo()
        given = user.group_ids & groups
        if self.is_portal and given:
            portal = self.env.ref("base.group_portal")
            user.group_ids = [
                Command.link(portal.id),
                *(Command.unlink(group.id) for group in given),
            ]
        return super().action_revoke_access()
