from collections import Counter

from odoo import fields, models

from ..res_users.access import TOLD_TOGETHER

LOGIN_TEMPLATE = "openeducat_student_portal.mail_template_portal_login"


class OpStudentPortalAccess(models.Model):
    _inherit = "op.student.portal.access"

    def _update_login_refusals(self):
        emails = {access: access.partner_id.email or "" for access in self}
        logins = {
            access: self.normalize_login(email) for access, email in emails.items()
        }
        owners = self._login_owners(filter(None, logins.values()))
        claims = Counter(logins.values())

        def refusal(access):
            login = logins[access]
            others = owners.get(login, access.user_id) - access.user_id
            if revoked := access._revoked_reason():
                return revoked
            if not emails[access].strip():
                return self.status_message("no_email")
            if not login:
                return self.status_message("invalid_email")
            if login == access.login:
                return self.env._("The email is the login already.")
            if access.has_linked_user:
                return self.status_message("login_kept", access.user_id)
            if others:
                return self.status_message("login_taken", others[0])
            if claims[login] > 1:
                return self.status_message("duplicate")
            return ""

        return {access: refusal(access) for access in self}

    def _update_login(self):
        """Make the contacts' emails their logins. Links sent before no longer work."""
        for access in self:
            access.user_id.with_context(
                student_portal_told=TOLD_TOGETHER
            ).login = self.normalize_login(access.partner_id.email)
        self.user_id.end_links_and_sessions()
        self.close_links()
        self._use_email_of_contact()
        self.mail_is_shared = False
        known = self.filtered("last_sign_in")._as_mail_writer()
        if known:
            turns = [fields.Datetime.now()] * len(known)
            known._create_mails(LOGIN_TEMPLATE, 0, turns)
            self._wake_mail_queue(turns)
        self._log(self.env._("Login updated: login %(login)s, %(group)s."))
