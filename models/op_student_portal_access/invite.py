from odoo import api, fields, models

INVITATION_TEMPLATE = "openeducat_student_portal.mail_template_portal_invitation"
#: What the state of a mail is to the access whose link it carries.
MAIL_STATES = {
    "outgoing": "queued",
    "sent": "sent",
    "received": "sent",
    "exception": "failed",
    "cancel": "cancelled",
}


class OpStudentPortalAccess(models.Model):
    """The invitation, sent again on demand, and what becomes of a mail with a link."""

    _inherit = "op.student.portal.access"

    # -- resending ---------------------------------------------------------------

    def _resend_refusals(self):
        return {
            access: self.env._(
                "The contact has signed in already. Reset the password, if needed."
            )
            if access.user_id.login_date
            else access.mail_refusal(
                self.env._("An invitation is waiting to be sent already.")
            )
            for access in self
        }

    def _resend(self):
        """Queue a fresh link to set the password. Earlier links still work."""
        by_letter = self.await_letters_again()
        mailed = self - by_letter
        mailed.use_email_of_contact()
        mailed.queue_invitations()
        mailed.log(self.env._("Invitation queued again: login %(login)s, %(group)s."))

    @api.private
    def queue_invitations(self):
        now = fields.Datetime.now()
        self.queue_invitation_mails(
            dict(zip(self, self.invitation_turns(now), strict=True))
        )
        self.invited_on = now

    @api.private
    def queue_invitation_mails(self, turns):
        """Queue the mails of the invitations.

        :param dict turns: when the mail of each access may be sent
        """
        for school, accesses in self.grouped("company_id").items():
            accesses.queue_links(
                INVITATION_TEMPLATE,
                "signup",
                school.student_portal_invitation_hours,
                [turns[access] for access in accesses],
            )

    @api.private
    def mail_refusal(self, waiting_reason):
        """Say why no mail with a link is sent, if that is so.

        :param str waiting_reason: says that such a mail is waiting already
        """
        return (
            self.company_id.portal_off_reason()
            or (waiting_reason if self.is_mail_waiting() else "")
            or self.revoked_reason()
            or self._unreachable_reason()
        )

    def _unreachable_reason(self):
        """Say why no mail can reach the contact, if that is so."""
        email = self.partner_id.email or ""
        login = self.normalize_login(email)
        if not login and self.is_by_letter():
            return ""
        if not login:
            return self.status_message("invalid_email" if email.strip() else "no_email")
        if self.has_linked_user and login != self.normalize_login(self.login):
            return self.env._(
                "The user %(user)s existed before the access, so that links go to its"
                " login alone, and the contact's email is another one. Make that login"
                " the email, or ask an Administrator to change the user.",
                user=self.login,
            )
        return ""

    # -- following ---------------------------------------------------------------

    @api.private
    def copy_mail_states(self):
        """Copy the state of the mail that carries the link to each access."""
        if not self:
            return
        now = fields.Datetime.now()
        by_state = self.grouped(
            lambda access: (
                MAIL_STATES[access.mail_id.state],
                access.mail_id.failure_reason,
            )
        )
        for (state, reason), accesses in by_state.items():
            accesses.write(
                {
                    "mail_state": state,
                    "mail_failure": reason if state == "failed" else False,
                    **({"mailed_on": now} if state == "sent" else {}),
                }
            )
        self.flush_recordset(["mail_state", "mail_failure"])

    @api.private
    def record_deleted_mails(self):
        """Record that the mails with the links were deleted before they were sent."""
        self.mail_state = "cancelled"

    @api.private
    def record_bounce(self, address):
        """Record that the last mail with the link came back from an address.

        The mail itself is gone by then: what is sent is deleted. It is taken for the
        one that came back for as long as its link would work.
        """
        now = fields.Datetime.now()
        self.filtered(
            lambda access: access.mail_state == "sent" and access.link_expires_on > now
        ).write(
            {
                "mail_state": "failed",
                "mail_failure": self.env._(
                    "The mail came back: it cannot be delivered to %(address)s.",
                    address=address,
                ),
            }
        )

    @api.private
    def is_mail_waiting(self):
        """Tell whether a mail with a valid link is yet to be sent."""
        self.ensure_one()
        mail, user = self.mail_id, self.user_id
        return (
            mail.state == "outgoing"
            and self.link_expires_on > fields.Datetime.now()
            and (not user.login_date or mail.create_date >= user.login_date)
            and self.email == self.normalize_login(self.partner_id.email)
        )

    @api.private
    def cancel_mails(self):
        """Cancel the mails with links that have not been sent.

        What is cancelled stays in Odoo's mail queue: their links do not.
        """
        unsent = ("outgoing", "exception")
        self.mail_id.filtered(lambda mail: mail.state in unsent).write(
            {"state": "cancel", "body_html": False}
        )

    @api.private
    def close_links(self):
        """Record that the links no longer work; what is not sent is cancelled."""
        now = fields.Datetime.now()
        self.cancel_mails()
        self.filtered(
            lambda access: (access.link_expires_on or now) > now
        ).link_expires_on = now
