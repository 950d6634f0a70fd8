from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Notify no guardian who is barred from the child whose record it is.

        The others are notified, and who writes is not told.
        """
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if len(self) != 1 or not recipients:
            return recipients
        barred = self.env["op.student.portal.bar"].barred_from(self)
        addresses = set(barred.mapped("email_normalized"))
        return [
            each
            for each in recipients
            if each["id"] not in barred.ids
            and (each["id"] or each["email_normalized"] not in addresses)
        ]
