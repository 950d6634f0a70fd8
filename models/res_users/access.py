import secrets

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS, Char, Command

#: What Odoo lets all users write of their own user by a remote call, and students
#: change on the page of their profile, where it is checked and told, or never.
KEPT_FIELDS = frozenset(("name", "email", "phone", "image_1920"))

#: In the context as ``student_portal_told``: an action of this addon writes the user,
#: and records it itself, in the chatter of the students and by mail. It is an object,
#: so that no caller from outside can have it in a context.
TOLD = object()
#: The same, and the action ends the links and sessions of many users in one go.
TOLD_TOGETHER = object()


class ResUsers(models.Model):
    _inherit = "res.users"

    # Part of what is signed in each link that sets a student's password, and in each
    # session: a new value ends them all, for good.
    student_portal_access_key = Char(copy=False, groups=NO_ACCESS)

    @api.model_create_multi
    def create(self, vals_list):
        """Make no second user of a contact that has an access.

        :raise UserError: with whose access it is, and what to do instead
        """
        contacts = {vals.get("partner_id") for vals in vals_list} - {None, False}
        self.env["res.partner"].browse(contacts).check_without_portal_access()
        return super().create(vals_list)

    def write(self, vals):
        """End the links and sessions of students who are revoked, or whose login or
        password changes, no matter who does it.

        Odoo ends the sessions too, but restoring the user would revive them, and it
        forgets a link only until the next one is made. Where it is done elsewhere than
        on the student, such as in *Settings > Users*, the student's chatter tells it.

        :raise AccessError: if a student writes what is changed on the profile's page
        :raise UserError: if the user is put on a contact with another one's access
        """
        self._check_own_profile(vals)
        if contact_id := vals.get("partner_id"):
            contact = self.env["res.partner"].browse(contact_id)
            # Who writes users may not read accesses.
            if contact.sudo().student_portal_access_ids.user_id != self:
                contact.check_without_portal_access()
        if self.env.context.get("student_portal_told") is TOLD_TOGETHER:
            return super().write(vals)
        accesses = self._accesses_to_close_links_of(vals)
        before = {
            access: (access.user_id.active, access.user_id.login) for access in accesses
        }
        written = super().write(vals)
        if accesses:
            accesses.user_id.filtered("share").end_links_and_sessions()
            accesses.close_links()
            if self.env.context.get("student_portal_told") is not TOLD:
                accesses.log_changed_users(before)
        return written

    @api.private
    def end_links_and_sessions(self):
        """End the links, sessions and calendar addresses of these users, for good."""
        # ``write`` would come here again; nobody may write the key otherwise.
        super().write({"student_portal_access_key": secrets.token_urlsafe(12)})
        # The token of a session that goes on is computed by SQL.
        self.flush_recordset(["student_portal_access_key"])
        for student in self.student_portal_students():
            if student.portal_calendar_token:
                student.portal_calendar_token = secrets.token_urlsafe(32)
        # Nobody has rights on the feeds of guardians.
        feeds = self.env["op.student.portal.feed"].sudo()
        feeds.search([("user_id", "in", self.ids)]).unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_students(self):
        """Keep the users of students: OpenEduCat deletes a student with its user.

        :raise UserError: if one of them is a student's
        """
        accesses = self.student_portal_accesses()
        # Who deletes users may not see the students.
        students = self.env["op.student"].sudo().with_context(active_test=False)
        students = students.search([("user_id", "in", self.ids)])
        # What is not held are those of students that were deleted.
        held = accesses.delete_unheld()
        if users := held.user_id | students.user_id:
            raise UserError(
                self.env._(
                    "%(users)s: this user belongs to a record of the school, such as a"
                    " student's, which would be deleted with it. Open the record and"
                    " click Revoke Access, which ends the access and keeps the record.",
                    users=", ".join(users.mapped("login")),
                )
            )

    def _check_own_profile(self, vals):
        """Keep students from writing their name and email past their profile."""
        if (
            not self.env.su
            and self == self.env.user
            and self.share
            and not KEPT_FIELDS.isdisjoint(vals)
            and (self.student_portal_students() or self.student_portal_accesses())
        ):
            raise AccessError(
                self.env._(
                    "Change your phone and photo on the page of your profile. Your name"
                    " and email are changed by your school."
                )
            )

    def _deactivate_portal_user(self, **post):
        """Keep students from deleting their account.

        Odoo deletes such a user later, and with it, for the database cascades, the
        student and all the school's records of it.

        :raise UserError: if one of them is a student's
        """
        if self.student_portal_students() or self.partner_id.guardians_of_contacts():
            raise UserError(
                self.env._(
                    "Your account belongs to your records at the school, so only your"
                    " school can close it. Ask your school to revoke your access."
                )
            )
        return super()._deactivate_portal_user(**post)

    def _accesses_to_close_links_of(self, vals):
        """Return the accesses whose links and sessions a write to users ends."""
        if not vals.keys() & {"active", "login", "password"}:
            return self.env["op.student.portal.access"]
        # Who writes a user may not read all of it.
        users = self.sudo().filtered(
            lambda user: (
                user.share
                and (
                    "password" in vals
                    or user.login != vals.get("login", user.login)
                    or user.active != bool(vals.get("active", user.active))
                )
            )
        )
        return users.student_portal_accesses()

    @api.private
    def student_portal_accesses(self):
        # Who writes a user may not see its access.
        accesses = self.env["op.student.portal.access"].sudo()
        accesses = accesses.with_context(tracking_disable=True)
        return accesses.search([("user_id", "in", self.ids)]) if self else accesses

    @api.private
    def student_portal_link(self):
        """Return the link to set the password, in a mail that this addon makes.

        :raise AccessError: if the mail is made by somebody else
        """
        # Of all whose mails are made, at once; the link checks who makes it.
        accesses = self.sudo().partner_id.student_portal_access_ids
        mine = accesses.filtered(lambda access: access.user_id == self)
        return mine.with_prefetch(accesses._prefetch_ids).link()

    @api.private
    def student_portal_roles(self):
        """Return the MailRoles of a guardian whose mail is being made, or None."""
        roles = self.env.context.get("student_portal_roles")
        return roles.get(self.id) if isinstance(roles, dict) else None

    @api.private
    def student_portal_students(self):
        """Return the students of these users' contacts, archived ones too."""
        return self.partner_id.students_of_contacts()

    def _notify_security_setting_update(
        self, subject, content, mail_values=None, **kwargs
    ):
        """Leave out Odoo's mail where the school's own tells the new login.

        Odoo's would be sent at once: to many students one by one, and whether or not
        the transaction comes to its end.
        """
        if self.env.context.get("student_portal_told") in (TOLD, TOLD_TOGETHER):
            return self.env["mail.mail"]
        return super()._notify_security_setting_update(
            subject, content, mail_values, **kwargs
        )

    @api.private
    def become_student_portal_user(self, contact, login, portal_group):
        """Turn a portal user, archived or not, into the active one of a contact.

        The caller has checked that it is no internal user, and may be the contact's.

        :param login: its new login, or None to keep it
        :param portal_group: the res.groups that it gets instead of other portal groups
        """
        self.ensure_one()
        values = {"group_ids": self._portal_group_commands(portal_group)}
        if not self.active:
            values["active"] = True
        # In other capitals it is the same login; who has made the user wrote it so.
        access = self.env["op.student.portal.access"]
        if login and access.any_login(self.login) != login:
            values["login"] = login
        school = contact.company_id
        if school and self.company_id != school:
            # The sender of its mails is its own company.
            values |= {
                "company_ids": [Command.set(school.ids)],
                "company_id": school.id,
            }
        if self.partner_id != contact:
            values["partner_id"] = contact.id
            values["student_portal_access_key"] = secrets.token_urlsafe(12)
        self.with_context(student_portal_told=TOLD).write(values)

    @api.private
    def unarchive_with_portal_group(self, portal_group):
        """Give archived portal users back what they have lost with their group.

        :param portal_group: the res.groups that they get instead of other portal groups
        """
        # Odoo would post to each contact what the caller records.
        users = self.with_context(student_portal_told=TOLD, mail_notrack=True)
        users.write(
            {"active": True, "group_ids": self._portal_group_commands(portal_group)}
        )

    def _portal_group_commands(self, portal_group):
        """Return how a portal group is given instead of others of its kind."""
        others = self.env["res.groups"].guardian_portal_groups()
        if portal_group not in others:
            others = self.env["op.student"].own_portal_groups()
        others -= portal_group
        # Odoo's own portal wizard moves whom it revokes to the public group.
        others |= self.env.ref("base.group_public")
        return [
            *(Command.unlink(group.id) for group in others),
            Command.link(portal_group.id),
        ]
