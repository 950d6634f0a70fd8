from odoo import models

from .res_partner import NO_LINK


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _check_can_be_rendered(self, *arguments, **options):
        """Let the wording of a mail be saved, without a link of whom it is tried on."""
        checked = self.with_context(student_portal_link=NO_LINK)
        return super(MailTemplate, checked)._check_can_be_rendered(
            *arguments, **options
        )
