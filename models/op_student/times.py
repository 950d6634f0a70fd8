from datetime import datetime, time

import pytz
from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, format_time, get_lang

from odoo.addons.base.models.res_partner import _tz_get


def isolated(text):
    """Return a text that leaves the direction of what is around it alone.

    It is what ``<bdi>`` is in pages: Unicode's first strong isolate.
    """
    return f"\u2068{text}\u2069"


class OpStudent(models.Model):
    """Dates and times, as the student reads them.

    The time zone of the user is of no use: Odoo takes it from the browser at the first
    sign-in, wherever that was, and never changes it again.
    """

    _inherit = "op.student"

    chosen_tz = fields.Selection(
        _tz_get,
        string="Time Zone in the Portal",
        copy=False,
        help="What the student chose in the portal. While it is empty, the portal has"
        " the school's time zone.",
    )

    @api.private
    def portal_timezone(self):
        """Return the name of the time zone in which the student reads times.

        Guardians read them in the school's.

        :rtype: str
        """
        self.ensure_one()
        chosen = self.is_portal_own() and self.chosen_tz
        return chosen or self.portal_school_timezone()

    @api.private
    def portal_school_timezone(self):
        """Return the name of the time zone of the student's school.

        It is the company's contact's, or else that of its working hours (which
        companies have once Odoo's *Resource* is installed), or else UTC.

        :rtype: str
        """
        company = self.portal_company()
        hours = "resource_calendar_id" in company and company.resource_calendar_id
        name = company.partner_id.tz or (hours and hours.tz)
        # The system may no longer know one that was chosen long ago.
        return name if name in pytz.all_timezones_set else "UTC"

    @api.private
    def portal_other_timezone(self):
        """Return the student's time zone where it is not the school's, or else "".

        Times say it then; deadlines always do.

        :rtype: str
        """
        name = self.portal_timezone()
        return "" if name == self.portal_school_timezone() else name

    @api.private
    def portal_timezones(self):
        """Return the names of the time zones from which the student chooses."""
        return sorted({*pytz.common_timezones, self.portal_timezone()})

    @api.private
    def portal_today(self):
        """Return the date that it is where the student is.

        :rtype: datetime.date
        """
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self.portal_timezone()))

    @api.private
    def portal_local(self, moment):
        """Return a moment of the database in the student's time zone."""
        zone = pytz.timezone(self.portal_timezone())
        return pytz.utc.localize(moment).astimezone(zone)

    @api.private
    def portal_midnight(self, date):
        """Return the moment, as in the database, at which a day of the student's
        begins."""
        zone = pytz.timezone(self.portal_timezone())
        midnight = zone.localize(datetime.combine(date, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    @api.private
    def portal_format_date(self, date, skeleton):
        """Return a date in the order and the words of the student's language.

        :param date: a date, or a moment in the student's time zone
        :param str skeleton: what to say of it, as Unicode's CLDR writes it: yMMMM is
            the year and the name of the month
        """
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton(skeleton, date, locale=locale)

    @api.private
    def portal_format_time(self, moment):
        """Return the time of a moment in the student's time zone."""
        return format_time(self.env, moment.time(), time_format="short")

    @api.private
    def portal_format_datetime(self, value):
        """Return a deadline in the student's language, with its time zone.

        :param datetime.datetime value: a moment of the database
        """
        moment = self.portal_local(value)
        return self.env._(
            "%(date)s, %(time)s (%(zone)s)",
            date=self.portal_format_date(moment, "yMMMEd"),
            time=self.portal_format_time(moment),
            zone=self.portal_timezone(),
        )
