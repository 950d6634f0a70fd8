import io
from base64 import b64encode
from datetime import datetime, timedelta
from typing import NamedTuple

import qrcode
from werkzeug.urls import url_encode

from odoo import api, fields, models

from .link import START

#: How many letters are printed at once: what Odoo gives a request in time and memory
#: is enough for some two thousand.
LETTERS_AT_ONCE = 500


class AccessLetter(NamedTuple):
    """What an access letter says."""

    access: models.BaseModel
    registration_number: str
    code: str
    address: str  # where the code is typed
    qr_code: str  # a data URI: no report engine fetches the address
    expires_on: datetime
    home: str


class OpStudentPortalAccess(models.Model):
    """Letters with which students without an inbox set their password."""

    _inherit = "op.student.portal.access"

    # -- who gets one ------------------------------------------------------------

    @api.private
    def is_by_letter(self):
        """Tell whether there is no address that a link could be mailed to."""
        return bool(
            self.plain_login(self.login)
            and not self.normalize_login(self.partner_id.email)
        )

    def _is_reset_by_letter(self):
        """Tell whether who has signed in already gets a code for a new password."""
        return self.mail_state == "letter" or (
            self.mail_state == "printed" and self.partner_id.signup_type == "reset"
        )

    @api.private
    def await_letters(self):
        """Have letters printed. The codes and links of before no longer work."""
        self.close_links()
        self.partner_id.signup_type = False
        self.write(
            {
                "mail_state": "letter",
                "mail_failure": False,
                "link_opened_on": False,
                "email": False,
                "mail_is_shared": False,
            }
        )

    @api.private
    def await_letters_again(self):
        """Have new letters printed for those who get them, and return these."""
        by_letter = self.filtered(lambda access: access.is_by_letter())
        by_letter.await_letters()
        by_letter.log(
            self.env._("A new access letter is to be printed: login %(login)s.")
        )
        return by_letter

    # -- printing ----------------------------------------------------------------

    def _letters_refusals(self):
        return {
            access: self.env._(
                "The contact has signed in already. Reset the password, if needed."
            )
            if access.user_id.login_date and not access._is_reset_by_letter()
            else access.company_id.portal_off_reason() or access.revoked_reason()
            for access in self
        }

    def _class_list_refusals(self):
        return self._letters_refusals()

    def _letters(self):
        """Record that letters are printed; ``letters`` makes them."""
        self._record_printing()
        self.log(self.env._("Access letter printed: login %(login)s, %(group)s."))

    def _class_list(self):
        """Record that codes are printed on the class list of a batch."""
        self._record_printing()
        self.log(self.env._("Printed on a class list: login %(login)s, %(group)s."))

    def _record_printing(self):
        now = fields.Datetime.now()
        for school, accesses in self.grouped("company_id").items():
            hours = school.student_portal_invitation_hours
            accesses.link_expires_on = now + timedelta(hours=hours)
        # The links are for the letter alone: nobody reads how they are made.
        known = self.filtered("user_id.login_date")
        known.partner_id.signup_prepare(signup_type="reset")
        (self - known).partner_id.signup_prepare(signup_type="signup")
        self.write(
            {
                "invited_on": now,
                "mailed_on": now,
                "mail_state": "printed",
                "mail_failure": False,
            }
        )

    @api.private
    def letters(self):
        """Return an AccessLetter of each access whose letter was just recorded.

        The caller has checked who prints them.
        """
        # Guardians have none.
        students = self.sudo().partner_id.students_of_contacts()
        numbers = {student.partner_id: student.gr_no for student in students[::-1]}
        return [
            access._letter(numbers.get(access.partner_id)) for access in self.sudo()
        ]

    def _letter(self, registration_number):
        contact = self.partner_id
        code = self.make_code()
        address = f"{contact.get_base_url()}{START}"
        query = url_encode({"db": self.env.cr.dbname, "code": code})
        # Odoo's own bar codes need a drawing library that not every server has; its
        # codes for two-factor authentication are made like this.
        qr_code = io.BytesIO()
        qrcode.make(f"{address}?{query}", box_size=6, border=2).save(
            qr_code, format="PNG"
        )
        return AccessLetter(
            access=self,
            registration_number=registration_number,
            code=code,
            address=address,
            qr_code="data:image/png;base64," + b64encode(qr_code.getvalue()).decode(),
            expires_on=self.link_expires_on,
            home=f"{contact.get_base_url()}/my",
        )
