from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..res_users.access import TOLD
from .act import Outcome


class OpStudentPortalAccess(models.Model):
    _inherit = "op.student.portal.access"

    @api.private
    @api.model
    def check_portal_groups(self, portal_group=None, guardian_group=None, **_options):
        """Check that groups may be given with an access.

        :param portal_group: that of students; None for the default of each school
        :param guardian_group: that of guardians, in the same way
        :raise UserError: if one gives more, or less, than the portal, or is the others'
        """
        of_students = self.env["op.student"].own_portal_groups()
        of_guardians = self.env["res.groups"].guardian_portal_groups()
        deleted = self.env._("A group that was deleted")
        if portal_group is not None:
            # Who grants may not read groups.
            group = portal_group.sudo()
            if group not in of_students:
                raise UserError(
                    self.env._(
                        "%(group)s cannot be given to students: a Portal Group gives"
                        " the portal, and nothing internal. Choose another one.",
                        group=group[:1].name or deleted,
                    )
                )
        if guardian_group is not None:
            group = guardian_group.sudo()
            if group not in of_guardians:
                raise UserError(
                    self.env._(
                        "%(group)s cannot be given to guardians: their Portal Groups"
                        " give the portal, and nothing internal. Choose another one.",
                        group=group[:1].name or deleted,
                    )
                )

    @api.model
    def _grant(self, requests, send_invitation=True, **portal_groups):
        """Give an access to those that are ready; say of each what was done.

        :param portal_groups: ``portal_group`` of students and ``guardian_group`` of
            guardians; None for the default of each school
        """
        holders = self.sudo_holders(requests)
        self.lock_contacts(
            self.env["res.partner"].union(
                *(each.partner_id for each in holders.values())
            )
        )
        assessments = self.assess(requests)
        ready = {
            holders[holder]: assessment
            for holder, assessment in assessments.items()
            if assessment.is_ready
        }
        groups = {
            holder: portal_groups.get(holder._group_option)
            or holder.default_portal_group()
            for holder in ready
        }
        if any("@" not in assessment.login for assessment in ready.values()):
            self.claim_plain_logins()
        self._provide_accesses(ready, groups, send_invitation)
        return {
            holder: self._granted_outcome(assessment)
            for holder, assessment in assessments.items()
        }

    @api.private
    def shared_addresses(self, requests):
        """Return the outcomes of those who share an address with one another.

        Of students and guardians, who are granted one after the other.
        """
        return {
            holder: self._granted_outcome(assessment)
            for holder, assessment in self.assess(requests).items()
            if assessment.status == "duplicate"
        }

    @api.model
    def _granted_outcome(self, assessment):
        states = {"ready": "granted", "restore": "restored"}
        return Outcome(
            states.get(assessment.status, "skipped"),
            "" if assessment.is_ready else assessment.message,
            assessment.login,
            assessment.needs_attention,
        )

    def _provide_accesses(self, ready, groups, send_invitation):
        """Make, link or restore the users of those that are ready, and record it.

        :param dict ready: the Assessment of each holder in superuser mode
        :param dict groups: the portal group of each
        """
        # Student Managers may create no users. Those made here have the portal's
        # rights at most: the group has been checked.
        users = (
            self.env["res.users"]
            .sudo()
            .with_context(
                no_reset_password=True,
                mail_create_nolog=True,
                mail_notrack=True,
                tracking_disable=True,
            )
        )
        portal_groups = self.env["res.groups"].student_portal_groups()
        # Of a student who is a parent, or the other way round: the access is in use.
        extended = {
            each.access
            for each in ready.values()
            if each.access and each.user.active and each.user.group_ids & portal_groups
        }
        without = [holder for holder, each in ready.items() if not each.user]
        # Odoo reads them again of each contact whose user is made.
        users.env["res.partner"].browse(
            holder.partner_id.id for holder in without
        ).fetch(["properties", "user_ids"])
        created = users.create(
            [
                self._user_values(holder, ready[holder].login, groups[holder])
                for holder in without
            ]
        )
        provided = dict(zip(without, created, strict=True))
        for holder, assessment in ready.items():
            self._write_typed_email(holder, assessment.login)
            if assessment.user:
                provided[holder] = assessment.user.with_env(users.env)
                provided[holder].become_student_portal_user(
                    holder.partner_id,
                    assessment.login if assessment.access else None,
                    groups[holder],
                )
        accesses = self._record_grants(ready, provided, extended)
        self._set_users(accesses)
        by_letter = accesses.filtered(lambda access: not access.email)
        by_letter.filtered(lambda access: not access.last_sign_in).await_letters()
        if send_invitation:
            (accesses - by_letter).filtered(
                lambda access: access not in extended or not access.last_sign_in
            ).queue_invitations()
        restored = {
            user
            for holder, user in provided.items()
            if ready[holder].status == "restore"
        }
        self._log_grants(
            accesses.filtered(lambda access: access.user_id in restored),
            accesses.filtered(lambda access: access.user_id not in restored),
            send_invitation,
        )

    def _set_users(self, accesses):
        """Set the users on all records of their contacts, and on no other student."""
        user_of = {access.partner_id: access.user_id for access in accesses}
        for holder in accesses.holders():
            user = user_of[holder.partner_id]
            if holder.user_id != user:
                holder.with_context(student_portal_told=TOLD).user_id = user
        # Of any company: a user is on the records of one contact alone.
        former = self.env["op.student"].sudo().with_context(active_test=False)
        former.search(
            [
                ("user_id", "in", accesses.user_id.ids),
                ("partner_id", "not in", accesses.partner_id.ids),
            ]
        ).user_id = False

    def _record_grants(self, ready, users, extended):
        """Record who was granted an access, when and by whom; return the accesses.

        :param set extended: the accesses that are in use already
        """
        granted = {"granted_on": fields.Datetime.now(), "granted_by_id": self.env.uid}
        # Nobody writes accesses but this model.
        accesses = self.browse().sudo().with_context(tracking_disable=True)
        known = accesses.union(*(each.access for each in ready.values()))
        moved = accesses.search(
            [("user_id", "in", [user.id for user in users.values()])]
        )
        # A login that is taken over comes with the access that its user had.
        for access in moved - known:
            access.partner_id = access.user_id.partner_id
        known |= moved
        known.write({**granted, "revoked_by_archive": False})
        # Their links have ended: who never signed in needs a new invitation.
        known.filtered(
            lambda access: access not in extended and not access.last_sign_in
        ).invited_on = False
        access_of = {access.user_id: access for access in known}
        accesses.change_addresses(
            {
                access_of[users[holder]]: assessment.email
                for holder, assessment in ready.items()
                if users[holder] in access_of
            }
        )
        for holder, assessment in ready.items():
            if access := access_of.get(users[holder]):
                if access.mail_is_shared != assessment.mail_is_shared:
                    access.mail_is_shared = assessment.mail_is_shared
                if access.email and not assessment.email:
                    access.email = False
        return known + accesses.create(
            [
                {
                    **granted,
                    "partner_id": holder.partner_id.id,
                    "user_id": users[holder].id,
                    "has_linked_user": bool(assessment.user),
                    "email": assessment.email,
                    "mail_is_shared": assessment.mail_is_shared,
                }
                for holder, assessment in ready.items()
                if users[holder] not in known.user_id
            ]
        )

    def _user_values(self, holder, login, portal_group):
        """Return the values of a new user for the holder's contact."""
        school = holder.partner_id.student_portal_school()
        return {
            "partner_id": holder.partner_id.id,
            "login": login,
            "group_ids": [Command.set(portal_group.ids)],
            "company_id": school.id,
            "company_ids": [Command.set(school.ids)],
            # What the form of users shows, whose default is copied for each.
            "view_group_hierarchy": False,
        }

    def _write_typed_email(self, holder, login):
        """Give the contact the address that was typed for it."""
        contact = holder.partner_id.with_context(tracking_disable=True)
        # A login that is no address leaves the contact's as it is.
        # An OpenEduCat User may write students, not contacts. These are contacts of
        # no internal user: such holders are not ready.
        if "@" in login and self.normalize_login(contact.email) != login:
            contact.email = login
        if not contact[holder._contact_role]:
            contact[holder._contact_role] = True

    def _log_grants(self, restored, granted, invited):
        """Record in the chatter what was given: login and portal group."""
        if invited:
            texts = (
                self.env._(
                    "Portal access restored, an invitation is queued:"
                    " login %(login)s, %(group)s."
                ),
                self.env._(
                    "Portal access granted, an invitation is queued:"
                    " login %(login)s, %(group)s."
                ),
            )
        else:
            texts = (
                self.env._("Portal access restored: login %(login)s, %(group)s."),
                self.env._("Portal access granted: login %(login)s, %(group)s."),
            )
        by_letter = (restored + granted).filtered(lambda access: not access.email)
        by_letter.log(
            self.env._("Portal access given by letter: login %(login)s, %(group)s.")
        )
        (restored - by_letter).log(texts[0])
        (granted - by_letter).log(texts[1])
