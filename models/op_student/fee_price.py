from odoo import api, models
from odoo.fields import Domain


class OpStudent(models.Model):
    """What the invoices of fees will come to."""

    _inherit = "op.student"

    @api.private
    def portal_fee_prices(self, fees):
        """Return what fees without an invoice come to, taxes included.

        An invoice has a line for each element of the fee's terms, or one for its
        product, with the product's taxes.

        :return: a dict of each fee to an amount in its currency
        :rtype: dict
        """
        # As they are searched there, students may not read them.
        elements = self.env["op.fees.element"].sudo()
        elements = elements.search_fetch(
            Domain("fees_terms_line_id", "in", fees.fees_line_id.ids),
            ["fees_terms_line_id", "product_id", "value"],
        ).grouped("fees_terms_line_id")
        prices = {}
        for company, some in fees.grouped(
            lambda fee: fee.company_id or fee.student_id.portal_company()
        ).items():
            for fee in some.with_company(company):
                shares = [
                    (element.product_id, element.value)
                    for element in elements.get(fee.fees_line_id, ())
                ] or [(fee.product_id, 100)]
                prices[fee] = sum(
                    fee.student_id._portal_price(
                        product.with_company(company),
                        fee.after_discount_amount * share / 100,
                        fee.currency_id,
                    )
                    for product, share in shares
                )
        return prices

    def _portal_price(self, product, amount, currency):
        """Return an amount for a product with its taxes."""
        company = product.env.company
        taxes = product.taxes_id._filter_taxes_by_company(company)
        if not taxes:
            return amount
        # Who sees the fee of a student may know where the student is taxed.
        contact = self.sudo().partner_id
        positions = product.env["account.fiscal.position"]
        taxes = positions._get_fiscal_position(contact).map_tax(taxes)
        return taxes.compute_all(amount, currency, product=product, partner=contact)[
            "total_included"
        ]
