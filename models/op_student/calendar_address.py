import re
import secrets

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS

from ...exceptions import StudentPortalRefused

#: What ``secrets.token_urlsafe`` makes of 32 bytes.
TOKEN_FORMAT = re.compile(r"[A-Za-z0-9_-]{43}")


class OpStudent(models.Model):
    """The address of the calendar to which the student's phone subscribes.

    Phones do not sign in: who knows the calendar's address reads the timetable.
    So the address is a secret between the student and the database.
    """

    _inherit = "op.student"

    # It is shown to the student again, for the next phone: hence no mere hash of it.
    portal_calendar_token = fields.Char(
        string="Secret of the Calendar's Address",
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
    )

    _portal_calendar_token_unique = models.UniqueIndex(
        "(portal_calendar_token) WHERE portal_calendar_token IS NOT NULL"
    )

    @api.private
    def portal_calendar_address(self):
        """Return the secret address of the student's calendar.

        Each guardian has one of the own, which no other one's changes.

        :return: an address, empty while the user has not asked for one
        :rtype: str
        :raise AccessError: if the user may not see the student
        """
        self.ensure_one()
        self.check_portal_own()
        # Nobody but the superuser reads the secret; it goes to its owner alone.
        token = self._portal_calendar_owner().portal_calendar_token
        if not token:
            return ""
        return f"{self.get_base_url()}/my/student/timetable/{token}.ics"

    @api.private
    def portal_renew_calendar_address(self):
        """Give the student's calendar a new secret address; a former one is dead.

        :raise AccessError: if the student is not the current user
        """
        self.ensure_one()
        self.check_portal_own()
        token = secrets.token_urlsafe(32)
        # Portal users may not write students; this changes nothing else of theirs.
        if owner := self._portal_calendar_owner():
            owner.portal_calendar_token = token
        else:
            owner.create(
                {
                    "student_id": self.id,
                    "user_id": self.env.uid,
                    "portal_calendar_token": token,
                }
            )

    def _portal_calendar_owner(self):
        """Return what has the current user's secret: the student, or a feed.

        :return: an op.student or op.student.portal.feed, in superuser mode; the feed
            is empty while the guardian has not asked for one
        """
        if self.is_portal_own():
            return self.sudo()
        # Guardians have no right on feeds; this is theirs.
        feeds = self.env["op.student.portal.feed"].sudo()
        return feeds.search(
            [("student_id", "=", self.id), ("user_id", "=", self.env.uid)]
        )

    @api.model
    @api.private
    def portal_student_of_calendar(self, token):
        """Return the student whose calendar has a secret address.

        It is checked as if its student, or guardian, opened the timetable in the
        portal.

        :param str token: the secret part of the address
        :return: one op.student, in the name of its user and in superuser mode
        :raise StudentPortalRefused: if no calendar has that address, or its student
            may not open the timetable, for any reason
        """
        refusal = StudentPortalRefused(
            self.env._("No calendar has this address. It may have been renewed."),
            self.env._("There is no such calendar"),
        )
        if not TOKEN_FORMAT.fullmatch(token):
            raise refusal
        # A phone is the public's user; that it knows the secret is its right.
        has_token = Domain("portal_calendar_token", "=", token)
        owner = student = self.sudo().search(has_token, limit=1)
        if not student:
            owner = self.env["op.student.portal.feed"].sudo().search(has_token, limit=1)
            student = owner.student_id
        user = owner.user_id
        if not user:
            raise refusal
        pages = self.with_user(user).with_context(lang=user.lang)
        is_own = owner._name == self._name
        own = pages.portal_student() if is_own else pages.portal_child(student.id)[0]
        if own != student:
            raise refusal
        own.portal_open_section("timetable")
        return own
