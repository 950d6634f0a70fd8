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
            child: [
                fee
                for fee in child.portal_fees()
                if fee.status not in ("paid", "void", "other")
            ]
            for child in self
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
        children = bars.search([("partner_id", "=", contact.id)]).student_id
        children = children.filtered(lambda child: child.is_portal_barred(contact))
        invoices = self.env["account.move"].sudo()
        if not children:
            return invoices
        own = invoices.search([("partner_id", "in", children.partner_id.ids)])
        if "op.student.fees.details" not in self.env:
            return own
        fees = self.env["op.student.fees.details"].sudo()
        fees = fees.search([("student_id", "in", children.ids)])
        return own | fees.invoice_id

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
