from odoo import api, models
from odoo.tools import escape_psql

from .record import USABLE_STATES


class OpStudentPortalAccess(models.Model):
    """What students do themselves before they are signed in."""

    _inherit = "op.student.portal.access"

    @api.private
    @api.model
    def of_login(self, login):
        """Return the access of a login, however it is written in capitals.

        It is empty where several users have that login.

        :param str login: as it was typed
        """
        # Who types it is not signed in, and learns nothing of it.
        users = self.env["res.users"].sudo()
        users = users.search([("login", "=ilike", escape_psql(login.strip()))], limit=2)
        return users.student_portal_accesses() if len(users) == 1 else self.browse()

    @api.private
    def queue_new_link(self):
        """Queue a new link for a student who asked for it, to the address on record.

        None is queued where the student has no access, or such a mail waits already.
        """
        self.ensure_one()
        access = self.as_mail_writer()
        if (
            access.state not in USABLE_STATES
            or not access.email
            or access.company_id.portal_off_reason()
            or access.is_mail_waiting()
        ):
            return
        if access.user_id.login_date:
            access.queue_resets()
        else:
            access.queue_invitations()
        access.log(
            self.env._(
                "A new link was asked for and queued: login %(login)s, %(group)s."
            )
        )
