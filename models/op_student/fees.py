from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain


class PortalFee(NamedTuple):
    """A fee as its student sees it, or another entry of the ledger."""

    # What it is on the page.
    key: str
    # Empty where what is owed is for no fee.
    fee: models.BaseModel
    # Empty where there is none, or it is not the student's.
    invoice: models.BaseModel
    status: str
    currency: models.BaseModel
    amount: float
    # That of the next payment.
    due_date: object
    paid: float = 0.0
    # What the school has taken off the invoice by credit notes.
    credited: float = 0.0
    # What is open in the ledger: less than 0 where the school owes it.
    residual: float = 0.0
    overdue: float = 0.0
    # Those that are still to be paid, the first one first.
    instalments: list = ()
    # Where the receipt is; empty while nothing is paid.
    receipt: str = ""
    # What it is called where it is for no fee and no invoice.
    name: str = ""

    @property
    def title(self):
        """Return what it is for: read here, because the home does not show it."""
        if title := self.name or self.fee.product_id.name:
            return title
        line = self.invoice.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )[:1]
        return line.product_id.name or (line.name or "").partition("\n")[0]

    @property
    def is_invoiced(self):
        """Tell whether there is an invoice that the student can open."""
        return self.status in ("open", "overdue", "paid") and bool(self.invoice)


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
    def portal_fees(self, brief=False):
        """Return the student's fees and what else is in the ledger, by urgency.

        :param bool brief: neither the taxes of what is not invoiced yet, nor what
            credit notes have taken off, which counts as paid then
        :rtype: list of PortalFee
        """
        self.ensure_one()
        return self.portal_fees_of_each(brief)[self]

    @api.private
    def portal_fees_of_each(self, brief=False):
        """Return what :meth:`portal_fees` does for each of the students.

        What there is of all of them is fetched at once, and then parted.

        :rtype: dict of op.student to a list of PortalFee
        """
        fees = self.portal_records("op.student.fees.details")
        invoices = self.portal_invoices(fees)
        open_items = self.portal_open_items()
        credited = self.portal_credited(invoices.browse() if brief else invoices)
        due = fees.filtered(lambda fee: not brief and not fee.invoice_id)
        prices = self.portal_fee_prices(due.with_prefetch(fees.ids))
        return {
            student: student._portal_fees(
                fees.filtered(lambda fee, student=student: fee.student_id == student),
                invoices,
                open_items,
                credited,
                prices,
            )
            for student in self
        }

    def _portal_fees(self, fees, invoices, open_items, credited, prices):
        """Return the student's fees, of the invoices and open items of several.

        :param fees: those of the student
        """
        invoices = invoices.filtered(
            lambda invoice: self.portal_is_own_invoice(invoice, fees)
        ).with_prefetch(invoices.ids)
        views = []
        for fee in fees:
            if invoice := (fee.invoice_id & invoices).with_prefetch(invoices.ids):
                items = open_items[invoice]
                views.append(self._portal_invoice(invoice, items, credited, fee))
            else:
                views.append(self._portal_fee(fee, prices))
        others = invoices - fees.invoice_id
        for invoice in others:
            view = self._portal_invoice(invoice, open_items[invoice], credited)
            if view.is_invoiced:
                views.append(view)
        for move, items in open_items.items():
            items = self.portal_own_items(move, items, fees)
            if items and move not in invoices:
                views += self._portal_entries(move, items)
        order = "overdue open credit prepared upcoming other void paid".split()

        def rank(view):
            day = view.due_date.toordinal() if view.due_date else 0
            # What was paid last is what a receipt is looked for.
            days = -day if view.status == "paid" else day
            return order.index(view.status), not day, days, view.key

        return sorted(views, key=rank)

    def _portal_fee(self, fee, prices):
        """Return a fee that has no invoice of the student."""
        return PortalFee(
            key=f"fee_{fee.id}",
            fee=fee,
            invoice=fee.invoice_id.browse(),
            status="other" if fee.invoice_id else "upcoming",
            currency=fee.currency_id,
            amount=prices.get(fee, fee.after_discount_amount),
            due_date=fee.date,
        )

    def _portal_invoice(self, invoice, items, credited, fee=None):
        """Return an invoice of the student, of a fee or of none.

        :param items: what is still to be paid of it, in the ledger
        :param dict credited: what credit notes have taken off invoices
        """
        fee = fee or self.env["op.student.fees.details"]
        instalments = self.portal_instalments(items)
        status = self._portal_invoice_status(invoice, instalments)
        currency = invoice.currency_id
        values = {}
        due_date = invoice.invoice_date_due
        if status in ("open", "overdue", "paid"):
            # As Odoo itself: with a payment on its way, there is nothing left to do.
            instalments = [] if status == "paid" else instalments
            residual = currency.round(sum(each.residual for each in instalments))
            taken_off = currency.round(credited[invoice])
            paid = currency.round(invoice.amount_total - residual - taken_off)
            due_date = instalments[0].due_date if instalments else due_date
            values = {
                "paid": paid,
                "credited": taken_off,
                "residual": residual,
                "overdue": sum(each.residual for each in instalments if each.overdue),
                "instalments": instalments,
                "receipt": ""
                if currency.is_zero(paid)
                else self.portal_address(f"/fees/invoices/{invoice.id}/receipt"),
            }
        return PortalFee(
            key=f"fee_{fee.id}" if fee else f"invoice_{invoice.id}",
            fee=fee,
            invoice=invoice,
            status=status,
            currency=currency,
            amount=invoice.amount_total,
            due_date=due_date or fee.date,
            **values,
        )

    def _portal_invoice_status(self, invoice, instalments):
        """Return the status of an invoice for the student, see the labels."""
        if invoice.state == "draft":
            return "prepared"
        if invoice.state == "cancel" or invoice.payment_state == "reversed":
            return "void"
        if invoice.payment_state in ("in_payment", "paid", "invoicing_legacy"):
            return "paid"
        return "overdue" if any(each.overdue for each in instalments) else "open"

    def _portal_entries(self, move, items):
        """Return what an entry of the ledger that is no invoice leaves open.

        It is a credit note or a payment that nothing has been paid with yet, or a
        debt that the school has carried over.
        """
        for line, each in zip(items, self.portal_instalments(items), strict=True):
            credit = each.residual < 0
            if move.move_type == "out_refund":
                name = self.env._("Credit note %s", move.name)
            elif credit:
                name = self.env._("Payment %s", move.name)
            else:
                name = line.name or move.name
            yield PortalFee(
                key=f"entry_{line.id}",
                name=name,
                fee=self.env["op.student.fees.details"],
                invoice=move.browse(),
                status="credit" if credit else "overdue" if each.overdue else "open",
                currency=line.currency_id,
                amount=each.residual,
                due_date=each.due_date,
                residual=each.residual,
                overdue=each.residual if each.overdue else 0.0,
            )

    @api.private
    def portal_fee_statuses(self):
        """Return the label and the tone of each status of a fee.

        :rtype: dict
        """
        return {
            "upcoming": (self.env._("Not invoiced yet"), "secondary"),
            "prepared": (self.env._("Invoice being prepared"), "secondary"),
            "open": (self.env._("To pay"), "warning"),
            "overdue": (self.env._("Overdue"), "danger"),
            "credit": (self.env._("Credit"), "success"),
            "paid": (self.env._("Paid"), "success"),
            "void": (self.env._("Invoice cancelled"), "secondary"),
            "other": (self.env._("Invoiced to another contact"), "secondary"),
        }
