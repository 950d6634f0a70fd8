import hashlib
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import NO_ACCESS
from odoo.tools import consteq
from odoo.tools.misc import hmac

from ..res_partner import LinkTerms
from .link import Link
from .record import USABLE_STATES

#: No character is taken for another one: of 0 and O, 1 and I, 2 and Z, 5 and S, 6 and
#: G, 8 and B, O and Q, U and V there is none, or one.
CODE_CHARACTERS = "ACDEFHJKMNPRTUWXY34679"
CODE_LENGTH = 12
#: The beginning of a code, by which its access is found; the rest is secret.
SELECTOR_LENGTH = 4
WRONG_TRIES = 10


class OpStudentPortalAccess(models.Model):
    """The codes of letters, which are typed where a link would be too long."""

    _inherit = "op.student.portal.access"

    code_selector = fields.Char(
        copy=False, groups=NO_ACCESS, index="btree_not_null", readonly=True
    )
    code_hash = fields.Char(copy=False, groups=NO_ACCESS, readonly=True)
    # Empty once the code was used, or ended before its time.
    code_expires_on = fields.Datetime(copy=False, groups=NO_ACCESS, readonly=True)
    code_wrong_tries = fields.Integer(copy=False, groups=NO_ACCESS, readonly=True)

    @api.private
    def make_code(self):
        """Make a code that works as long as the last link; the one before it ends.

        :return: the code, as the letter shows it; it is stored nowhere
        :rtype: str
        """
        self.ensure_one()
        code = "".join(secrets.choice(CODE_CHARACTERS) for _i in range(CODE_LENGTH))
        self.write(
            {
                "code_selector": code[:SELECTOR_LENGTH],
                "code_hash": self._hash_code(code),
                "code_expires_on": self.link_expires_on,
                "code_wrong_tries": 0,
            }
        )
        return "-".join(re.findall("....", code))

    def _hash_code(self, code):
        # The secret of the database is nobody's to read.
        return hmac(
            self.sudo().env,
            "openeducat_student_portal.code",
            (self.id, code),
            hash_function=hashlib.sha256,
        )

    @api.private
    @api.model
    def of_code(self, code):
        """Return the access that a letter's code is for, or why it does not work.

        A wrong code is counted against those that begin like it.

        :param str code: as it was typed: in small letters, or with spaces
        :rtype: Link
        """
        code = re.sub(r"[\W_]", "", code).upper()
        none = self.sudo().browse()
        if len(code) != CODE_LENGTH:
            return Link(none, "unknown")
        # The code is the right to know whose it is; nobody is signed in yet.
        accesses = self.sudo().search(
            [
                ("code_selector", "=", code[:SELECTOR_LENGTH]),
                ("code_wrong_tries", "<", WRONG_TRIES),
            ]
        )
        for access in accesses:
            if consteq(access.code_hash, access._hash_code(code)):
                return Link(access, access._code_problem())
        for access in accesses:
            access.code_wrong_tries += 1
        return Link(none, "unknown")

    def _code_problem(self):
        if self.state not in USABLE_STATES:
            return "revoked"
        if self.mail_state == "letter":  # the next one is to be printed
            return "replaced"
        if (signed_in := self.user_id.login_date) and (
            self.partner_id.signup_type != "reset" or signed_in >= self.mailed_on
        ):
            return "used"
        if self.is_link_used():
            return "used"
        if not self.code_expires_on or not self.partner_id.signup_type:
            return "replaced"
        if self.code_expires_on <= fields.Datetime.now():
            return "expired"
        return ""

    @api.private
    def token_of_code(self):
        """Return the token of a link that works as long as the access's code.

        The caller has checked the code.
        """
        self.ensure_one()
        remaining = self.code_expires_on - fields.Datetime.now()
        terms = LinkTerms(0, remaining / timedelta(hours=1))
        contact = self.partner_id.with_context(student_portal_link=terms)
        return contact._generate_signup_token()

    @api.private
    def close_links(self):
        """End the codes with the links."""
        self.filtered("code_expires_on").code_expires_on = False
        return super().close_links()
