import io
from base64 import b64encode
from datetime import datetime, timedelta
from typing import NamedTuple

import qrcode

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .access import ADMINISTRATOR_GROUP

#: How many letters are printed at once: what Odoo gives a request in time and memory
#: is enough for some two thousand.
LETTERS_AT_ONCE = 500


class AccessLetter(NamedTuple):
    """What stands in the access letter of a student."""

    student: models.BaseModel
    user: models.BaseModel
    link: str
    qr_code: str  # a data URI: no report engine fetches the link
    expires_on: datetime
    home: str
    direction: str  # of the student's language, ltr or rtl


class OpStudent(models.Model):
    _inherit = "op.student"

    def action_print_access_letters(self):
        """Print letters with which students without an inbox set their password.

        Those without access, or who have signed in, are told and left out.

        :return: the action of the report, or one that tells who is left out
        :rtype: dict
        :raise AccessError: if the current user is no Administrator
        :raise RedirectWarning: if the portal is switched off
        :raise UserError: if the server cannot make PDFs, or they are too many at once
        """
        self._check_access_letters()
        ready, outcomes = self._assess_access_letters()
        if ready == self:
            return self._print_access_letters()
        return self.env["op.student.portal.result"]._ask(
            self.env._("Access Letters"), "letters", outcomes
        )

    def _print_access_letters(self):
        """Return the action of the report."""
        self._check_access_letters()
        action = self.env.ref(
            "openeducat_student_portal.action_report_access_letter"
        ).report_action(self, config=False)
        return {**action, "close_on_report_download": True}

    def _check_access_letters(self):
        """Check that letters can be printed, and by whom.

        A letter lets whoever holds it in as the student: it is the Administrator's.

        :raise AccessError: if the current user is no Administrator
        :raise RedirectWarning: if the portal is switched off
        :raise UserError: if the server cannot make PDFs
        """
        # Superuser mode is no excuse: somebody must be answerable for the letters.
        if not self.env.user.has_group(ADMINISTRATOR_GROUP):
            raise AccessError(
                self.env._(
                    "Only Administrators print access letters: whoever holds one can"
                    " sign in as the student. Ask one of them."
                )
            )
        self._check_portal_enabled()
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        if state in ("install", "broken"):
            raise UserError(
                self.env._(
                    "Access letters are PDFs, which Odoo makes with wkhtmltopdf, and"
                    " this server has none that works. Ask whoever runs the server to"
                    " install it."
                )
            )

    def _assess_access_letters(self):
        """Tell of each student whether there is a letter for it, or why not.

        :return: the students that there is one for, and a dict of each student to its
            PortalOutcome
        :rtype: tuple
        :raise UserError: if they are more than can be printed at once
        """

        def refuse(student, user):
            if user.login_date:
                return self.env._(
                    "The student has signed in already. Reset the password, if needed."
                )
            return self._revoked_reason(user)

        outcomes = self._act_on_access(refuse, lambda students: None)
        ready = self.filtered(lambda student: outcomes[student].state == "done")
        if len(ready) > LETTERS_AT_ONCE:
            raise UserError(
                self.env._(
                    "These are %(count)s letters, and at most %(limit)s are printed at"
                    " once. Select fewer students, a course or a batch at a time.",
                    count=len(ready),
                    limit=LETTERS_AT_ONCE,
                )
            )
        return ready, outcomes

    def _prepare_access_letters(self):
        """Make the letters of the students, and record that they are made.

        :return: a list of AccessLetter, of the students that there is one for
        :rtype: list
        :raise AccessError: if the current user is no Administrator
        :raise RedirectWarning: if the portal is switched off
        :raise UserError: if there is no letter for any of them, or too many at once
        """
        self._check_access_letters()
        ready, outcomes = self._assess_access_letters()
        if not ready:
            raise UserError(
                self.env._(
                    "There is no letter to print: %(reason)s",
                    reason=" ".join({outcome.message for outcome in outcomes.values()}),
                )
            )
        now = fields.Datetime.now()
        hours = self.env.company.student_portal_invitation_hours
        expires_on = now + timedelta(hours=hours)
        # The links are for the letter alone: nobody reads how they are made.
        students = ready.sudo().with_context(
            tracking_disable=True, student_portal_hours=hours
        )
        contacts = students.partner_id
        contacts.signup_prepare(signup_type="signup")
        links = contacts._get_signup_url_for_action()
        ready._log_portal_access(
            self.env._("Access letter printed: login %(login)s, %(group)s.")
        )
        students.write(
            {
                "portal_invited_on": now,
                "portal_invitation_expires_on": expires_on,
                "portal_invitation_state": "printed",
                "portal_invitation_failure": False,
            }
        )
        return [student._access_letter(links, expires_on) for student in students]

    def _access_letter(self, links, expires_on):
        self.ensure_one()
        link = links[self.partner_id.id]
        # Odoo's own bar codes need a drawing library that not every server has; its
        # codes for two-factor authentication are made like this.
        qr_code = io.BytesIO()
        qrcode.make(link, box_size=6, border=2).save(qr_code, format="PNG")
        return AccessLetter(
            student=self,
            user=self.user_id,
            link=link,
            qr_code="data:image/png;base64," + b64encode(qr_code.getvalue()).decode(),
            expires_on=expires_on,
            home=f"{self.partner_id.get_base_url()}/my",
            direction=self.env["res.lang"]
            ._get_data(code=self.lang or self.env.lang)
            .direction,
        )
