import re
from functools import lru_cache

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


# The addresses of a school have few domains.
@lru_cache(maxsize=1024)
def encoded_domain(domain):
    """Return a domain as all mail servers understand it (RFC 5891), or ""."""
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""


class OpStudentPortalAccess(models.Model):
    """Which addresses can be logins, and whose they are."""

    _inherit = "op.student.portal.access"

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
        # Characters that cannot be seen would make two logins look the same.
        if not encoded_domain(address.rpartition("@")[2]) or not address.isprintable():
            return ""
        return address.lower()

    @api.private
    @api.model
    def login_owners(self, logins):
        """Return who has each of some normalized logins, archived users included.

        Odoo's logins are unique to the letter (with Website, on each website); for a
        student, upper case is the same address. Where several users differ in that
        alone, the one in lower case is named first, then the oldest.

        :return: a dict of login to res.users, without the logins nobody has
        :rtype: dict
        """
        # Logins are unique across all companies, no matter who asks.
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

    @api.private
    @api.model
    def contacts_of_addresses(self, addresses):
        """Return the ids of the contacts of students that have each address.

        :rtype: dict
        """
        self.env["res.partner"].flush_model(["email_normalized"])
        self.env["op.student"].flush_model(["active", "partner_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT contact.email_normalized, array_agg(contact.id)"
                " FROM op_student student"
                " JOIN res_partner contact ON contact.id = student.partner_id"
                " WHERE student.active AND contact.email_normalized = ANY(%s)"
                " GROUP BY contact.email_normalized",
                list(addresses),
            )
        )
        return {address: set(contacts) for address, contacts in rows}

    @api.private
    @api.model
    def free_users(self, users):
        """Return those of some users that may become another contact's.

        They are portal users, of a contact that is no student's, parent's or company's
        in use.
        """
        contacts = users.partner_id
        holders = [*contacts.students_of_contacts(), *contacts.guardians_of_contacts()]
        used = {holder.partner_id for holder in holders if holder.active}
        reserved = self.reserved_users()
        return users.filtered(
            lambda user: (
                user.share
                and user not in reserved
                and user.partner_id not in used
                and not user.partner_id.is_company
                and not user.partner_id.is_parent
            )
        )

    @api.private
    @api.model
    def reserved_users(self):
        """Return the share users that are nobody's, such as templates for new ones."""
        names = self.env["ir.model.data"]
        users = {
            names._xmlid_to_res_id(xmlid, raise_if_not_found=False)
            for xmlid in (
                "base.public_user",
                "base.template_portal_user_id",
                "openeducat_parent.parent_template_user",
            )
        }
        # Who asks may not read users; these are nobody's.
        return self.env["res.users"].sudo().browse(users - {None, False})
