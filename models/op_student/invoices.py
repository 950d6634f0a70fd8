from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain


class PortalInstalment(NamedTuple):
    """What is still to be paid of an invoice at a date."""

    due_date: object
    residual: float
    overdue: bool


class OpStudent(models.Model):
    """The invoices of the student's fees, and what has become of them."""

    _inherit = "op.student"

    @api.private
    def portal_invoices(self, invoices):
        """Return those of some invoices that are made out to the student.

        The school may have changed the customer since, to a sponsor say: such an
        invoice is not the student's, whatever the fee points to.
        """
        contact = self.partner_id
        customers = contact | contact.commercial_partner_id
        return invoices.filtered(
            lambda invoice: (
                invoice.move_type == "out_invoice"
                and (
                    invoice.partner_id in customers
                    or invoice.commercial_partner_id == contact
                )
            )
        )

    @api.private
    def portal_instalments(self, invoices):
        """Return what is still to be paid of some invoices, and when.

        :return: a dict of each invoice to its PortalInstalments, the first due first
        :rtype: dict
        """
        today = self.portal_today()
        lines = invoices.env["account.move.line"].search_fetch(
            Domain("move_id", "in", invoices.ids)
            & Domain("display_type", "=", "payment_term")
            & Domain("reconciled", "=", False),
            ["move_id", "date_maturity", "amount_residual_currency"],
            order="date_maturity, id",
        )
        instalments = defaultdict(list)
        for line in lines:
            due_date = line.date_maturity
            late = due_date and due_date < today
            instalments[line.move_id].append(
                PortalInstalment(
                    due_date,
                    line.amount_residual_currency,
                    bool(late and line.move_id.payment_state != "blocked"),
                )
            )
        return instalments

    @api.private
    def portal_credited(self, invoices):
        """Return what credit notes have taken off some invoices.

        :return: a dict of each invoice to an amount in its currency
        :rtype: dict
        """
        credited = defaultdict(float)
        for line, amount in invoices.env["account.partial.reconcile"]._read_group(
            Domain("debit_move_id.move_id", "in", invoices.ids)
            & Domain("credit_move_id.move_id.move_type", "=", "out_refund"),
            ["debit_move_id"],
            ["debit_amount_currency:sum"],
        ):
            credited[line.move_id] += amount
        return credited

    @api.private
    def portal_fee_payments(self, fee):
        """Return the payments of a fee's invoice that the student has made.

        :return: an account.payment, empty where it was paid otherwise, or by
            somebody else
        """
        invoice = self.portal_invoices(fee.invoice_id)
        payments = invoice._get_reconciled_payments() | invoice.matched_payment_ids
        contact = self.partner_id
        return payments.filtered(
            lambda payment: (
                payment.state in ("in_process", "paid")
                and payment.partner_id in contact | contact.commercial_partner_id
            )
        )
