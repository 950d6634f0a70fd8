import base64
import hashlib
import json
from datetime import datetime
from typing import NamedTuple

from werkzeug.urls import url_encode

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import consteq
from odoo.tools.misc import hmac

from ..res_partner import LinkTerms
from .record import USABLE_STATES

#: The page behind the link, where the password is chosen.
START = "/my/start"
FORMER_ADDRESS_TEMPLATE = "openeducat_student_portal.mail_template_portal_address"


class Link(NamedTuple):
    """What a link, or a code, is good for."""

    access: models.BaseModel  # empty where the link is none of ours
    problem: str = ""  # used, expired, replaced, revoked or unknown


class OpStudentPortalAccess(models.Model):
    """The links that set a password: made, bound to an address, opened, used."""

    _inherit = "op.student.portal.access"

    email = fields.Char(
        string="Email for Mails",
        readonly=True,
        help="Links are sent to this address, and to no other that is written on the"
        " contact since.",
    )

    @api.private
    def link(self):
        """Return the link of the mail or letter that is being made.

        :raise AccessError: if it is not one of this addon's methods that makes it
        """
        terms = self.env.context.get("student_portal_link")
        if self and not isinstance(terms, LinkTerms):
            raise AccessError(self.no_link_reason())
        if not self or terms.valid_hours <= 0:  # such as a mail template being checked
            return f"{self.env['res.users'].get_base_url()}{START}"
        self.ensure_one()
        # No matter who renders the mail, it is the superuser that makes the link.
        contact = self.sudo().partner_id
        query = {"db": self.env.cr.dbname, "token": contact._generate_signup_token()}
        return f"{contact.get_base_url()}{START}?{url_encode(query)}"

    @api.private
    @api.model
    def no_link_reason(self):
        """Say why a link to set a student's password is not made."""
        return self.env._(
            "The link to set the password is for the student alone: only Resend"
            " Invitation, Reset Password and Access Letters on the student make one."
        )

    @api.private
    @api.model
    def of_token(self, token):
        """Return the access that a link's token is for, or why it no longer works.

        :param str token: as the browser sent it
        :rtype: Link
        """
        none = self.sudo().browse()
        try:
            raw = base64.urlsafe_b64decode(token.encode() + b"===")
            contact_id, *_signed = json.loads(raw[41:].decode())
            # As Odoo verifies it, to which an expired link is as good as a forged one.
            expires = int.from_bytes(raw[1:9], byteorder="little")
            text = f"1:{raw[41:].decode()}:{expires}"
            expected = hmac(
                self.sudo().env, "signup", text, hash_function=hashlib.sha256
            )
            genuine = raw[:1] == b"\x01" and consteq(raw[9:41].hex(), expected)
        except (ValueError, TypeError, AttributeError):
            genuine = False
        if not genuine:
            return Link(none, "unknown")
        # The link is the right to know whose it is; nobody is signed in yet.
        contact = self.env["res.partner"].sudo().browse(contact_id).exists()
        access = contact.student_portal_access_ids
        if not access or access.state == "internal":
            # It was merged with another contact, or it is one of Odoo's own links.
            return Link(none, "unknown" if contact else "replaced")
        if access.state not in USABLE_STATES:
            return Link(access, "revoked")
        if access.is_link_used():
            return Link(access, "used")
        if expires <= datetime.now().timestamp():
            return Link(access, "expired")
        if not contact._get_partner_from_token(token):
            return Link(access, "replaced")
        return Link(access)

    @api.private
    def is_link_used(self):
        """Tell whether the last link, or code, has set a password.

        Odoo forgets the type of a link that was used, but of others, too: those of a
        contact that was merged, or whose user was archived meanwhile.
        """
        return (
            bool(self.password_set_on)
            and not self.partner_id.signup_type
            and self.mail_state != "letter"  # the next one is to be printed
        )

    @api.private
    def choose_password(self, password):
        """Set the password of the access, and end the link that led to it.

        :raise UserError: if the password is refused, such as one that is too short;
            then the link still works
        """
        self.ensure_one()
        # Nobody is signed in yet: the link is the right to do it.
        access = self.sudo()
        with self.env.cr.savepoint():
            access.user_id.write({"password": password})
            access.partner_id.signup_type = False
            access.password_set_on = fields.Datetime.now()
        access.record_opening()

    # -- the address -------------------------------------------------------------

    @api.private
    def use_email_of_contact(self):
        """Let mails go to the contact's email, as who manages the access has asked.

        Links that were sent to another address no longer work, and it is told.
        """
        self.change_addresses(
            {access: self.normalize_login(access.partner_id.email) for access in self}
        )

    @api.private
    @api.model
    def change_addresses(self, emails):
        """Set where mails go, and end the links at the former addresses.

        :param dict emails: the next address of each access
        """
        former = {}
        for access, email in emails.items():
            if email and email != access.email:
                if access.email:
                    former[access] = access.email
                access.email = email
        if former:
            accesses = self.browse().union(*former)
            accesses.user_id.end_links_and_sessions()
            accesses.close_links()
            accesses._notify_former_addresses(former.values())

    def _notify_former_addresses(self, addresses):
        """Queue mails that tell addresses, one each, that they are no longer used."""
        turns = [fields.Datetime.now()] * len(self)
        mails = self.as_mail_writer().create_mails(FORMER_ADDRESS_TEMPLATE, 0, turns)
        for mail, address in zip(mails, addresses, strict=True):
            mail.email_to = address
        self.wake_mail_queue(turns)
