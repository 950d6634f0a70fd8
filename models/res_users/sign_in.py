from odoo import api, models
from odoo.exceptions import AccessDenied, UserError

from ..res_partner import LINK_OF_ODOO


class ResUsers(models.Model):
    """How students and guardians sign in, set their password, and where they arrive."""

    _inherit = "res.users"

    def _login(self, credential, user_agent_env):
        """Take a student's login in any capitals, as the school's record may have it.

        What is written exactly like a login is that login.
        """
        try:
            return super()._login(credential, user_agent_env)
        except AccessDenied:
            # A passkey comes without a login.
            typed = credential.get("login") or ""
            login = self._recorded_login(typed)
            if login == typed:
                raise
            return super()._login({**credential, "login": login}, user_agent_env)

    @api.model
    def reset_password(self, login):
        """Take it in any capitals, too."""
        return super().reset_password(self._recorded_login(login))

    @api.model
    def _recorded_login(self, login):
        access = self.env["op.student.portal.access"].of_login(login)
        return access.login or login

    @api.model
    def signup(self, values, token=None):
        """Set the password of the login that the link belongs to, and record it.

        Odoo takes the first user of the contact, which may have several.
        """
        contact = token and self.env["res.partner"]._get_partner_from_token(token)
        user = contact and contact.student_portal_user()
        if not user:
            return super().signup(values, token)
        user.student_portal_accesses().choose_password(values.get("password"))
        return user.login, values.get("password")

    def _action_reset_password(self, signup_type="reset"):
        """Send students their link as this addon does, to the address on record.

        Odoo's mail goes to what anybody has written on the contact since, at once, and
        its link is none that the student's form knows of.
        """
        # Who asks, at the page to sign in, has no rights yet.
        accesses = self.student_portal_accesses().filtered(
            lambda access: access.user_id.share and access.user_id.active
        )
        if by_letter := accesses.filtered(lambda access: not access.email):
            raise UserError(
                self.env._(
                    "The school knows no email of %(logins)s, so that no mail can be"
                    " sent. Ask the school for a new letter.",
                    logins=", ".join(by_letter.mapped("login")),
                )
            )
        others = self - accesses.user_id
        # As above.
        held = others.partner_id.sudo().student_portal_access_ids
        if held.user_id - others:
            # The link would be that of the contact's other user.
            raise UserError(held.no_link_reason())
        others = others.with_context(student_portal_link=LINK_OF_ODOO)
        if accesses:
            accesses.queue_resets()
        # Odoo has no answer where there is nobody to mail.
        if others or not accesses:
            return super(ResUsers, others)._action_reset_password(signup_type)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The link to set a new password will be mailed."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _get_session_token_fields(self):
        """Add what ends the sessions of students whose access was revoked."""
        return super()._get_session_token_fields() | {"student_portal_access_key"}

    @api.private
    def student_portal_home(self):
        """Return the address of the first page of a user in the portal.

        That of the children comes first: *My Account* leads to both.

        :return: the address, or "" for who is neither a student nor a guardian
        :rtype: str
        """
        self.ensure_one()
        if self.env["op.student"].with_user(self).portal_children():
            return "/my/children"
        if self.student_portal_students():
            return "/my/student"
        # A guardian who sees no child right now is told to ask the school.
        return "/my/children" if self.partner_id.guardians_of_contacts() else ""
