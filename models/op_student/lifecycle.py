from collections import Counter

from odoo import models

from ..res_users import TOLD
from .grant import PortalOutcome

#: How many students are acted on in one go: what is done again if one of them fails.
PART_SIZE = 500


class OpStudent(models.Model):
    _inherit = "op.student"

    # -- the ways in -------------------------------------------------------------

    def action_resend_portal_invitation(self):
        """Send the students who never signed in a fresh link to set the password.

        Earlier links work on: the student may open the older mail.

        :return: the action that shows what was done, and what was skipped and why
        :rtype: dict
        :raise AccessError: if the current user may not manage the access
        :raise RedirectWarning: if the portal is switched off, to who may switch it on
        :raise UserError: if the portal is switched off, to everybody else
        """
        return self._send_and_show(
            self.env._("Resend Invitation"),
            lambda students: students._resend_portal_invitations(),
            self.env._("Invitations queued: %(count)s. Each carries a fresh link."),
        )

    def action_reset_portal_password(self):
        """Send the students who have signed in a link to set a new password.

        :return: the action that shows what was done, and what was skipped and why
        :rtype: dict
        :raise AccessError: if the current user may not manage the access
        :raise RedirectWarning: if the portal is switched off, to who may switch it on
        :raise UserError: if the portal is switched off, to everybody else
        """
        return self._send_and_show(
            self.env._("Reset Password"),
            lambda students: students._reset_portal_passwords(),
            self.env._(
                "Mails to set a new password queued: %(count)s."
                " Until it is set, the old one works."
            ),
        )

    def action_revoke_portal_access(self):
        """Take their access from the students: several are asked about first.

        :return: the action that shows what was done, and what was skipped and why,
            or asks about it
        :rtype: dict
        :raise AccessError: if the current user may not manage the access
        """
        self._check_portal_action()
        if len(self) > 1:
            return self.env["op.student.portal.result"]._ask(
                self.env._("Revoke Access"), "revoke", self._revocation_outcomes()
            )
        return self._revoke_and_show()

    def action_restore_portal_access(self):
        """Give the students back the access that was revoked, of the same level.

        Nobody is invited: who has a password signs in with it as before.

        :return: the action that shows what was done, and what was skipped and why
        :rtype: dict
        :raise AccessError: if the current user may not manage the access
        """
        return self._act_and_show(
            self.env._("Restore Access"),
            lambda students: students._restore_portal_access(),
            self.env._(
                "Access restored: %(count)s. Passwords are as they were; who never"
                " set one needs a new invitation."
            ),
        )

    def action_update_portal_login(self):
        """Make the students' e-mail their login, where the two differ.

        :return: the action that shows what was done, and what was skipped and why
        :rtype: dict
        :raise AccessError: if the current user may not manage the access
        """
        # Of all of them, in whatever parts they are acted on.
        claims = Counter(
            self._normalize_login(student.email or "") for student in self.sudo()
        )
        return self._act_and_show(
            self.env._("Update Login"),
            lambda students: students._update_portal_logins(claims),
            self.env._(
                "Logins updated: %(count)s. Who has signed in before is told by mail;"
                " who has not needs a new invitation, as earlier links are dead."
            ),
        )

    def _check_portal_action(self):
        """Check that the current user may act on the access of these students.

        :raise AccessError: if not
        """
        self._check_portal_manager()
        self.check_access("write")

    # -- acting ------------------------------------------------------------------

    def _send_and_show(self, title, act, done_text):
        """Send the students mails, where the portal is on, and show what was done."""
        self._check_portal_manager()
        self._check_portal_enabled()
        return self._act_and_show(title, act, done_text, by_mail=True)

    def _act_and_show(self, title, act, done_text, by_mail=False):
        """Act on the access of the students, and show what was done.

        The students are acted on in parts, so that one that fails has few others
        tried again: of a whole school, that would take longer than a request may.

        :param str title: the name of what is done
        :param act: what is done with a recordset; it returns a dict of each student
            to its PortalOutcome
        :param str done_text: says what was done, to ``%(count)s`` students
        :param bool by_mail: whether it waits for mails to be sent
        :return: the action that shows what was done, and what was skipped and why
        :rtype: dict
        :raise AccessError: if the current user may not manage the access
        """
        self._check_portal_action()
        outcomes = {}
        for start in range(0, len(self), PART_SIZE):
            part = self[start : start + PART_SIZE].with_prefetch()
            outcomes |= part._in_parts(act)
        return self.env["op.student.portal.result"]._show(
            title, outcomes, done_text, by_mail
        )

    def _act_on_access(self, refuse, act):
        """Act on the students that nothing speaks against.

        :param refuse: called with a student and its user, returns why the student is
            skipped, or an empty string
        :param act: called with the students that are not
        :return: a dict of each student to its PortalOutcome
        :rtype: dict
        """
        self._lock_for_access()
        users = self._portal_users()
        reasons = self._no_access_reasons(users)
        for student in self:
            reasons[student] = reasons[student] or refuse(student, users[student])
        act(self.filtered(lambda student: not reasons[student]))
        return {
            student: PortalOutcome(
                "skipped" if reasons[student] else "done",
                reasons[student],
                users[student].login or "",
            )
            for student in self
        }

    def _no_access_reasons(self, users):
        """Say why students have no access that could be acted on.

        :param dict users: the res.users of each student
        :return: a dict of each student to the reason, or to an empty string
        :rtype: dict
        """
        reserved = self._reserved_users()
        reasons = {}
        for student in self:
            user = users[student]
            reasons[student] = ""
            if user and (not user.share or user in reserved):
                reasons[student] = student._portal_access_message(
                    "internal", "", user, {}
                )
            elif not user or user != student.user_id:
                reasons[student] = self.env._(
                    "The student has no access. Grant it first."
                )
        return reasons

    def _revoked_reason(self, user):
        """Say that an access is revoked, if that is so."""
        if user.active:
            return ""
        return self.env._("The access is revoked. Restore it first.")

    def _unreachable_reason(self):
        """Say why no mail can reach the student, if that is so."""
        # Who manages the access writes to the contact.
        address = self.sudo().email or ""
        login = self._normalize_login(address)
        refused = self._login_refusal(address, login, None, {})
        return refused and self._portal_access_message(refused, login, None, {})

    def _mail_refusal(self, user, waiting_reason):
        """Say why no mail with a link is sent to the student, if that is so.

        :param user: the student's res.users
        :param str waiting_reason: says that such a mail is waiting already
        """
        if self._is_portal_mail_waiting(user):
            return waiting_reason
        return self._revoked_reason(user) or self._unreachable_reason()

    def _resend_portal_invitations(self):
        def refuse(student, user):
            if user.login_date:
                return self.env._(
                    "The student has signed in already. Reset the password, if needed."
                )
            return student._mail_refusal(
                user, self.env._("An invitation is waiting to be sent already.")
            )

        def act(students):
            students._queue_portal_invitations()
            students._log_portal_access(
                self.env._("Invitation queued again: login %(login)s, %(group)s.")
            )

        return self._act_on_access(refuse, act)

    def _reset_portal_passwords(self):
        def refuse(student, user):
            if user.active and not user.login_date:
                return self.env._(
                    "The student has never signed in. Resend the invitation."
                )
            return student._mail_refusal(
                user,
                self.env._(
                    "A mail to set a new password is waiting to be sent already."
                ),
            )

        def act(students):
            students._queue_portal_resets()
            students._log_portal_access(
                self.env._("Password reset queued: login %(login)s, %(group)s.")
            )

        return self._act_on_access(refuse, act)

    def _update_portal_logins(self, claims):
        """Make the students' e-mails their logins.

        :param claims: how many of all that were selected have which address
        """
        # The e-mail becomes the login; who may manage the access may know both.
        addresses = {student: student.sudo().email or "" for student in self}
        logins = {
            student: self._normalize_login(address)
            for student, address in addresses.items()
        }
        owners = self._login_owners(filter(None, logins.values()))

        def refuse(student, user):
            login = logins[student]
            if revoked := self._revoked_reason(user):
                return revoked
            if login == user.login:
                return self.env._("The e-mail is the login already.")
            status = self._login_refusal(addresses[student], login, user, owners)
            if not status and claims[login] > 1:
                status = "duplicate"
            return status and student._portal_access_message(
                status, login, user, owners
            )

        def act(students):
            for student in students.sudo():
                student.user_id.with_context(student_portal_told=TOLD).login = logins[
                    student
                ]
            students.filtered(
                lambda student: student.portal_last_sign_in
            )._queue_portal_login_notices()
            students._log_portal_access(
                self.env._("Login updated: login %(login)s, %(group)s.")
            )

        return self._act_on_access(refuse, act)
