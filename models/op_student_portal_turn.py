from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

HOUR = timedelta(hours=1)
#: How many invitations may leave an hour.
LIMIT_PARAMETER = "openeducat_student_portal.invitations_per_hour"


class OpStudentPortalTurn(models.Model):
    """How many invitations leave at which moment, where their number is limited.

    The mails do not tell it: Odoo deletes those that are sent.
    """

    _name = "op.student.portal.turn"
    _description = "Turn of Student Portal Invitations"
    _order = "leaves_on"
    _rec_name = "leaves_on"

    leaves_on = fields.Datetime(required=True, index=True)
    invitation_count = fields.Integer(required=True)

    @api.private
    @api.model
    def take(self, count, per_hour, now):
        """Take the next turns for invitations, in any hour no more than allowed.

        Those who ask first come first, whichever company, run or student they are of.

        :param int count: how many invitations there are
        :param int per_hour: how many of them any hour may have
        :param datetime now: the earliest turn
        :return: the moment of each, in ascending order
        :rtype: list
        """
        # Who takes turns at the same moment has to see those of the other, and so
        # to be tried again: both write the row of the setting. A write by the ORM
        # would have every worker forget its caches.
        self.env.execute_query(
            SQL(
                "UPDATE ir_config_parameter SET write_date = now()"
                " WHERE key = %s RETURNING id",
                LIMIT_PARAMETER,
            )
        )
        # Nobody but this model writes the turns, nor needs to see them.
        turns = self.sudo().search_fetch(
            [("leaves_on", ">", now - HOUR)], ["leaves_on", "invitation_count"]
        )
        taken = Counter()
        for turn in turns:
            taken[turn.leaves_on] += turn.invitation_count
        moment = max([now, *taken])
        taking = {}
        while count:
            # Nothing is later than the moment: this is the hour that ends with it.
            hour = [earlier for earlier in taken if earlier > moment - HOUR]
            free = min(count, per_hour - sum(taken[earlier] for earlier in hour))
            if free > 0:
                taking[moment] = free
                taken[moment] += free
                count -= free
            else:
                moment = min(hour) + HOUR
        turns.create(
            [
                {"leaves_on": moment, "invitation_count": number}
                for moment, number in taking.items()
            ]
        )
        return [moment for moment, number in taking.items() for _each in range(number)]

    @api.private
    @api.model
    def replace(self, counts, now):
        """Forget the turns to come, and take others.

        :param dict counts: how many invitations leave at which moment
        """
        # Nobody but this model writes the turns, nor needs to see them.
        turns = self.sudo()
        turns.search([("leaves_on", ">", now - HOUR)]).unlink()
        turns.create(
            [
                {"leaves_on": moment, "invitation_count": count}
                for moment, count in counts.items()
            ]
        )

    @api.autovacuum
    def _gc_past_turns(self):
        """Delete the turns that no hour to come can have in it.

        :return: how many were deleted, and whether there are more
        :rtype: tuple
        """
        past = self.search(
            [("leaves_on", "<", fields.Datetime.now() - 2 * HOUR)],
            limit=GC_UNLINK_LIMIT,
        )
        past.unlink()
        return len(past), len(past) == GC_UNLINK_LIMIT
