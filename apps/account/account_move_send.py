from odoo import models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"
    # It is of no module: without the app, Odoo could not load it.
    _module = None

    def _get_default_mail_partner_ids(self, move, mail_template, mail_lang):
        """Propose nobody who is barred from the child whom the invoice is for."""
        partners = super()._get_default_mail_partner_ids(move, mail_template, mail_lang)
        bars = self.env["op.student.portal.bar"].of_guardians(partners)
        return partners - bars.barred_from(move)

    def _is_applicable_to_move(self, method, move, **move_data):
        """Send no letter to a customer who is barred from the child.

        Mails are kept from those alone who are barred, among others.
        """
        if method not in ("email", "manual"):
            bars = self.env["op.student.portal.bar"].of_guardians(move.partner_id)
            if bars.barred_from(move):
                return False
        return super()._is_applicable_to_move(method, move, **move_data)
