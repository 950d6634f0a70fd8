from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .op_student_portal_access.record import MANAGER_GROUP, PRINTER_GROUP, STATES
from .res_users.access import TOLD


def _of_access(field, name):
    """Return a field of the holder that shows one of its access."""
    return field(related=f"portal_access_id.{name}", groups=MANAGER_GROUP)


class OpStudentPortalHolder(models.AbstractModel):
    """A record for which its contact has access to the portal: a student, a guardian.

    It has ``partner_id``, ``user_id`` and ``active``. What is recorded is on
    ``op.student.portal.access``, one for each contact.
    """

    _name = "op.student.portal.holder"
    _description = "Holder of a Portal Access"
    #: The field by which the contact is changed.
    _contact_field = "partner_id"
    #: The field that marks the contact as that of such a holder.
    _contact_role = None
    #: Which option of granting is their portal group.
    _group_option = None
    #: Whether those without an email get a login by the school's pattern, whose fields
    #: are those of students.
    _has_pattern_login = False

    portal_access_id = fields.Many2one(
        "op.student.portal.access",
        string="Access of the Contact",
        compute="_compute_portal_access_id",
        readonly=True,
        groups=MANAGER_GROUP,
    )
    portal_state = fields.Selection(
        [("none", "No Access"), *STATES],
        string="Portal Access",
        compute="_compute_portal_state",
        readonly=True,
        groups=MANAGER_GROUP,
        help="No Access: none was granted.\n"
        "Granted: access was granted, without an invitation.\n"
        "Invited: an invitation was sent, and the contact has not signed in yet.\n"
        "Active: the contact has signed in.\n"
        "Revoked: the user is archived.\n"
        "Internal User: the contact works here; its user is not changed.",
    )
    portal_login = _of_access(fields.Char, "login")
    portal_login_differs = _of_access(fields.Boolean, "login_differs")
    portal_group_id = _of_access(fields.Many2one, "portal_group_id")
    guardian_portal_group_id = _of_access(fields.Many2one, "guardian_group_id")
    portal_last_sign_in = _of_access(fields.Datetime, "last_sign_in")
    portal_granted_on = _of_access(fields.Datetime, "granted_on")
    portal_granted_by_id = _of_access(fields.Many2one, "granted_by_id")
    portal_invited_on = _of_access(fields.Datetime, "invited_on")
    portal_link_expires_on = _of_access(fields.Datetime, "link_expires_on")
    portal_progress = _of_access(fields.Selection, "progress")
    portal_mailed_on = _of_access(fields.Datetime, "mailed_on")
    portal_link_opened_on = _of_access(fields.Datetime, "link_opened_on")
    portal_password_set_on = _of_access(fields.Datetime, "password_set_on")
    portal_mail_state = _of_access(fields.Selection, "mail_state")
    portal_mail_failure = _of_access(fields.Text, "mail_failure")
    portal_revoked_by_archive = _of_access(fields.Boolean, "revoked_by_archive")

    def _compute_portal_access_id(self):
        accesses = self.env["op.student.portal.access"].of_contacts(self.partner_id)
        for holder in self:
            holder.portal_access_id = accesses[holder.partner_id]

    def _compute_portal_state(self):
        # Who may see the state may learn that the contact works here.
        staff = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", self.partner_id.ids), ("share", "=", False)])
        )
        for holder in self:
            access = holder.portal_access_id
            if holder.partner_id in staff.partner_id:
                holder.portal_state = "internal"
            elif holder.has_portal_role(access):
                holder.portal_state = access.state
            else:
                holder.portal_state = "none"

    @api.private
    def has_portal_role(self, access):
        """Tell whether an access of the contact is one of this kind of holder."""
        raise NotImplementedError

    @api.model
    @api.private
    def own_portal_groups(self):
        """Return the portal groups that this kind of holder may be given."""
        raise NotImplementedError

    @api.private
    def default_portal_group(self):
        """Return the portal group that the holder's school proposes."""
        raise NotImplementedError

    @api.private
    def portal_email(self):
        """Return the address that the holder's login is made of, as it is written."""
        self.ensure_one()
        return self.partner_id.email or ""

    @api.private
    def portal_child_names(self):
        """Return the names of the children of each holder; students have none.

        :rtype: list of str
        """
        return [None] * len(self)

    # -- what changes the access -------------------------------------------------

    def _archiving_texts(self):
        """Return what the chatter says when the record is archived, and unarchived.

        :rtype: tuple of str
        """
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        """Record an access of those whose user other code has made."""
        holders = super().create(vals_list)
        access = self.env["op.student.portal.access"]
        access.adopt_users(holders.filtered("user_id"))
        return holders

    def write(self, vals):
        """Let the access follow the record: archived, unarchived, given a user."""
        archived = "active" in vals and not vals["active"]
        changed = self.filtered(
            lambda holder: "active" in vals and holder.active == archived
        )
        written = super().write(vals)
        access = self.env["op.student.portal.access"]
        if changed:
            change = (
                access.revoke_with_archiving
                if archived
                else access.restore_with_unarchiving
            )
            # Who may archive a record need not be able to read its contact.
            change(changed.sudo().partner_id, self._archiving_texts()[not archived])
        # Granting sets the user of an access that it has recorded.
        if (vals.get("user_id") or vals.get(self._contact_field)) and (
            self.env.context.get("student_portal_told") is not TOLD
        ):
            access.adopt_users(self)
        return written

    def unlink(self):
        """End the access of a contact that is no other record's."""
        # Who may delete a record need not be able to read its contact.
        contacts = self.sudo().partner_id
        unlinked = super().unlink()
        self.env["op.student.portal.access"].revoke_with_deletion(contacts.exists())
        return unlinked

    # -- what is checked ---------------------------------------------------------

    @api.private
    def check_portal_manager(self):
        """Check that the current user may manage the access of these holders.

        :raise AccessError: if it is neither Student Manager nor Administrator, or may
            not write them
        """
        if not (self.env.su or self.env.user.has_group(MANAGER_GROUP)):
            raise AccessError(
                self.env._(
                    "Only Student Managers and Administrators manage the portal"
                    " access of students. Ask one of them."
                )
            )
        self._check_portal_rights()

    def _check_portal_rights(self):
        """Check that the current user may write the holders."""
        self.check_access("write")

    @api.private
    def check_letter_printer(self):
        """Check that letters can be printed, and by whom.

        A letter lets who holds it in as the student: it is the Administrator's, and
        the Student Managers' where the settings say so.

        :raise AccessError: if the current user may not print them
        :raise UserError: if the server cannot make PDFs
        """
        # Superuser mode is no excuse: somebody must be answerable for the letters.
        if not self.env.user.has_group(PRINTER_GROUP):
            raise AccessError(
                self.env._(
                    "Only Administrators print access letters, and Student Managers if"
                    " the settings allow it: anyone who holds one can sign in as the"
                    " student. Ask one of them."
                )
            )
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        if state in ("install", "broken"):
            raise UserError(
                self.env._(
                    "Access letters are PDFs, which Odoo makes with wkhtmltopdf, and"
                    " this server has none that works. Ask its administrator to"
                    " install it."
                )
            )

    @api.private
    def check_portal_enabled(self):
        """Check that the portal is on in a school of these holders.

        :raise RedirectWarning: if it is switched off, to who may switch it on
        :raise UserError: if it is switched off, to everybody else
        """
        # Who may act for the holders may know which school they are of.
        contacts = self.sudo().partner_id.with_env(self.env)
        self.env["op.student.portal.access"].check_enabled_for(contacts)

    # -- the ways in -------------------------------------------------------------

    def action_grant_portal_access(self):
        """Open the dialog that grants the holders their access.

        :raise AccessError: if the current user may not grant
        :raise UserError: if the portal of their schools is switched off
        """
        return self.env["op.student.portal.wizard"].open_for(self)

    def action_resend_portal_invitation(self):
        """Send those who never signed in a fresh link to set the password.

        This and the other actions return what shows the result, or asks first.

        :rtype: dict
        :raise AccessError: if the current user may not manage the access
        """
        return self.env["op.student.portal.run"].start("resend", self).show()

    def action_reset_portal_password(self):
        """Send those who have signed in a link to set a new password."""
        return self.env["op.student.portal.run"].start("reset", self).show()

    def action_update_portal_login(self):
        """Make the contacts' email their login, where the two differ."""
        return self.env["op.student.portal.run"].start("update_login", self).show()

    def action_revoke_portal_access(self):
        """End the access of the contacts."""
        return self.env["op.student.portal.run"].start("revoke", self).show()

    def action_restore_portal_access(self):
        """Give back the access that was revoked."""
        return self.env["op.student.portal.run"].start("restore", self).show()

    def action_print_access_letters(self):
        """Print letters with which those without an inbox set their password.

        :raise AccessError: if the current user may not print them
        """
        return self.env["op.student.portal.run"].start("letters", self).show()
