from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.tools import format_date, formatLang


class PortalFeeTotals(NamedTuple):
    """The sums of a student's fees in one currency."""

    currency: models.BaseModel
    upcoming: float
    residual: float
    overdue: float
    paid: float
    # What the school owes the student.
    credit: float


class OpStudent(models.Model):
    """What a student's fees come to, and what the home says of them."""

    _inherit = "op.student"

    @api.private
    def portal_fee_totals(self, views):
        """Return the sums of the student's fees in each of their currencies.

        What is to be paid is what the contact owes in the ledger: invoices, less the
        credit notes and payments that are still open. An invoice of several fees
        counts once; what somebody else pays does not count.

        :param views: PortalFee of the student
        :rtype: list of PortalFeeTotals
        """
        names = ("upcoming", "residual", "overdue", "paid")
        sums = defaultdict(lambda: dict.fromkeys(names, 0.0))
        counted = self.env["account.move"].sudo()
        for view in views:
            if view.invoice & counted or view.status in ("other", "void"):
                continue
            counted |= view.invoice
            amounts = sums[view.currency]
            if view.status in ("upcoming", "prepared"):
                amounts["upcoming"] += view.amount
            else:
                for name in names[1:]:
                    amounts[name] += getattr(view, name)
        totals = []
        for currency, amounts in sorted(sums.items(), key=lambda item: item[0].name):
            owed = amounts["residual"]
            amounts["residual"] = max(owed, 0.0)
            amounts["credit"] = max(-owed, 0.0)
            # A credit of today pays what was due before.
            amounts["overdue"] = min(max(amounts["overdue"], 0.0), amounts["residual"])
            rounded = {name: currency.round(amounts[name]) for name in amounts}
            totals.append(PortalFeeTotals(currency, **rounded))
        return totals

    def _portal_summary_fees(self):
        # The home shows what is not invoiced yet only where nothing is to be paid.
        views = self.portal_fees(brief=True)
        totals = self.portal_fee_totals(views)
        if not totals:
            return {}
        if not any(total.residual for total in totals):
            views = self.portal_fees()
            totals = self.portal_fee_totals(views)

        def there_is(name):
            return [
                each
                for each in totals
                if not each.currency.is_zero(getattr(each, name))
            ]

        def written(name, some):
            return " + ".join(
                formatLang(self.env, getattr(each, name), currency_obj=each.currency)
                for each in some
            )

        # A school that invoices in several currencies: what is to be paid in any.
        summary = {"value": self.env._("Nothing to pay"), "tone": "success"}
        for name, text in {
            "residual": self.env._("to pay"),
            "upcoming": self.env._("not invoiced yet"),
            "credit": self.env._("credit"),
        }.items():
            if some := there_is(name):
                tone = "success" if name == "credit" else ""
                summary = {"value": written(name, some), "text": text, "tone": tone}
                break
        lines = [
            self.env._("Overdue: %s", written("overdue", [each]))
            for each in there_is("overdue")
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
        if there_is("overdue"):
            summary["tone"] = "danger"
        return {**summary, "lines": lines}
