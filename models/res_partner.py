from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def students_of_contacts(self):
        """Return the students of these contacts, archived ones too, whoever asks.

        :rtype: op.student
        """
        return (
            self.env["op.student"]
            # Whose contact one is decides on the contact and its user, whoever
            # writes them; the students are not shown.
            .sudo()
            .with_context(active_test=False)
            .search_fetch([("partner_id", "in", self.ids)], ["partner_id"])
        )

    def _generate_signup_token(self, expiration=None):
        """Sign the links of student invitations for as long as the school says."""
        context = self.env.context
        return super()._generate_signup_token(
            expiration
            # Of a link that waits for its turn, longer than what its mail says.
            or context.get("student_portal_link_hours")
            or context.get("student_portal_hours")
        )

    def _get_login_date(self):
        """Sign the access key of a student's user into its links, too.

        Odoo signs this value into each link that sets a password, compares it when
        the link is opened, and uses it for nothing else. A link of another key is
        dead: the access was revoked since, or the login or password changed.
        """
        login_date = super()._get_login_date()
        # Nobody reads the keys; the links of whoever asks are signed with them.
        users = self.sudo().user_ids
        keys = list(filter(None, users.mapped("student_portal_access_key")))
        return [login_date, *keys] if keys else login_date

    def _message_receive_bounce(self, email, partner):
        """Tell the students whose link has come back as undeliverable.

        The mail itself is gone by then: what is sent is deleted. It is taken for the
        one that came back for as long as its link would work.
        """
        bounced = super()._message_receive_bounce(email, partner)
        # The mail gateway is no Student Manager.
        students = (
            self.env["op.student"]
            .sudo()
            .with_context(active_test=False, tracking_disable=True)
            .search(
                [
                    ("partner_id", "in", self.ids),
                    ("portal_invitation_state", "=", "sent"),
                    ("portal_invitation_expires_on", ">", fields.Datetime.now()),
                ]
            )
        )
        students.write(
            {
                "portal_invitation_state": "failed",
                "portal_invitation_failure": self.env._(
                    "The mail came back: it cannot be delivered to %(address)s.",
                    address=email,
                ),
            }
        )
        return bounced
