import re
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# The longest address that mail servers accept (RFC 5321, 4.5.3.1.3).
ADDRESS_LENGTH = 254
# What needs no quotes (RFC 5322, 3.2.3), letters of all scripts included (RFC 6531).
ATOM = r'[^\s<>@()\[\]\\,;:."]+'
# Letters of all scripts and digits; hyphens within (RFC 1123, 2.1).
LABEL = r"(?!-)[^\s\x00-,./:-@\[-`{-\x7f]+(?<!-)"
ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})+")
NAMED_ADDRESS = re.compile(r"[^<>@\r\n]*<([^<>]*)>")
#: The statuses of students that granting gives, or gives back, an access.
READY_STATUSES = ("ready", "restore")
#: Statuses in which nothing is to be done: granting leaves these students as they are.
SETTLED_STATUSES = ("has_access", "internal")


class PortalAssessment(NamedTuple):
    """What granting access to one student would do, and with what."""

    status: str
    message: str
    login: str
    user: models.BaseModel

    @property
    def is_ready(self):
        """Tell whether granting gives, or gives back, an access."""
        return self.status in READY_STATUSES

    @property
    def needs_attention(self):
        """Tell whether somebody has to mend something before access is granted."""
        return self.status not in READY_STATUSES + SETTLED_STATUSES


class OpStudent(models.Model):
    _inherit = "op.student"

    def _assess_portal_access(self, logins=None):
        """Say what granting access to each student would do; change nothing.

        :param dict logins: the address typed for a student, by its id; the
            contact's e-mail where it has none
        :return: a dict of each student to its PortalAssessment
        :rtype: dict
        """
        logins = logins or {}
        # Of a whole school, all at once: the ORM itself fetches a thousand at a time,
        # and all that they have.
        students = self.sudo()
        students.fetch(["active", "partner_id", "user_id"])
        students.partner_id.fetch(["email", "name"])
        # The contact's e-mail is asked for before access is given to it.
        raw = {
            student: logins.get(student.id, sudo_student.email) or ""
            for student, sudo_student in zip(self, students, strict=True)
        }
        normalized = {student: self._normalize_login(raw[student]) for student in self}
        users = self._portal_users()
        owners = self._login_owners(filter(None, normalized.values()))
        levels = self.env["res.groups"].student_portal_groups()
        reserved = self._reserved_users()

        statuses = {}
        claims = {}
        for student in self:
            user = users[student]
            login = normalized[student]
            if not student.active:
                status = "archived"
            elif user and (not user.share or user in reserved):
                status = "internal"
            elif user.active and user == student.user_id and user.group_ids & levels:
                status = "has_access"
            elif refused := self._login_refusal(raw[student], login, user, owners):
                status = refused
            else:
                status = "restore" if user and not user.active else "ready"
                claims.setdefault(login, []).append(student)
            statuses[student] = status
        for claimants in claims.values():
            if len(claimants) > 1:
                statuses.update(dict.fromkeys(claimants, "duplicate"))

        return {
            student: PortalAssessment(
                status,
                student._portal_access_message(
                    status, normalized[student], users[student], owners
                ),
                normalized[student],
                users[student],
            )
            for student, status in statuses.items()
        }

    def _portal_access_message(self, status, login, user, owners):
        """Say in a sentence what a status means for the student, and what to do."""
        self.ensure_one()
        match status:
            case "ready" if user and user.login != login:
                return self.env._(
                    "The contact's user %(user)s is linked to the student;"
                    " its login becomes %(login)s.",
                    user=user.login,
                    login=login,
                )
            case "ready" if user:
                return self.env._(
                    "The contact's existing user is linked to the student."
                )
            case "ready":
                return self.env._("Ready: access will be granted.")
            case "restore":
                return self.env._("The archived access will be restored.")
            case "no_email":
                return self.env._("There is no e-mail. Type the student's address.")
            case "invalid_email":
                return self.env._("This is not one valid address. Correct it.")
            case "duplicate":
                return self.env._(
                    "Another student of this selection has the same address."
                    " Each needs one of its own: correct it."
                )
            case "login_taken":
                return self.env._(
                    "User already exists: this address is the login of %(owner)s."
                    " Type another one.",
                    owner=owners[login].name,
                )
            case "has_access":
                return self.env._(
                    "The student already has access, as %(login)s.", login=user.login
                )
            case "internal":
                return self.env._(
                    "The contact is an internal user, %(login)s, and is left alone.",
                    login=user.login,
                )
            case "archived":
                return self.env._("The student is archived. Unarchive it first.")
        raise ValueError(status)

    @api.model
    def _normalize_login(self, address):
        """Return the login that an address makes, or an empty string.

        One address alone makes a login, with or without a name before it in angle
        brackets. Odoo's ``email_normalize`` is more lenient: it takes the last word
        of a text, or a domain without a dot, and leaves out what it does not
        understand. It also leaves the case of other letters than English ones.
        """
        address = address.strip()
        if named := NAMED_ADDRESS.fullmatch(address):
            address = named[1]
        if len(address) > ADDRESS_LENGTH or not ADDRESS.fullmatch(address):
            return ""
        # What cannot be seen would make two logins look the same.
        return address.lower() if address.isprintable() else ""

    @api.model
    def _login_refusal(self, address, login, user, owners):
        """Say what speaks against an address as the login of a student's user.

        :param str address: as it was typed
        :param str login: as it is normalized, or an empty string
        :param user: the student's res.users, if there is one
        :param dict owners: who has which login
        :return: the status, or an empty string if nothing does
        :rtype: str
        """
        if not address.strip():
            return "no_email"
        if not login:
            return "invalid_email"
        owner = owners.get(login)
        return "login_taken" if owner and owner != user else ""

    @api.model
    def _login_owners(self, logins):
        """Return who has each of some normalized logins, archived users included.

        :return: a dict of login to res.users, without the logins nobody has
        :rtype: dict
        """
        users = self.env["res.users"]
        users.flush_model(["login"])
        rows = self.env.execute_query(
            # Odoo's logins are unique to the letter; to a student, upper case is
            # the same address.
            SQL(
                "SELECT id, lower(login) FROM res_users WHERE lower(login) = ANY(%s)",
                list(logins),
            )
        )
        # Read to name the owner in the reason, whoever's company it works in.
        return {login: users.sudo().browse(user_id) for user_id, login in rows}

    @api.model
    def _reserved_users(self):
        """Return the share users that Odoo itself needs: never a student's."""
        return (
            self.env.ref("base.public_user")
            + self.env.ref("base.template_portal_user_id")
        ).sudo()
