from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS


class LinkTerms(NamedTuple):
    """How long the links that are made work, as ``student_portal_link`` in a context.

    It is an object, so that no caller from outside can have it in a context.
    """

    hours: int  # as the mail says
    valid_hours: float  # from now: longer, for a mail that waits for its turn


#: A mail template is being checked.
NO_LINK = LinkTerms(0, 0)
#: Odoo mails an internal user, and says itself how long the link works.
LINK_OF_ODOO = LinkTerms(0, -1)


class ResPartner(models.Model):
    _inherit = "res.partner"

    student_portal_access_ids = fields.One2many(
        "op.student.portal.access", "partner_id", groups=NO_ACCESS
    )

    @api.private
    def students_of_contacts(self):
        """Return the students of these contacts, archived ones too, for any user.

        :rtype: op.student
        """
        return (
            self.env["op.student"]
            # Whose contact one is decides on the contact and its user, not
            # who writes them; the students are not shown.
            .sudo()
            .with_context(active_test=False, tracking_disable=True)
            .search_fetch(
                [("partner_id", "in", self.ids)], ["partner_id", "user_id", "active"]
            )
        )

    @api.private
    def guardians_of_contacts(self):
        """Return the parents of OpenEduCat that these contacts are, archived ones too.

        :return: op.parent, in superuser mode, or nothing where its app is missing
        """
        parents = self.env.get("op.parent")
        # While modules are loaded, nothing has been added to it yet.
        if parents is None or "portal_access_id" not in parents._fields:
            return ()
        # As for students.
        parents = parents.sudo()
        parents = parents.with_context(active_test=False, tracking_disable=True)
        return parents.search_fetch(
            [("name", "in", self.ids)], ["name", "user_id", "active"]
        )

    @api.private
    def student_portal_school(self):
        """Return the school whose settings apply to a contact and its access.

        It is the contact's company, else that of its access, else the acting one.

        :rtype: res.company
        """
        self.ensure_one()
        # Who acts for the school may not see the user that has the company.
        contact = self.sudo()
        return (
            contact.company_id
            or contact.student_portal_access_ids.company_id
            or self.env.company.sudo()
        )

    @api.private
    def student_portal_user(self):
        """Return the active user of a contact's access: its links are that user's.

        Those of an internal user are Odoo's.

        :rtype: res.users
        """
        # The link was made for the access; who opens it has no rights yet.
        return self.sudo().student_portal_access_ids.user_id.filtered(
            lambda user: user.active and user.share
        )

    @api.private
    def check_without_portal_access(self):
        """Check that none of these contacts has an access, which has its user.

        Another user of the contact would have the same mails and links.

        :raise UserError: if one has, with its login and what to do instead
        """
        # Who makes users, or invites contacts, may know that one of them has access.
        if access := self.sudo().student_portal_access_ids[:1]:
            raise UserError(
                self.env._(
                    "%(contact)s already has access to the student portal, with the"
                    " login %(login)s, and needs no other user. Nothing was changed."
                    " Open the record of the student or guardian instead: Resend"
                    " Invitation or Reset Password sends a new link, Update Login"
                    " changes the login, and Restore Access gives back what was"
                    " revoked.",
                    contact=access.partner_id.name,
                    login=access.login,
                )
            )

    def write(self, vals):
        """Let students move to another school: their portal users move with them."""
        if vals.get("company_id"):
            # Odoo lets no contact have another company than its user. Who may move
            # the contact may not write the user, which changes nothing else.
            accesses = self.sudo().student_portal_access_ids
            accesses.user_id.filtered(
                lambda user: user.share and user.company_id.id != vals["company_id"]
            ).write(
                {
                    "company_ids": [fields.Command.set([vals["company_id"]])],
                    "company_id": vals["company_id"],
                }
            )
        return super().write(vals)

    def unlink(self):
        """Tell the calendars of the students that an exam's hall is gone."""
        self.env["op.student"].note_changed_classes("op.exam.session", "venue", self)
        return super().unlink()

    def _generate_signup_token(self, expiration=None):
        """Make no link of a student but those of this addon's mails and letters.

        A teacher, and others who may write contacts, would sign in as the student.

        :raise AccessError: if the contact has an access, and other code makes the link
        """
        terms = self.env.context.get("student_portal_link")
        # Whether there is an access is all that is learnt.
        access = self.sudo().student_portal_access_ids
        if not access:
            return super()._generate_signup_token(expiration)
        if not isinstance(terms, LinkTerms):
            raise AccessError(access.no_link_reason())
        if terms == NO_LINK:
            return ""
        if terms == LINK_OF_ODOO:
            return super()._generate_signup_token(expiration)
        return super()._generate_signup_token(terms.valid_hours)

    def _get_login_date(self):
        """Sign the access key of a student's user into its links, too.

        Odoo signs this value into each link that sets a password, compares it when
        the link is opened, and uses it for nothing else. A link of another key is
        dead: the access was revoked since, or its login, password or address changed.
        """
        login_date = super()._get_login_date()
        # Nobody reads the keys; the links of all who ask are signed with them.
        users = self.sudo().user_ids
        keys = list(filter(None, users.mapped("student_portal_access_key")))
        return [login_date, *keys] if keys else login_date

    def _signup_retrieve_info(self, token):
        """Name the login that the link belongs to, where a contact has several."""
        information = super()._signup_retrieve_info(token)
        if information and (
            user := self._get_partner_from_token(token).student_portal_user()
        ):
            information["login"] = user.login
        return information

    def _message_receive_bounce(self, email, partner):
        """Record on the accesses that the mail with their link came back."""
        bounced = super()._message_receive_bounce(email, partner)
        # The mail gateway is no Student Manager.
        self.sudo().student_portal_access_ids.record_bounce(email)
        return bounced
