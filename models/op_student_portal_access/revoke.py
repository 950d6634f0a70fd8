from odoo import api, models

from ..res_users.access import TOLD
from .record import USABLE_STATES


class OpStudentPortalAccess(models.Model):
    """Ending an access, and giving it back: by hand, or with the holder's record."""

    _inherit = "op.student.portal.access"

    def _revoke_refusals(self):
        return {
            # What archiving revoked would come back with the student.
            access: ""
            if access.user_id.active or access.revoked_by_archive
            else self.env._("The access is revoked already.")
            for access in self
        }

    def _revoke(self):
        """Archive the users: their sessions and links end."""
        self._archive_users(by_archive=False)
        self.log(self.env._("Portal access revoked: login %(login)s, %(group)s."))

    def _restore_refusals(self):
        return {
            access: self.env._("The contact has access.")
            if access.user_id.active
            else ""
            for access in self
        }

    def _restore(self):
        """Give back what was revoked, with the portal group that it had.

        Passwords are as they were, and nobody is invited.
        """
        self._unarchive_users()
        self.log(self.env._("Portal access restored: login %(login)s, %(group)s."))

    def _archive_users(self, by_archive):
        """Archive the users of the accesses.

        :param bool by_archive: whether unarchiving the holder restores them
        """
        accesses = self.with_context(student_portal_told=TOLD)
        accesses.revoked_by_archive = by_archive
        accesses.user_id.filtered("active").active = False

    def _unarchive_users(self):
        accesses = self.with_context(student_portal_told=TOLD)
        accesses.revoked_by_archive = False
        # Their links have ended: who never signed in needs a new invitation.
        new = accesses.filtered(lambda access: not access.last_sign_in)
        new.invited_on = False
        new.filtered(lambda access: access.is_by_letter()).await_letters()
        with_group = accesses.filtered(
            lambda access: access.portal_group_id or access.guardian_group_id
        )
        with_group.user_id.active = True
        # Odoo's own portal wizard has taken the group from these.
        others = accesses - with_group
        group_of = {
            holder.partner_id: holder.default_portal_group()
            for holder in reversed(others.holders())
            if holder.active
        }
        for group, each in others.grouped(lambda a: group_of[a.partner_id]).items():
            each.user_id.unarchive_with_portal_group(group)

    # -- with the holder's record ------------------------------------------------

    @api.private
    @api.model
    def revoke_with_archiving(self, contacts, text):
        """Revoke the accesses of contacts of which no active record is left.

        :param contacts: those whose record was archived, where the school wants it
        :param str text: what the chatter says, see :meth:`_log`
        """
        # Who may archive a student ends the access with it.
        accesses = self.browse().sudo().union(*self.of_contacts(contacts).values())
        accesses = accesses.without_active_holder().filtered(
            lambda access: (
                access.state in USABLE_STATES
                and access.company_id.student_portal_revoke_on_archive
            )
        )
        accesses._archive_users(by_archive=True)
        accesses.log(text)

    @api.private
    @api.model
    def restore_with_unarchiving(self, contacts, text):
        """Restore the accesses that archiving a record of the contacts revoked.

        :param str text: as for archiving
        """
        # As for archiving.
        accesses = (
            self.sudo()
            .union(*self.of_contacts(contacts).values())
            .filtered(
                lambda access: access.revoked_by_archive and access.state == "revoked"
            )
        )
        accesses._unarchive_users()
        accesses.log(text)

    @api.private
    @api.model
    def revoke_with_deletion(self, contacts):
        """Revoke the accesses of contacts whose last record was deleted."""
        # Who may delete a student ends the access with it.
        accesses = self.browse().sudo().union(*self.of_contacts(contacts).values())
        accesses.without_active_holder().filtered(
            lambda access: access.state in USABLE_STATES
        )._archive_users(by_archive=False)

    @api.private
    def delete_unheld(self):
        """Delete the accesses of which no record is left; return the others."""
        contacts = {holder.partner_id for holder in self.holders()}
        held = self.filtered(lambda access: access.partner_id in contacts)
        (self - held).unlink()
        return held

    # -- by Odoo's own means -----------------------------------------------------

    @api.private
    def log_changed_users(self, before):
        """Record in the chatter what was done to the users elsewhere than here.

        :param dict before: whether each access's user was active, and its login
        """
        revoked = self.filtered(lambda a: before[a][0] and not a.user_id.active)
        restored = self.filtered(lambda a: not before[a][0] and a.user_id.active)
        renamed = self.filtered(lambda a: before[a][1] != a.user_id.login)
        for accesses, text in (
            (revoked, self.env._("Portal access revoked: login %(login)s, %(group)s.")),
            (
                restored,
                self.env._("Portal access restored: login %(login)s, %(group)s."),
            ),
            (renamed, self.env._("Login updated: login %(login)s, %(group)s.")),
        ):
            accesses.log(text)
