from typing import NamedTuple

from odoo import api, models

from .pattern import RESERVED_LOGINS

#: The statuses in which granting gives, or gives back, an access.
READY_STATUSES = ("ready", "restore")
#: The statuses in which there is nothing to do.
SETTLED_STATUSES = ("has_access", "internal", "same_contact")


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
        """Tell whether somebody has to correct something before access is granted."""
        return self.status not in READY_STATUSES + SETTLED_STATUSES


class Situation:
    """What the database holds about many requests, asked for once."""

    def __init__(self, model, requests):
        # Who may grant to a student may learn whose login an address is, and which
        # users the contact has, of any company: logins are unique across all.
        env = model.sudo().env
        holders = model._sudo_holders(requests)
        contacts = env["res.partner"].browse(
            {holder.partner_id.id for holder in holders.values()}
        )
        # Of a whole school, all at once: the ORM itself fetches a thousand at a time.
        contacts.fetch(["email", "name", "company_id"])
        self.typed = {
            request.holder: (
                holders[request.holder].portal_email()
                if request.login is None
                else request.login
            )
            or ""
            for request in requests
        }
        self.logins = {
            holder: model.any_login(typed) for holder, typed in self.typed.items()
        }
        self.holders = holders
        self.accesses = model.of_contacts(contacts)
        self.owners = model._login_owners(filter(None, self.logins.values()))
        self.reserved = model._reserved_users()
        users = env["res.users"].with_context(active_test=False)
        self.users = users.search_fetch(
            [("partner_id", "in", contacts.ids)],
            ["partner_id", "active", "share", "login"],
        ).grouped("partner_id")
        named = {holder.user_id.id for holder in holders.values()}
        owning = {
            user.partner_id.id for owners in self.owners.values() for user in owners
        }
        foreign = users.browse(named - {False}).partner_id | contacts.browse(owning)
        self.students = foreign.students_of_contacts().grouped("partner_id")
        self.guardians = {
            guardian.partner_id
            for guardian in foreign.guardians_of_contacts()
            if guardian.active
        }
        self.portal_groups = env["res.groups"].student_portal_groups()
        self.own_groups = {
            name: env[name].own_portal_groups()
            for name in {holder._name for holder in holders}
        }
        self.patterns = {
            holder: model._school_of(known).student_portal_login_pattern
            # The fields of the pattern are those of students.
            if holder._name == "op.student"
            else ""
            for holder, known in holders.items()
        }
        self.by_pattern = set()
        self._use_patterns(model, requests)

    def _use_patterns(self, model, requests):
        """Give those a login by their school's pattern who have no other one."""
        mailboxes = self._shared_mailboxes(model, requests)
        needing = []
        for request in requests:
            contact = self.holders[request.holder].partner_id
            access = self.accesses[contact]
            login, pattern = self.logins[request.holder], self.patterns[request.holder]
            own = "" if access.has_linked_user else model.plain_login(access.login)
            if request.login is None:
                if own:
                    self.typed[request.holder] = self.logins[request.holder] = own
                elif pattern and (
                    not self.typed[request.holder].strip()
                    or (login, contact.student_portal_school()) in mailboxes
                ):
                    needing.append(request.holder)
            elif login and "@" not in login:
                others = self.owners.get(login, access.user_id) - access.user_id
                if not pattern and login != own:
                    self.logins[request.holder] = ""
                elif pattern and request.by_pattern and login != own:
                    if others:
                        needing.append(request.holder)
                    else:
                        self.by_pattern.add(request.holder)
        if needing:
            taken = {each for each in self.logins.values() if "@" not in each}
            proposed = model.pattern_logins(
                [self.holders[each] for each in needing],
                {self.holders[each]: self.patterns[each] for each in needing},
                taken,
            )
            for each in needing:
                if login := proposed[self.holders[each]]:
                    self.typed[each] = self.logins[each] = login
                    self.by_pattern.add(each)

    def _shared_mailboxes(self, model, requests):
        """Return the addresses that students of a school share, with the school."""
        candidates = {}
        for request in requests:
            contact = self.holders[request.holder].partner_id
            school = contact.student_portal_school()
            login = self.logins[request.holder]
            if (
                request.login is None
                and login
                and request.holder._name == "op.student"
                and school.student_portal_shared_mailbox
            ):
                candidates.setdefault((login, school), set()).add(contact.id)
        if not candidates:
            return set()
        known = model._contacts_of_addresses({login for login, _school in candidates})
        return {
            (login, school)
            for (login, school), contacts in candidates.items()
            if len(contacts | known.get(login, set())) > 1
            or any(
                owner.partner_id.id not in contacts
                and not self.belongs_to_nobody_else(owner)
                for owner in self.owners.get(login, ())
            )
        }

    def email(self, holder, user, access):
        """Return where the mails of a holder go, or an empty text for by letter."""
        login = self.logins[holder]
        if "@" in login:
            return login
        if user and (access.has_linked_user or not access):
            # Links of a user that other code has made go to its login alone.
            return ""
        return access.normalize_login(self.holders[holder].partner_id.email)

    def belongs_to_nobody_else(self, user):
        """Tell whether a user of another contact may move to a student's contact.

        It is a portal user, of a contact that is no student's, parent's or company's
        in use.
        """
        contact = user.partner_id
        return (
            user.share
            and user not in self.reserved
            and not contact.is_company
            and not contact.is_parent
            and contact not in self.guardians
            and not any(student.active for student in self.students.get(contact, ()))
        )


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
                self._assessment_message(
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
        if not self._school_of(holder).student_portal_enabled:
            return "portal_off", user
        if not situation.typed[request.holder].strip():
            return "no_email", user
        if not login:
            return "invalid_email", user
        if login in RESERVED_LOGINS and login != user.login:
            return "reserved", user
        if user and (access.has_linked_user or not access or in_use):
            # Somebody else's code has made this user, perhaps for something else; or
            # it has access already, as a guardian or a student.
            if self.any_login(user.login) != login:
                return "login_kept", user
            if not access and not user.active:
                return "user_archived", user
        elif others := owners - user:
            if user or not situation.belongs_to_nobody_else(others[0]):
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
            named
            and named.active
            and self.any_login(named.login) == login
            and situation.belongs_to_nobody_else(named)
        ):
            return named
        return users

    # -- holders -----------------------------------------------------------------

    @api.model
    def _sudo_holders(self, requests):
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

    @api.model
    def _school_of(self, holder):
        """Return the school whose settings apply to a holder, no matter who acts.

        :rtype: res.company
        """
        return holder.partner_id.student_portal_school()
