from collections import Counter

from odoo import api, fields, models

from ..op_student_portal_turn import HOUR, LIMIT_PARAMETER


class OpStudentPortalAccess(models.Model):
    """When invitations leave, where their number an hour is limited.

    A school whose mail provider limits how many mails it takes sets a number an hour;
    the invitations that are over it take their turn in the hours after.
    """

    _inherit = "op.student.portal.access"

    @api.private
    @api.model
    def invitations_per_hour(self):
        # Who invites may not read settings.
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param(LIMIT_PARAMETER, 0))

    @api.private
    def invitation_turns(self, now):
        """Return when the invitation of each access may leave, in their order."""
        per_hour = self.invitations_per_hour()
        if per_hour <= 0:
            return [now] * len(self)
        return self.env["op.student.portal.turn"].take(len(self), per_hour, now)

    @api.model
    def _waiting_invitations(self):
        """Return the accesses whose invitation waits, in the order of their turns."""
        # The mail queue and the settings are no Student Manager.
        waiting = self.sudo().search(
            [
                ("mail_id.state", "=", "outgoing"),
                ("partner_id.signup_type", "=", "signup"),
            ]
        )
        return waiting.sorted(lambda access: (access._leaves_on(), access.id))

    def _leaves_on(self):
        """Return when the mail may leave, from which somebody may have cleared it."""
        return self.mail_id.scheduled_date or self.mail_id.create_date

    @api.private
    @api.model
    def hold_overdue_invitations(self):
        """Keep the limit of an hour after a time in which no mail left."""
        per_hour = self.invitations_per_hour()
        if per_hour <= 0:
            return
        now = fields.Datetime.now()
        due = self._waiting_invitations().filtered(
            lambda access: access._leaves_on() <= now
        )
        if len(due) > per_hour - self._invited_lately(now):
            self.plan_invitations()

    def _invited_lately(self, now):
        """Return how many invitations have left within the last hour."""
        # The limit is the server's, for all schools.
        return self.sudo().search_count(
            [("mailed_on", ">", now - HOUR), ("mail_state", "=", "sent")]
        )

    @api.private
    @api.model
    def plan_invitations(self):
        """Give all invitations that wait the turns that the limit allows from now on.

        Those that wait longer than before are made again: the link of a mail counts
        from when it was to leave.
        """
        now = fields.Datetime.now()
        per_hour = self.invitations_per_hour()
        waiting = self._waiting_invitations().with_context(tracking_disable=True)
        turns = [now] * len(waiting)
        if per_hour > 0:
            lately = self._invited_lately(now)
            turns = [
                now + HOUR * ((lately + number) // per_hour)
                for number in range(len(waiting))
            ]
        self.env["op.student.portal.turn"].replace(Counter(turns), now)
        turn_of = dict(zip(waiting, turns, strict=True))
        later = waiting.filtered(lambda access: turn_of[access] > access._leaves_on())
        for access in waiting - later:
            access.mail_id.scheduled_date = turn_of[access]
        later.queue_invitation_mails(turn_of)
        self.wake_mail_queue(turns)
