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
        contacts = self.env["res.partner"].browse(
            each["id"] for each in recipients if each["id"]
        )
        others = {each["email_normalized"] for each in recipients if not each["id"]}
        bars = self.env["op.student.portal.bar"].of_guardians(contacts, others)
        barred = bars.barred_from(self)
        addresses = set(barred.mapped("email_normalized"))
        return [
            each
            for each in recipients
            if each["id"] not in barred.ids
            and (each["id"] or each["email_normalized"] not in addresses)
        ]
