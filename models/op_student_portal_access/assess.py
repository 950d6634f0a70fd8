import re
from typing import NamedTuple

import idna

from odoo import api, models
from odoo.tools import SQL

# The longest address that mail servers accept (RFC 5321, 4.5.3.1.3).
ADDRESS_LENGTH = 254
# What needs no quotes (RFC 5322, 3.2.3). Few mail servers take other letters here, and
# Odoo sends none.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
# Letters of all scripts and digits; hyphens within (RFC 1123, 2.1).
LABEL = r"(?!-)[^\s\x00-,./:-@\[-`{-\x7f]+(?<!-)"
ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})+")
NAMED_ADDRESS = re.compile(r"[^<>@\r\n]*<([^<>]*)>")
#: The statuses in which granting gives, or gives back, an access.
READY_STATUSES = ("ready", "restore")
#: The statuses in which there is nothing to do.
SETTLED_STATUSES = ("has_access", "internal", "same_contact")


class Request(NamedTuple):
    """Somebody for whom something is asked, such as an access."""

    holder: models.BaseModel  # a record with partner_id and active, such as a student
    login: str | None = None  # as it was typed; the contact's email where it is None
    take_over: bool = False  # whether a login may move here from another contact


class Assessment(NamedTuple):
    """What granting an access to one holder would do, and with what."""

    status: str
    message: str
    login: str
    user: models.BaseModel  # the existing user that would be linked or restored
    access: models.BaseModel

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
        # users the contact has, of whatever company: logins are unique across all.
        env = model.sudo().env
        holders = model._sudo_holders(requests)
        contacts = env["res.partner"].browse(
            {holder.partner_id.id for holder in holders.values()}
        )
        # Of a whole school, all at once: the ORM itself fetches a thousand at a time.
        contacts.fetch(["email", "name", "company_id"])
        self.typed = {
            request.holder: (
                holders[request.holder].partner_id.email
                if request.login is None
                else request.login
            )
            or ""
            for request in requests
        }
        self.logins = {
            holder: model.normalize_login(typed) for holder, typed in self.typed.items()
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
        self.portal_groups = env["res.groups"].student_portal_groups()

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
                if first_of_contact.setdefault(contact, holder) != holder:
                    found[holder] = ("same_contact", user)
                else:
                    claims.setdefault(situation.logins[holder], []).append(holder)
        for claimants in claims.values():
            if len(claimants) > 1:
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
        if access and user.active and user.group_ids & situation.portal_groups:
            return "has_access", user
        if not self._school_of(holder).student_portal_enabled:
            return "portal_off", user
        if not situation.typed[request.holder].strip():
            return "no_email", user
        if not login:
            return "invalid_email", user
        if user and (access.has_linked_user or not access):
            # Somebody else's code has made this user, perhaps for something else.
            if self.normalize_login(user.login) != login:
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
                    self.normalize_login(user.login) == login,
                    user == holder.user_id,
                    user.active,
                    -user.id,
                ),
            )
        named = holder.user_id
        if (
            named
            and named.active
            and self.normalize_login(named.login) == login
            and situation.belongs_to_nobody_else(named)
        ):
            return named
        return users

    def _assessment_message(self, status, holder, user, situation):
        """Say in a sentence what a status means for the holder, and what to do."""
        match status:
            case "ready" if not user:
                return self.env._("Ready: access will be granted.")
            case "ready" if user.partner_id == holder.partner_id:
                return self.env._(
                    "The contact's existing user %(user)s is linked to the student.",
                    user=user.login,
                )
            case "ready":
                return self.env._(
                    "The existing user %(user)s moves to this student.", user=user.login
                )
            case "take_over":
                return self._take_over_message(user, situation)
            case "portal_off":
                return self._school_of(holder).portal_off_reason()
        return self.status_message(status, user)

    @api.private
    @api.model
    def status_message(self, status, user=None):
        """Say why no access can be granted, or no login changed.

        :param user: the res.users that the status is about, where it is about one
        """
        match status:
            case "restore":
                return self.env._("The revoked access will be restored.")
            case "no_email":
                return self.env._("There is no email. Type the student's address.")
            case "invalid_email":
                return self.env._("This is not one valid address. Correct it.")
            case "duplicate":
                return self.env._(
                    "Another student of this selection has the same address."
                    " Each needs one of its own: correct it."
                )
            case "same_contact":
                return self.env._(
                    "Another line is the same contact: both students have its one"
                    " access."
                )
            case "login_taken":
                return self.env._(
                    "User already exists: this address is the login of %(owner)s."
                    " Type another one.",
                    owner=user.name,
                )
            case "login_kept":
                return self.env._(
                    "The user %(user)s existed before the access, and its login is not"
                    " changed here. Use that login, or ask an Administrator to change"
                    " the user.",
                    user=user.login,
                )
            case "user_archived":
                return self.env._(
                    "The contact's user %(user)s is archived, and was not granted"
                    " access here. Ask an Administrator to check the user.",
                    user=user.login,
                )
            case "has_access":
                return self.env._(
                    "The student already has access, as %(login)s.", login=user.login
                )
            case "internal":
                return self.env._(
                    "The contact is an internal user, %(login)s, and is not changed.",
                    login=user.login,
                )
            case "archived":
                return self.env._("The student is archived. Unarchive it first.")
        raise ValueError(status)

    def _take_over_message(self, user, situation):
        """Say whose login the address is, and that it can move to the student."""
        former = situation.students.get(user.partner_id)
        if former:
            return self.env._(
                "User already exists: this is the login of the archived record of"
                " %(owner)s. Tick Take Over if it is the same person, or type another"
                " address.",
                owner=former[0].name,
            )
        if situation.accesses.get(user.partner_id) or self.sudo().search_count(
            [("user_id", "=", user.id)], limit=1
        ):
            return self.env._(
                "User already exists: this is the login of a deleted record of"
                " %(owner)s. Tick Take Over if it is the same person, or type another"
                " address.",
                owner=user.name,
            )
        return self.env._(
            "User already exists: this is the login of a website account of %(owner)s."
            " Tick Take Over if it is the same person, or type another address.",
            owner=user.name,
        )

    # -- logins ------------------------------------------------------------------

    @api.private
    @api.model
    def normalize_login(self, address):
        """Return the login that an address makes, or an empty string.

        One address alone makes a login, with or without a name before it in angle
        brackets. Odoo's ``email_normalize`` is more lenient: it takes the last word
        of a text, or a domain without a dot, and leaves out what it does not
        understand. It also leaves the case of other letters than English ones.
        """
        address = (address or "").strip()
        if named := NAMED_ADDRESS.fullmatch(address):
            address = named[1]
        if len(address) > ADDRESS_LENGTH or not ADDRESS.fullmatch(address):
            return ""
        try:
            idna.encode(address.rpartition("@")[2], uts46=True)
        except idna.IDNAError:
            return ""
        # Characters that cannot be seen would make two logins look the same.
        return address.lower() if address.isprintable() else ""

    @api.model
    def _login_owners(self, logins):
        """Return who has each of some normalized logins, archived users included.

        Odoo's logins are unique to the letter (with Website, on each website); for a
        student, upper case is the same address. Where several users differ in that
        alone, the one in lower case is named first, then the oldest.

        :return: a dict of login to res.users, without the logins nobody has
        :rtype: dict
        """
        users = self.env["res.users"].sudo()
        users.flush_model(["login"])
        rows = self.env.execute_query(
            SQL(
                "SELECT lower(login), array_agg(id ORDER BY login != lower(login), id)"
                " FROM res_users WHERE lower(login) = ANY(%s) GROUP BY lower(login)",
                list(logins),
            )
        )
        return {login: users.browse(ids) for login, ids in rows}

    @api.model
    def _reserved_users(self):
        """Return the share users that are nobody's, such as templates for new ones."""
        users = self.env["res.users"].sudo()
        for xmlid in (
            "base.public_user",
            "base.template_portal_user_id",
            "openeducat_parent.parent_template_user",
        ):
            users |= self.env.ref(xmlid, raise_if_not_found=False) or users
        return users.sudo()

    # -- holders -----------------------------------------------------------------

    @api.model
    def _sudo_holders(self, requests):
        """Return each request's holder in superuser mode, all fetched at once."""
        holders = [request.holder for request in requests]
        if not holders:
            return {}
        sudo_holders = holders[0].browse([each.id for each in holders]).sudo()
        sudo_holders.fetch(["active", "partner_id", "user_id"])
        return dict(zip(holders, sudo_holders, strict=True))

    @api.model
    def _school_of(self, holder):
        """Return the school whose settings apply to a holder, whoever acts.

        :rtype: res.company
        """
        return holder.partner_id.student_portal_school()
