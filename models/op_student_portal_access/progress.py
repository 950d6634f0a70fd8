from odoo import api, fields, models


class OpStudentPortalAccess(models.Model):
    """How far a student has come from the grant to the first page."""

    _inherit = "op.student.portal.access"

    mailed_on = fields.Datetime(
        string="Mailed or Printed on",
        readonly=True,
        help="When the last mail with a link left, or the letter.",
    )
    link_opened_on = fields.Datetime(
        string="Link Opened on",
        readonly=True,
        help="When the page behind the last link was seen in a browser.",
    )
    password_set_on = fields.Datetime(string="Password Set on", readonly=True)
    progress = fields.Selection(
        [
            ("granted", "Granted"),
            ("failed", "Mail Failed"),
            ("mailed", "Mailed or Printed"),
            ("opened", "Link Opened"),
            ("password", "Password Set"),
            ("signed_in", "Signed in"),
        ],
        compute="_compute_progress",
        store=True,
        help="The last step that the student has reached since the last invitation.",
    )

    @api.depends("last_sign_in", "password_set_on", "link_opened_on", "mail_state")
    def _compute_progress(self):
        for access in self:
            if access.last_sign_in:
                access.progress = "signed_in"
            elif access.password_set_on:
                access.progress = "password"
            elif access.link_opened_on:
                access.progress = "opened"
            elif access.mail_state in ("sent", "printed"):
                access.progress = "mailed"
            elif access.mail_state == "failed":
                access.progress = "failed"
            else:
                access.progress = "granted"

    @api.private
    def record_opening(self):
        """Record that the page behind the link is seen in a browser.

        Programs that look at all links of a mail open it too, and show no page.
        """
        # Who opens the link is not signed in.
        self.sudo().filtered(
            lambda access: not access.link_opened_on
        ).link_opened_on = fields.Datetime.now()
