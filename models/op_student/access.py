from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..op_student_portal_access.access import MANAGER_GROUP
from ..res_users import TOLD


def _of_access(field, name):
    """Return a field of the student that shows one of its access."""
    return field(related=f"portal_access_id.{name}", groups=MANAGER_GROUP)


class OpStudent(models.Model):
    """The student's access to the portal, which is the contact's.

    What is recorded is on ``op.student.portal.access``. The state alone is stored
    here, for lists, groups and filters.
    """

    _inherit = "op.student"

    portal_access_id = fields.Many2one(
        "op.student.portal.access",
        string="Access of the Contact",
        compute="_compute_portal_access_id",
        inverse="_refuse_writing_access",
        store=True,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=MANAGER_GROUP,
    )
    portal_state = fields.Selection(
        [
            ("none", "No Access"),
            ("granted", "Granted"),
            ("invited", "Invited"),
            ("active", "Active"),
            ("revoked", "Revoked"),
            ("internal", "Internal User"),
        ],
        string="Portal Access",
        compute="_compute_portal_state",
        inverse="_refuse_writing_access",
        store=True,
        readonly=True,
        index=True,
        groups=MANAGER_GROUP,
        help="No Access: none was granted.\n"
        "Granted: the student has access and was not invited.\n"
        "Invited: the student was invited and has never signed in.\n"
        "Active: the student has signed in.\n"
        "Revoked: the user is archived.\n"
        "Internal User: the contact works here; its user is not changed.",
    )
    portal_login = _of_access(fields.Char, "login")
    portal_login_differs = _of_access(fields.Boolean, "login_differs")
    portal_group_id = _of_access(fields.Many2one, "portal_group_id")
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

    portal_report_ids = fields.One2many(
        "op.student.portal.report",
        "student_id",
        string="Adoption of the Portal",
        readonly=True,
        groups=MANAGER_GROUP,
    )

    @api.depends("partner_id.student_portal_access_ids")
    def _compute_portal_access_id(self):
        accesses = self.env["op.student.portal.access"].of_contacts(self.partner_id)
        for student in self:
            student.portal_access_id = accesses[student.partner_id]

    @api.depends("portal_access_id.state", "partner_id.user_ids.share")
    def _compute_portal_state(self):
        staff = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", self.partner_id.ids), ("share", "=", False)])
        )
        for student in self:
            if student.partner_id in staff.partner_id:
                student.portal_state = "internal"
            else:
                student.portal_state = student.portal_access_id.state or "none"

    def _refuse_writing_access(self):
        """Keep what the access says from being written on the student by RPC."""
        raise AccessError(
            self.env._(
                "The portal access is recorded by its own actions: nobody writes it."
            )
        )

    # -- what changes the access -------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Put a student whose user other code has made on that user's contact.

        OpenEduCat's admission makes a portal user, then the student with it, and the
        student would get a contact of its own.
        """
        taken = set()
        for vals in vals_list:
            user_id = vals.get("user_id")
            if user_id and user_id not in taken and not vals.get("partner_id"):
                # Of the user that the caller names, no more than its contact is used.
                user = self.env["res.users"].sudo().browse(user_id).exists()
                if user and self._is_free_for_student(user):
                    vals["partner_id"] = user.partner_id.id
                    taken.add(user_id)
        students = super().create(vals_list)
        self.env["op.student.portal.access"].adopt_users(students.filtered("user_id"))
        return students

    @api.model
    def _is_free_for_student(self, user):
        """Tell whether a user is a portal user that belongs to nobody else."""
        contact = user.partner_id
        access = self.env["op.student.portal.access"]
        return (
            user.share
            and user.active
            and user not in access._reserved_users()
            and not contact.is_company
            and not contact.is_parent
            and not contact.students_of_contacts()
        )

    def write(self, vals):
        """Let the access follow the student: archived, unarchived, given a user."""
        archived = "active" in vals and not vals["active"]
        changed = self.filtered(
            lambda student: "active" in vals and student.active == archived
        )
        written = super().write(vals)
        access = self.env["op.student.portal.access"]
        if archived:
            access.revoke_with_archiving(changed.sudo().partner_id)
        elif changed:
            access.restore_with_unarchiving(changed.sudo().partner_id)
        # Granting sets the user of an access that it has recorded.
        if (vals.get("user_id") or vals.get("partner_id")) and self.env.context.get(
            "student_portal_told"
        ) is not TOLD:
            access.adopt_users(self)
        return written

    def unlink(self):
        """End the access of a contact that is no other record's."""
        # Who may delete a student need not be able to read its contact.
        contacts = self.sudo().partner_id
        unlinked = super().unlink()
        self.env["op.student.portal.access"].revoke_with_deletion(contacts.exists())
        return unlinked

    # -- the ways in -------------------------------------------------------------

    def action_grant_portal_access(self):
        """Open the dialog that grants the students their access.

        :rtype: dict
        :raise AccessError: if the current user may not grant
        :raise UserError: if the portal of their schools is switched off
        """
        self.check_portal_manager()
        self.check_portal_enabled()
        return self.env["op.student.portal.wizard"].create_for(self).open_dialog()

    def action_resend_portal_invitation(self):
        """Send the students who never signed in a fresh link to set the password.

        This and the other actions return what shows the result, or asks first.

        :rtype: dict
        :raise AccessError: if the current user may not manage the access
        """
        return self.env["op.student.portal.run"].start("resend", self).show()

    def action_reset_portal_password(self):
        """Send the students who have signed in a link to set a new password."""
        return self.env["op.student.portal.run"].start("reset", self).show()

    def action_update_portal_login(self):
        """Make the students' email their login, where the two differ."""
        return self.env["op.student.portal.run"].start("update_login", self).show()

    def action_revoke_portal_access(self):
        """Take their access from the students."""
        return self.env["op.student.portal.run"].start("revoke", self).show()

    def action_restore_portal_access(self):
        """Give the students back the access that was revoked."""
        return self.env["op.student.portal.run"].start("restore", self).show()

    def action_print_access_letters(self):
        """Print letters with which students without an inbox set their password.

        :raise AccessError: if the current user is no Administrator
        """
        return self.env["op.student.portal.run"].start("letters", self).show()

    def create_student_user(self):
        """Grant access to the students without inviting them.

        This is OpenEduCat's own method, behind its action *Create Users*. There it
        writes a field that Odoo 19 has renamed, and cannot make any user.
        """
        return (
            self.env["op.student.portal.run"]
            .start("grant", self, send_invitation=False)
            .open_form()
        )

    @api.private
    def open_portal_users(self):
        """Return the action that shows the users of the students.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "openeducat_student_portal.action_student_portal_users"
        )
        # Who manages accesses may not read all users; the action shows who may.
        users = self.sudo().portal_access_id.user_id
        action["domain"] = [("id", "in", users.ids)]
        if len(users) == 1:
            action["views"] = [view for view in action["views"] if view[1] == "form"]
            action["res_id"] = users.id
        return action
