from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

INVOICE_TYPES = ("out_invoice", "out_receipt")


class PortalInstalment(NamedTuple):
    """What is still to be paid of an invoice at a date."""

    due_date: object
    residual: float
    overdue: bool


class OpStudent(models.Model):
    """What the student's contact owes in the ledger, and for which invoices."""

    _inherit = "op.student"

    @api.private
    def portal_domain(self, model_name):
        contacts = self.partner_id
        if model_name == "account.move":
            # The school may have changed the customer since, to a sponsor say: such
            # an invoice is not the student's, though the fee points to it. One made
            # out to the family is, if it is for a fee of this child.
            fees = self.env["op.student.fees.details"].sudo()
            fees = fees._search(self.portal_domain(fees._name))
            payers = contacts.commercial_partner_id
            if not any(student.is_portal_own() for student in self):
                # So is one made out to the guardian who looks at it.
                payers |= self.env.user.partner_id
            return Domain("move_type", "in", INVOICE_TYPES) & (
                Domain("partner_id", "in", contacts.ids)
                | Domain("commercial_partner_id", "in", contacts.ids)
                | Domain("partner_id", "in", payers.ids)
                & Domain("id", "in", fees.subselect("invoice_id"))
            )
        if model_name == "account.move.line":
            return (
                Domain("parent_state", "=", "posted")
                & Domain("account_id.account_type", "=", "asset_receivable")
                & (
                    Domain("partner_id", "in", contacts.ids)
                    | Domain("move_id.partner_id", "in", contacts.ids)
                    | Domain("move_id", "any", self.portal_domain("account.move"))
                )
            )
        return super().portal_domain(model_name)

    @api.private
    def portal_invoices(self, fees):
        """Return the student's invoices: posted ones, and those of some fees.

        :rtype: account.move
        """
        return self.portal_records(
            "account.move",
            Domain("state", "=", "posted") | Domain("id", "in", fees.invoice_id.ids),
            order="invoice_date_due, id",
        )

    @api.private
    def portal_open_items(self):
        """Return what is open in the ledger, by the entry it comes from.

        :return: a dict of each account.move to its account.move.line
        :rtype: dict
        """
        lines = self.portal_records(
            "account.move.line",
            Domain("reconciled", "=", False),
            order="date_maturity, id",
        )
        return defaultdict(lines.browse, lines.grouped("move_id"))

    @api.private
    def portal_is_own_invoice(self, move, fees):
        """Tell whether an invoice of several students is this student's.

        It is what ``portal_domain`` says of what is in the database.

        :param fees: the fees of the student
        """
        contact = self.partner_id
        payers = contact.commercial_partner_id | self.portal_guardian()
        return (
            contact in (move.partner_id | move.commercial_partner_id)
            or move.partner_id in payers
            and move in fees.invoice_id
        )

    @api.private
    def portal_own_items(self, move, lines, fees):
        """Return those open items of an entry that are this student's, likewise."""
        if move.partner_id == self.partner_id or (
            move.move_type in INVOICE_TYPES and self.portal_is_own_invoice(move, fees)
        ):
            return lines
        return lines.filtered(lambda line: line.partner_id == self.partner_id)

    @api.private
    def portal_instalments(self, lines):
        """Return what open items come to, and when they are due.

        :rtype: list of PortalInstalment
        """
        today = self.portal_today()
        instalments = []
        for line in lines:
            due_date = line.date_maturity or line.date
            blocked = line.move_id.payment_state == "blocked"
            instalments.append(
                PortalInstalment(
                    due_date,
                    line.amount_residual_currency,
                    due_date < today and not blocked,
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
    def portal_payments(self, invoice):
        """Return the payments of an invoice that the student has made.

        :return: an account.payment, empty where it was paid otherwise, or by
            somebody else
        """
        payments = invoice._get_reconciled_payments() | invoice.matched_payment_ids
        contact = self.partner_id
        return payments.filtered(
            lambda payment: (
                payment.state in ("in_process", "paid")
                and payment.partner_id in contact | contact.commercial_partner_id
            )
        )

    @api.private
    def portal_payable(self, invoices):
        """Return those of some invoices that the user can pay in Odoo's portal.

        :rtype: account.move
        """
        payable = invoices.browse()
        # account_payment may be missing.
        if not hasattr(invoices, "_has_to_be_paid") or not self.portal_may("pay"):
            return payable
        contact = self.env.user.partner_id
        methods = {}
        # What takes a large amount takes a small one: it is seldom asked twice.
        for invoice in invoices.sorted("amount_total", reverse=True):
            company, currency = invoice.company_id, invoice.currency_id
            if not methods.get((company, currency)):
                # As Odoo's page does, which lets nobody pay in another company.
                providers = invoice.env["payment.provider"]
                if contact.company_id in (company.browse(), company):
                    providers = providers._get_compatible_providers(
                        company.id,
                        contact.id,
                        invoice.amount_total,
                        currency_id=currency.id,
                    )
                methods[company, currency] = providers and (
                    invoice.env["payment.method"]._get_compatible_payment_methods(
                        providers.ids, contact.id, currency_id=currency.id
                    )
                )
            if methods[company, currency] and invoice._has_to_be_paid():
                payable |= invoice
        return payable
