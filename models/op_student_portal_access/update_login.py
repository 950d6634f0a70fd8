from collections import Counter

from odoo import api, fields, models

from ..res_users.access import TOLD_TOGETHER

LOGIN_TEMPLATE = "openeducat_student_portal.mail_template_portal_login"


class OpStudentPortalAccess(models.Model):
    _inherit = "op.student.portal.access"

    login_differs = fields.Boolean(
        string="Login Differs from Email", compute="_compute_login_differs", store=True
    )

    @api.depends(
        *("partner_id.email", "user_id.login", "state"),
        *("email", "mail_is_shared", "has_linked_user"),
    )
    def _compute_login_differs(self):
        for access in self:
            login = self.normalize_login(access.partner_id.email)
            access.login_differs = (
                access.state != "internal"
                and not access._kept_login_reason()
                and not (access.mail_is_shared and login == access.email)
            )

    def _kept_login_reason(self):
        """Say why the login stays as it is, no matter who has the email as a login."""
        email = self.partner_id.email or ""
        login = self.normalize_login(email)
        if revoked := self.revoked_reason():
            return revoked
        if not login:
            return self.status_message("invalid_email" if email.strip() else "no_email")
        if login == self.any_login(self.user_id.login):
            return self.env._("The email is the login already.")
        if self.has_linked_user:
            return self.status_message("login_kept", self.user_id)
        return ""

    def _update_login_refusals(self):
        logins = {
            access: self.normalize_login(access.partner_id.email) for access in self
        }
        owners = self.login_owners(filter(None, logins.values()))
        claims = Counter(logins.values())

        def refusal(access):
            login = logins[access]
            if reason := access._kept_login_reason():
                return reason
            if others := owners.get(login, access.user_id) - access.user_id:
                return self.status_message("login_taken", others[0])
            return self.status_message("duplicate") if claims[login] > 1 else ""

        return {access: refusal(access) for access in self}

    def _update_login(self):
        """Make the contacts' emails their logins. Links sent before no longer work."""
        for access in self:
            access.user_id.with_context(
                student_portal_told=TOLD_TOGETHER
            ).login = self.normalize_login(access.partner_id.email)
        self.user_id.end_links_and_sessions()
        self.close_links()
        self.use_email_of_contact()
        self.mail_is_shared = False
        known = self.filtered("last_sign_in").as_mail_writer()
        if known:
            turns = [fields.Datetime.now()] * len(known)
            known.create_mails(LOGIN_TEMPLATE, 0, turns)
            self.wake_mail_queue(turns)
        self.log(self.env._("Login updated: login %(login)s, %(group)s."))
