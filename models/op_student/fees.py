from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang


class PortalFee(NamedTuple):
    """A fee as its student sees it."""

    fee: models.BaseModel
    # Empty where there is none, or it is not the student's.
    invoice: models.BaseModel
    status: str
    label: str
    tone: str
    currency: models.BaseModel
    amount: float
    paid: float
    # What the school has taken off the invoice by credit notes.
    credited: float
    # What is still to be paid of an invoice; 0 while there is none.
    residual: float
    overdue: float
    # That of the next payment.
    due_date: object
    # Those that are still to be paid, the first one first.
    instalments: list
    # Where the receipt is; empty while nothing is paid.
    receipt: str

    @property
    def payable(self):
        """Tell whether Odoo's portal takes a payment of the invoice."""
        # account_payment may be missing.
        has_to_be_paid = getattr(self.invoice, "_has_to_be_paid", None)
        return bool(has_to_be_paid and self.invoice and has_to_be_paid())

    @property
    def address(self):
        """Return where Odoo's portal shows the invoice, ready to be paid.

        It has the invoice's token, as in Odoo's own list: without it, the form of
        account_payment fails. An invoice gets its token when it is first asked for.
        """
        if self.payable:
            return self.invoice.get_portal_url(
                query_string="&payment=True", anchor="portal_pay"
            )
        return self.invoice.get_portal_url() if self.invoice else ""


class PortalFeeTotals(NamedTuple):
    """The sums of a student's fees in one currency."""

    currency: models.BaseModel
    upcoming: float
    residual: float
    overdue: float
    paid: float


class OpStudent(models.Model):
    _inherit = "op.student"

    @api.private
    def portal_domain(self, model_name):
        if model_name == "op.student.fees.details":
            return Domain("student_id", "in", self.ids) & Domain(
                "state", "!=", "cancel"
            )
        return super().portal_domain(model_name)

    @api.private
    def portal_fees(self, domain=None):
        """Return the student's fees, those to be paid first.

        :param domain: which of them, all by default
        :rtype: list of PortalFee
        """
        self.ensure_one()
        fees = self.portal_records("op.student.fees.details", domain)
        invoices = self.portal_invoices(fees.invoice_id)
        instalments = self.portal_instalments(invoices)
        credited = self.portal_credited(invoices)
        views = []
        for fee in fees:
            # Reading from one invoice reads from all.
            invoice = (fee.invoice_id & invoices).with_prefetch(invoices.ids)
            views.append(
                self._portal_fee(fee, invoice, instalments[invoice], credited[invoice])
            )
        order = ("overdue", "open", "prepared", "upcoming", "other", "void", "paid")

        def rank(view):
            day = view.due_date.toordinal() if view.due_date else 0
            # What was paid last is what a receipt is looked for.
            days = -day if view.status == "paid" else day
            return order.index(view.status), not day, days, view.fee.id

        return sorted(views, key=rank)

    def _portal_fee(self, fee, invoice, instalments, credited):
        """Return a fee as the student sees it.

        :param invoice: its invoice, if that is the student's
        :param list instalments: what is still to be paid of the invoice
        :param float credited: what credit notes have taken off it
        """
        status = self._portal_fee_status(fee, invoice, instalments)
        label, tone = {
            "upcoming": (self.env._("Not invoiced yet"), "secondary"),
            "prepared": (self.env._("Invoice being prepared"), "secondary"),
            "open": (self.env._("To pay"), "warning"),
            "overdue": (self.env._("Overdue"), "danger"),
            "paid": (self.env._("Paid"), "success"),
            "void": (self.env._("Cancelled"), "secondary"),
            "other": (self.env._("Invoiced to somebody else"), "secondary"),
        }[status]
        shown = status in ("open", "overdue", "paid")
        values = {
            "currency": fee.currency_id,
            "amount": fee.after_discount_amount,
            "paid": 0.0,
            "credited": 0.0,
            "residual": 0.0,
            "overdue": 0.0,
            "due_date": fee.date,
            "instalments": [],
            "receipt": "",
        }
        if shown:
            # As Odoo itself: with a payment on its way, there is nothing left to do.
            instalments = [] if status == "paid" else instalments
            residual = 0.0 if status == "paid" else invoice.amount_residual
            currency = invoice.currency_id
            paid = currency.round(invoice.amount_total - residual - credited)
            due_date = instalments[0].due_date if instalments else None
            values = {
                "currency": currency,
                "amount": invoice.amount_total,
                "paid": paid,
                "credited": currency.round(credited),
                "residual": residual,
                "overdue": sum(each.residual for each in instalments if each.overdue),
                "due_date": due_date or invoice.invoice_date_due or fee.date,
                "instalments": instalments,
                "receipt": ""
                if currency.is_zero(paid)
                else f"/my/student/fees/{fee.id}/receipt",
            }
        return PortalFee(
            fee, invoice if shown else invoice.browse(), status, label, tone, **values
        )

    def _portal_fee_status(self, fee, invoice, instalments):
        """Return the status of a fee for the student, see the labels."""
        if not fee.invoice_id:
            return "upcoming"
        if not invoice:
            return "other"
        if invoice.state == "draft":
            return "prepared"
        if invoice.state == "cancel" or invoice.payment_state == "reversed":
            return "void"
        if invoice.payment_state in ("in_payment", "paid", "invoicing_legacy"):
            return "paid"
        return "overdue" if any(each.overdue for each in instalments) else "open"

    @api.private
    def portal_fee_totals(self, views):
        """Return the sums of some fees in each of their currencies.

        An invoice of several fees counts once. What somebody else pays, or nobody
        has to any more, does not count.

        :param views: PortalFee of the student
        :rtype: list of PortalFeeTotals
        """
        sums = defaultdict(lambda: dict.fromkeys(PortalFeeTotals._fields[1:], 0.0))
        counted = self.env["account.move"].sudo()
        for view in views:
            if view.invoice and view.invoice in counted:
                continue
            counted |= view.invoice
            if view.status in ("upcoming", "prepared"):
                sums[view.currency]["upcoming"] += view.amount
            elif view.invoice:
                sums[view.currency]["residual"] += view.residual
                sums[view.currency]["paid"] += view.paid
                sums[view.currency]["overdue"] += view.overdue
        return [
            PortalFeeTotals(
                currency,
                **{name: currency.round(amount) for name, amount in amounts.items()},
            )
            for currency, amounts in sorted(sums.items(), key=lambda item: item[0].name)
        ]

    def _portal_summary_fees(self):
        views = self.portal_fees()
        totals = self.portal_fee_totals(views)
        if not totals:
            return {}
        # A school that invoices in several currencies: what is to be paid in any.
        due = [each for each in totals if not each.currency.is_zero(each.residual)]
        overdue = [each for each in totals if not each.currency.is_zero(each.overdue)]
        lines = [
            self.env._(
                "%s overdue",
                formatLang(self.env, each.overdue, currency_obj=each.currency),
            )
            for each in overdue
        ]
        following = min(
            (
                view.due_date
                for view in views
                if view.status == "open" and view.due_date
            ),
            default=None,
        )
        if following:
            lines.append(self.env._("Next due on %s", format_date(self.env, following)))
        return {
            "value": " + ".join(
                formatLang(self.env, each.residual, currency_obj=each.currency)
                for each in due or totals[:1]
            ),
            "text": self.env._("to pay"),
            "lines": lines,
            "tone": "danger" if overdue else "" if due else "success",
        }
