from typing import NamedTuple

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

#: What Odoo raises, wherever that is, in a worker that has used up its time.
CPU_TIME_EXCEEDED = "CPU time limit exceeded."


class Outcome(NamedTuple):
    """What was done for one holder."""

    state: str  # granted, restored, done, skipped or failed
    message: str = ""
    login: str = ""
    #: Whether somebody has to correct something before access can be granted.
    needs_attention: bool = False


class OpStudentPortalAccess(models.Model):
    """How anything is done with accesses.

    Each action has a method that says why an access is skipped, such as
    ``_resend_refusals``, and one that does the work, such as ``_resend``. Granting,
    which makes accesses, has ``assess`` and ``_grant`` instead.
    """

    _inherit = "op.student.portal.access"

    @api.private
    @api.model
    def perform(self, action, requests, **options):
        """Do an action of ``op.student.portal.run`` for each request.

        Where one fails, they are tried again in ever smaller parts, so that it alone
        fails and costs the others nothing.

        :param str action: a key of the run's actions
        :param list requests: some Request, at most one for each holder
        :param options: for grant, ``portal_group`` of students and ``guardian_group``
            of guardians (None for the default of each school), and
            ``send_invitation``
        :return: a dict of each holder to its Outcome
        :rtype: dict
        :raise UserError: if the group is no portal group
        """
        if action == "grant":
            self.check_portal_groups(**options)
        kinds = self.holders_by_kind(requests)
        if len(kinds) > 1:
            # Of a student who is a parent, the second one finds the user of the first.
            outcomes = self.shared_addresses(requests) if action == "grant" else {}
            for holders in kinds:
                kind = [each for each in requests if each.holder._name == holders._name]
                kind = [each for each in kind if each.holder not in outcomes]
                outcomes |= self.perform(action, kind, **options)
            return outcomes
        try:
            with self.env.cr.savepoint():
                if action == "grant":
                    outcomes = self._grant(requests, **options)
                else:
                    outcomes = self._change(action, requests)
                self.env.flush_all()
                return outcomes
        except Exception as error:
            # Where another transaction acts on the same contacts, Odoo runs this one
            # again, on what the other has left.
            if self.is_server_error(error):
                raise
            if len(requests) == 1:
                return {requests[0].holder: self._failed_outcome(error)}
            half = len(requests) // 2
            return self.perform(action, requests[:half], **options) | self.perform(
                action, requests[half:], **options
            )

    @api.private
    @api.model
    def is_server_error(self, error):
        """Tell whether an error comes of the server or the database, not of a student.

        A transaction got in the way of another one, the database is away, or the
        worker has used up the memory or the time that Odoo gives it.
        """
        return (
            self.env.cr.closed
            or isinstance(error, (psycopg2.OperationalError, MemoryError))
            or str(error) == CPU_TIME_EXCEEDED
        )

    @api.private
    @api.model
    def refusals(self, action, requests):
        """Say why an action would skip each holder, or an empty text.

        :rtype: dict
        """
        holders = self.sudo_holders(requests)
        contacts = self.env["res.partner"].union(
            *(holder.partner_id for holder in holders.values())
        )
        # Who may act for the holders may learn what keeps their accesses.
        accesses = self.of_contacts(contacts.sudo())
        found = self.browse().sudo().union(*accesses.values())
        reasons = getattr(found, f"_{action}_refusals")()
        unneeded = set(found.without_active_holder() if action == "restore" else ())
        internal = self._internal_users(contacts)
        result = {}
        for request in requests:
            contact = holders[request.holder].partner_id
            access = accesses[contact]
            if user := internal.get(contact):
                result[request.holder] = self.status_message("internal", user)
            elif not holders[request.holder].has_portal_role(access):
                result[request.holder] = self.env._(
                    "There is no access. Grant it first."
                )
            elif access in unneeded:
                result[request.holder] = reasons[access] or self.status_message(
                    "archived"
                )
            else:
                result[request.holder] = reasons[access]
        return result

    def _internal_users(self, contacts):
        """Return the internal user of each contact that has one."""
        # Who manages accesses may learn that a contact works here.
        users = self.env["res.users"].sudo().with_context(active_test=False)
        users = users.search_fetch(
            [("partner_id", "in", contacts.ids), ("share", "=", False)],
            ["partner_id", "login"],
        )
        return {user.partner_id: user for user in users}

    def _change(self, action, requests):
        """Do an action for the requests that nothing refuses."""
        holders = self.sudo_holders(requests)
        contacts = {
            request.holder: holders[request.holder].partner_id for request in requests
        }
        self.lock_contacts(self.env["res.partner"].union(*contacts.values()))
        reasons = self.refusals(action, requests)
        accesses = self.of_contacts(self.env["res.partner"].union(*contacts.values()))
        ready = (
            self.browse()
            .sudo()
            .union(
                *(
                    accesses[contacts[holder]]
                    for holder in holders
                    if not reasons[holder]
                )
            )
        )
        if ready:
            getattr(ready.with_context(tracking_disable=True), f"_{action}")()
        return {
            holder: Outcome(
                "skipped" if reasons[holder] else "done",
                reasons[holder],
                accesses[contacts[holder]].login or "",
            )
            for holder in holders
        }

    def _failed_outcome(self, error):
        """Return the outcome of a request that the database or a rule refused."""
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
        return Outcome("failed", reason, needs_attention=True)

    @api.private
    def revoked_reason(self):
        """Say that the access is revoked, if that is so."""
        if self.user_id.active:
            return ""
        return self.env._("The access is revoked. Restore it first.")
