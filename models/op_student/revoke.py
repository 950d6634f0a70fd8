from odoo import models

from ..res_users import TOLD


class OpStudent(models.Model):
    """Taking an access away, and giving it back.

    The user is archived, never deleted: OpenEduCat deletes a student together with
    the user.
    """

    _inherit = "op.student"

    def _revoke_and_show(self):
        return self._act_and_show(
            self.env._("Revoke Access"),
            lambda students: students._revoke_portal_access(),
            self.env._(
                "Access revoked: %(count)s. Sessions are ended and links are dead;"
                " nothing is deleted."
            ),
        )

    def _revocation_outcomes(self):
        """Tell what revoking would do, without doing it."""
        return self._act_on_access(self._not_revocable_reason, lambda students: None)

    def _not_revocable_reason(self, student, user):
        # What archiving the student revoked would come back with the student.
        if user.active or student.sudo().portal_revoked_by_archive:
            return ""
        return self.env._("The access is revoked already.")

    def _revoke_portal_access(self):
        """Archive the users of the students: their sessions and links end."""

        def act(students):
            students._archive_portal_users(by_archive=False)
            students._log_portal_access(
                self.env._("Portal access revoked: login %(login)s, %(group)s.")
            )

        return self._act_on_access(self._not_revocable_reason, act)

    def _restore_portal_access(self):
        def refuse(student, user):
            if user.active:
                return self.env._("The student has access.")
            if not student.active:
                return student._portal_access_message("archived", "", user, {})
            return ""

        def act(students):
            students._unarchive_portal_users()
            students._log_portal_access(
                self.env._("Portal access restored: login %(login)s, %(group)s.")
            )

        return self._act_on_access(refuse, act)

    def _archive_portal_users(self, by_archive):
        """Archive the users of students; they are students' own users.

        :param bool by_archive: whether unarchiving the students restores them
        """
        # A Student Manager may not write users, and who archives a student may be
        # neither; the callers have checked which users these are.
        students = self.sudo().with_context(
            tracking_disable=True, student_portal_told=TOLD
        )
        students.portal_revoked_by_archive = by_archive
        students.user_id.filtered("active").active = False

    def _unarchive_portal_users(self):
        """Unarchive the users of students, each with the level it had."""
        # As for archiving.
        students = self.sudo().with_context(
            tracking_disable=True, student_portal_told=TOLD
        )
        students.portal_revoked_by_archive = False
        levels = self.env["res.groups"].student_portal_groups()
        levelled = students.user_id.filtered(lambda user: user.group_ids & levels)
        levelled.active = True
        for user in students.user_id - levelled:
            # Odoo's own portal wizard has taken the level from it.
            user._become_student_portal_user(
                user.login, user.company_id.default_student_portal_group()
            )

    def _log_changed_users(self, before):
        """Record what was done to the students' users elsewhere than here.

        :param dict before: whether the user of each student was active, and its login
        """
        changed = self.filtered(
            lambda student: student.user_id.partner_id == student.partner_id
        )
        revoked = changed.filtered(lambda s: before[s][0] and not s.user_id.active)
        restored = changed.filtered(lambda s: not before[s][0] and s.user_id.active)
        renamed = changed.filtered(lambda s: before[s][1] != s.user_id.login)
        for students, text in (
            (revoked, self.env._("Portal access revoked: login %(login)s, %(group)s.")),
            (
                restored,
                self.env._("Portal access restored: login %(login)s, %(group)s."),
            ),
            (renamed, self.env._("Login updated: login %(login)s, %(group)s.")),
        ):
            students._log_portal_access(text)

    def write(self, vals):
        """Revoke the access of students that are archived, and restore what
        archiving revoked when they are unarchived."""
        if "active" not in vals:
            return super().write(vals)
        archived = bool(vals["active"]) is False
        changed = self.filtered(lambda student: student.active == archived)
        written = super().write(vals)
        if archived:
            changed._revoke_with_archiving()
        else:
            changed._restore_with_unarchiving()
        return written

    def _own_portal_users(self):
        """Return the students whose linked user is their own, and no internal one."""
        reasons = self._no_access_reasons(self._portal_users())
        return self.filtered(lambda student: not reasons[student])

    def _revoke_with_archiving(self):
        """Revoke the access of students that were archived, where the school does."""
        students = self._own_portal_users().filtered(
            # Whoever may archive a student archives the access.
            lambda student: (
                student.sudo().user_id.active
                and student.sudo().portal_company().student_portal_revoke_on_archive
            )
        )
        # A contact may be a student twice: the other one still needs the access.
        needed = (
            self.sudo().search([("user_id", "in", students.sudo().user_id.ids)]).user_id
        )
        students = students.filtered(lambda student: student.user_id not in needed)
        students._archive_portal_users(by_archive=True)
        students._log_portal_access(
            self.env._(
                "The student was archived. Portal access revoked:"
                " login %(login)s, %(group)s."
            )
        )

    def _restore_with_unarchiving(self):
        """Restore the access that archiving the students revoked."""
        students = (
            self.filtered(
                # What archiving revoked is recorded for the managers of the access.
                lambda student: student.sudo().portal_revoked_by_archive
            )
            ._own_portal_users()
            .filtered(lambda student: not student.sudo().user_id.active)
        )
        students._unarchive_portal_users()
        students._log_portal_access(
            self.env._(
                "The student was unarchived. Portal access restored:"
                " login %(login)s, %(group)s."
            )
        )
