from datetime import timedelta

from odoo import api, fields, models


class OpStudentPortalAttempt(models.TransientModel):
    """What was tried in the last hour by callers who are not signed in."""

    _name = "op.student.portal.attempt"
    _description = "Attempt at the Page to Choose a Password"

    subject = fields.Char(required=True, index=True)

    @api.private
    @api.model
    def is_allowed(self, subject, per_hour):
        """Tell whether there were fewer attempts in the last hour than allowed.

        :param str subject: what is counted, such as the wrong codes of an address
        """
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        # Who asks is not signed in, and learns no more than this.
        attempts = self.sudo().search_count(
            [("subject", "=", subject), ("create_date", ">", hour_ago)], limit=per_hour
        )
        return attempts < per_hour

    @api.private
    @api.model
    def record(self, subject):
        """Count one more attempt."""
        # As above.
        self.sudo().create({"subject": subject})
