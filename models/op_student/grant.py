from typing import NamedTuple

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

#: What Odoo raises, wherever that is, in a worker that has used up its time.
CPU_TIME_EXCEEDED = "CPU time limit exceeded."


class PortalOutcome(NamedTuple):
    """What granting or changing the access of one student did."""

    state: str  # granted, restored, done, skipped or failed
    message: str
    login: str
    #: Whether somebody has to mend something before the student can be granted access.
    needs_attention: bool = False


class OpStudent(models.Model):
    _inherit = "op.student"

    def _grant_portal_access(self, portal_group, logins=None, send_invitation=True):
        """Give the students their access to the portal. Users are made here alone.

        The students that are ready get a user, or their contact's user is linked or
        restored; the others are left untouched. If the database refuses a student,
        the students are granted in ever smaller parts, so that it alone fails.

        :param portal_group: the access level, a res.groups
        :param dict logins: the address typed for a student, by its id; the
            contact's e-mail where it has none
        :param bool send_invitation: queue the invitation to set a password
        :return: a dict of each student to its PortalOutcome
        :rtype: dict
        :raise AccessError: if the current user may not grant
        :raise UserError: if the portal is switched off, or the group is no access
            level
        """
        self._check_portal_manager()
        self._check_portal_enabled()
        self._check_portal_group(portal_group)
        return self._in_parts(
            lambda students: students._grant_ready(
                portal_group, logins or {}, send_invitation
            )
        )

    def _in_parts(self, act):
        """Act on the students in one go or, where that fails, on each half of them.

        :param act: what is done with a recordset; it returns a dict of each student
            to its PortalOutcome
        :return: the outcomes; the students that the database or a rule refuses have
            failed, and cost the others nothing
        :rtype: dict
        """
        try:
            with self.env.cr.savepoint():
                outcomes = act(self)
                self.env.flush_all()
                return outcomes
        except Exception as error:
            # Where somebody else acted on the same students at the same moment, Odoo
            # runs the whole transaction again, on what the other has left.
            if self._is_no_students_fault(error):
                raise
            self.env.invalidate_all(flush=False)
            if len(self) == 1:
                return {self: self._failed_outcome(error)}
            half = len(self) // 2
            return self[:half]._in_parts(act) | self[half:]._in_parts(act)

    @api.model
    def _is_no_students_fault(self, error):
        """Tell whether an error comes of the server or the database, not of a student.

        A transaction got in the way of another one, the database is away, or the
        worker has used up the memory or the time that Odoo gives it.
        """
        return (
            self.env.cr.closed
            or isinstance(error, (psycopg2.OperationalError, MemoryError))
            or str(error) == CPU_TIME_EXCEEDED
        )

    def _grant_ready(self, portal_group, logins, send_invitation):
        """Grant the students that are ready; tell of each what became of it."""
        self._lock_for_access()
        assessments = self._assess_portal_access(logins)
        ready = self.filtered(lambda student: assessments[student].is_ready)
        ready._write_typed_addresses(assessments)
        ready._provide_users(portal_group, assessments)
        if send_invitation:
            ready._queue_portal_invitations()
        ready._log_grants(assessments, send_invitation)
        states = {"ready": "granted", "restore": "restored"}
        return {
            student: PortalOutcome(
                states.get(assessment.status, "skipped"),
                "" if assessment.is_ready else assessment.message,
                assessment.login,
                assessment.needs_attention,
            )
            for student, assessment in assessments.items()
        }

    def _lock_for_access(self):
        """Wait for whoever else acts on these students, always in the same order.

        What the other has changed then fails to serialize, and is tried again.
        """
        self.env.execute_query(
            SQL(
                "SELECT id FROM op_student WHERE id = ANY(%s)"
                " ORDER BY id FOR NO KEY UPDATE",
                self.ids,
            )
        )

    def _write_typed_addresses(self, assessments):
        """Give the contacts the addresses that were typed for them."""
        # An OpenEduCat User may write students, not contacts. These are contacts of
        # no internal user: such students are not ready.
        for student in self.sudo():
            login = assessments[student].login
            if self._normalize_login(student.email or "") != login:
                student.partner_id.with_context(tracking_disable=True).email = login

    def _provide_users(self, portal_group, assessments):
        """Make, link or restore the users of students that are ready."""
        # Student Managers may not create users. Those made here can only have the
        # portal's rights: the group has been checked.
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
        students = self.sudo()
        without = students.filtered(lambda student: not assessments[student].user)
        created = users.create(
            [
                student._portal_user_values(assessments[student].login, portal_group)
                for student in without
            ]
        )
        provided = dict(zip(without, created, strict=True))
        for student in students - without:
            provided[student] = assessments[student].user.with_env(users.env)
            provided[student]._become_student_portal_user(
                assessments[student].login, portal_group
            )
        now = fields.Datetime.now()
        students.partner_id.filtered(
            lambda contact: not contact.is_student
        ).with_context(tracking_disable=True).is_student = True
        students.write({"portal_granted_on": now, "portal_granted_by_id": self.env.uid})
        for student, user in provided.items():
            student.user_id = user

    def _portal_user_values(self, login, portal_group):
        """Return the values of a new user for the student."""
        self.ensure_one()
        company = self.partner_id.company_id or self.env.company
        return {
            "partner_id": self.partner_id.id,
            "login": login,
            "group_ids": [Command.set(portal_group.ids)],
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
        }

    def _failed_outcome(self, error):
        """Return the outcome for a student that the database or a rule refused."""
        if isinstance(error, UserError):
            reason = str(error)
        else:
            if isinstance(error, psycopg2.IntegrityError):
                # As Odoo itself tells it, which knows the constraints of users.
                error = self.env["res.users"]._sql_error_to_message(error)
            reason = self.env._(
                "The access could not be changed: %(error)s",
                error=str(error).strip() or type(error).__name__,
            )
        return PortalOutcome("failed", reason, "", needs_attention=True)

    def _log_grants(self, assessments, send_invitation):
        """Record the grants in the chatter of the students: login and group."""
        restored = self.filtered(lambda s: assessments[s].status == "restore")
        if send_invitation:
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
        restored._log_portal_access(texts[0])
        (self - restored)._log_portal_access(texts[1])

    # -- the ways in -------------------------------------------------------------

    def action_grant_portal_access(self):
        """Open the dialog that grants the students their access.

        :return: the action of the wizard
        :rtype: dict
        :raise AccessError: if the current user may not grant
        :raise RedirectWarning: if the portal is switched off, to who may switch it on
        :raise UserError: if the portal is switched off, to everybody else
        """
        self._check_portal_manager()
        self._check_portal_enabled()
        wizard = self.env["op.student.portal.wizard"]._create_for(self)
        return wizard._open_dialog()

    def create_student_user(self):
        """Grant access to the students without inviting them.

        This is OpenEduCat's own method, behind its action *Create Users*. There it
        writes a field that Odoo 19 has renamed, and cannot make any user.

        :return: the action that shows what became of each student
        :rtype: dict
        :raise AccessError: if the current user may not grant
        """
        run = self.env["op.student.portal.run"]._start(
            self,
            self.env.company.default_student_portal_group(),
            send_invitation=False,
        )
        return run._open_form()

    def _open_portal_users(self):
        """Return the action that shows the users of the students.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "openeducat_student_portal.action_student_portal_users"
        )
        users = self.sudo().user_id
        action["domain"] = [("id", "in", users.ids)]
        if len(users) == 1:
            action["views"] = [view for view in action["views"] if view[1] == "form"]
            action["res_id"] = users.id
        return action
