from odoo import api, models


class OpStudent(models.Model):
    """What guardians see of all their children together."""

    _inherit = "op.student"

    @api.private
    def portal_family_fees(self):
        """Return what is to be paid for each of these children.

        :return: a dict of ``fees``, the PortalFee of each child that are not paid;
            ``totals``, of all of them, in which an invoice for two children counts
            once; and ``payable``, the invoices that the guardian can pay online
        :rtype: dict
        """
        fees = {
            child: [fee for fee in some if fee.status not in ("paid", "void", "other")]
            for child, some in self.portal_fees_of_each().items()
        }
        invoices = self.env["account.move"].sudo()
        payers = self.filtered(lambda child: child.portal_may("pay"))
        for child in payers:
            invoices = invoices.union(*(fee.invoice for fee in fees[child]))
        return {
            "fees": fees,
            "totals": self[:1].portal_fee_totals(sum(fees.values(), [])),
            "payable": payers[:1].portal_payable(invoices) if payers else invoices,
        }

    @api.model
    @api.private
    def portal_barred_invoices(self):
        """Return the invoices for children from whom the current user is barred.

        :rtype: account.move, in superuser mode
        """
        contact = self.env.user.partner_id
        # Guardians may not know of bars, and nobody is shown these invoices.
        bars = self.env["op.student.portal.bar"].sudo()
        bars = bars.search([("partner_id", "=", contact.id)])
        bars = bars.filtered(lambda bar: bar.is_in_force())
        return bars.student_id.portal_invoices_for_children()

    @api.private
    def portal_invoices_for_children(self):
        """Return the invoices for these students, made out to any contact.

        :rtype: account.move, in superuser mode
        """
        # Who asks may not read invoices: they are hidden, or their links end.
        invoices = self.env["account.move"].sudo()
        if not self:
            return invoices
        own = invoices.search([("partner_id", "in", self.partner_id.ids)])
        if "op.student.fees.details" not in self.env:
            return own
        fees = self.env["op.student.fees.details"].sudo()
        return own | fees.search([("student_id", "in", self.ids)]).invoice_id

    @api.private
    def portal_relations(self):
        """Return what the current user is to each of these children.

        :return: a dict of each child to the name of the relationship
        :rtype: dict
        """
        contact = self.env.user.partner_id
        return {
            child: ", ".join(
                parent.relationship_id.name
                for parent in child.parent_ids
                if parent.name == contact
            )
            for child in self
        }
