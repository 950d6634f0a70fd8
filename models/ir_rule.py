from odoo import models
from odoo.fields import Domain

#: To each model that portal users read of invoices, what leads to the invoice.
OF_INVOICES = {"account.move": "id", "account.move.line": "move_id"}


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _compute_domain(self, model_name, mode="read"):
        """Keep the invoices for a child from a guardian who is barred from it.

        One made out to the guardian is no exception. What Odoo remembers is without
        this: a bar begins and ends by its dates.
        """
        domain = super()._compute_domain(model_name, mode)
        if model_name in OF_INVOICES and self.env.user.share:
            barred = self.env["op.student"].portal_barred_invoices()
            if barred:
                # A rule is checked in superuser mode, as Odoo's own are.
                domain &= Domain(OF_INVOICES[model_name], "not in", barred.ids)
        return domain
