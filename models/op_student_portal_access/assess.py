from typing import NamedTuple

from odoo import api, models

from .pattern import RESERVED_LOGINS
from .situation import Situation

#: The statuses in which granting gives, or gives back, an access.
READY_STATUSES = ("ready", "restore")
#: The statuses in which there is nothing to do.
SETTLED_STATUSES = ("has_access", "internal", "same_contact")


def needs_attention(status):
    """Tell whether somebody has to correct something before access is granted."""
    return status not in READY_STATUSES + SETTLED_STATUSES


class Request(NamedTuple):
    """Somebody for whom something is asked, such as an access."""

    holder: models.BaseModel  # a record with partner_id and active, such as a student
    login: str | None = None  # as it was typed; the contact's email where it is None
    take_over: bool = False  # whether a login may move here from another contact
    # Whether the pattern has given the login: if it is taken since, the next one is.
    by_pattern: bool = False


class Assessment(NamedTuple):
    """What granting an access to one holder would do, and with what."""

    status: str
    message: str
    login: str
    user: models.BaseModel  # the existing user that would be linked or restored
    access: models.BaseModel
    email: str  # where mails go; none where the access is given by letter
    by_pattern: bool

    @property
    def by_letter(self):
        return self.is_ready and not self.email

    @property
    def is_ready(self):
        return self.status in READY_STATUSES

    @property
    def needs_attention(self):
        return needs_attention(self.status)

    @property
    def mail_is_shared(self):
        """Tell whether mails go to an address that is not meant to be the login."""
        return bool(self.email) and "@" not in self.login


class OpStudentPortalAccess(models.Model):
    _inherit = "op.student.portal.access"

    @api.private
    @api.model
    def assess(self, requests):
        """Say what granting each request would do; change nothing.

        :param list requests: some Request, at most one for each holder
        :return: a dict of each holder to its Assessment
        :rtype: dict
        """
        situation = Situation(self, requests)
        found = {
            request.holder: self._situation_of(request, situation)
            for request in requests
        }
        claims, first_of_contact = {}, {}
        for holder, (status, user) in found.items():
            if status in READY_STATUSES:
                contact = situation.holders[holder].partner_id
                # A student who is a parent is given both, by one user.
                role = (contact, holder._name)
                if first_of_contact.setdefault(role, holder) != holder:
                    found[holder] = ("same_contact", user)
                else:
                    claims.setdefault(situation.logins[holder], []).append(holder)
        for claimants in claims.values():
            if len({situation.holders[each].partner_id for each in claimants}) > 1:
                for holder in claimants:
                    found[holder] = ("duplicate", found[holder][1])
        return {
            holder: Assessment(
                status,
                self.assessment_message(
                    status, situation.holders[holder], user, situation
                ),
                situation.logins[holder],
                user,
                situation.accesses[situation.holders[holder].partner_id],
                situation.email(
                    holder,
                    user,
                    situation.accesses[situation.holders[holder].partner_id],
                ),
                holder in situation.by_pattern,
            )
            for holder, (status, user) in found.items()
        }

    def _situation_of(self, request, situation):
        """Return the status of a request, and the user that it is about."""
        holder = situation.holders[request.holder]
        contact = holder.partner_id
        login = situation.logins[request.holder]
        access = situation.accesses[contact]
        users = situation.users.get(contact, access.user_id.browse())
        staff = users.filtered(
            lambda user: not user.share or user in situation.reserved
        )
        user = access.user_id or self._user_to_link(holder, users, login, situation)
        owners = situation.owners.get(login, user.browse())
        if not holder.active:
            return "archived", user
        if staff:
            return "internal", staff[0]
        in_use = access and user.active and user.group_ids & situation.portal_groups
        if in_use and user.group_ids & situation.own_groups[holder._name]:
            return "has_access", user
        if not situation.schools[contact].student_portal_enabled:
            return "portal_off", user
        if not situation.typed[request.holder].strip():
            return "no_email", user
        if not login:
            return "invalid_email", user
        own = self.any_login(user.login)
        if login in RESERVED_LOGINS and login != own:
            return "reserved", user
        if user and (access.has_linked_user or not access or in_use):
            # Somebody else's code has made this user, perhaps for something else; or
            # it has access already, as a guardian or a student.
            if own != login:
                return "login_kept", user
            if not access and not user.active:
                return "user_archived", user
        elif others := owners - user:
            if user or others[0] not in situation.free_users:
                return "login_taken", others[0]
            if not request.take_over:
                return "take_over", others[0]
            return "ready", others[0]
        return ("restore" if user and not user.active else "ready"), user

    def _user_to_link(self, holder, users, login, situation):
        """Return the existing user that is the holder's own, or none.

        That is the contact's, of several the one of that login; else one that the
        holder names, such as the user that OpenEduCat's admission has made on a
        contact of its own, if it has that login and belongs to nobody else.
        """
        if users:
            return max(
                users,
                key=lambda user: (
                    self.any_login(user.login) == login,
                    user == holder.user_id,
                    user.active,
                    -user.id,
                ),
            )
        named = holder.user_id
        if (
            named.active
            and self.any_login(named.login) == login
            and named in situation.free_users
        ):
            return named
        return users

    # -- holders -----------------------------------------------------------------

    @api.private
    @api.model
    def sudo_holders(self, requests):
        """Return each request's holder in superuser mode, all fetched at once."""
        result = {}
        for holders in self.holders_by_kind(requests):
            sudo_holders = holders.sudo()
            sudo_holders.fetch(["active", "partner_id", "user_id"])
            result |= dict(zip(holders, sudo_holders, strict=True))
        return {request.holder: result[request.holder] for request in requests}

    @api.model
    @api.private
    def holders_by_kind(self, requests):
        """Return the holders of requests: the students, then the guardians.

        :return: a recordset of each model that is among them
        :rtype: list
        """
        ids = {}
        for request in requests:
            ids.setdefault(request.holder._name, []).append(request.holder.id)
        env_of = {request.holder._name: request.holder.env for request in requests}
        return [
            env_of[name][name].browse(ids[name]) for name in sorted(ids, reverse=True)
        ]
