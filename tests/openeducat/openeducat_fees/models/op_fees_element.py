from odoo import fields, models


class OpFeesElement(models.Model):
    _name = "op.fees.element"
    _description = "Fees Element"

    sequence = fields.Integer()
    product_id = fields.Many2one("product.product", required=True)
    value = fields.Float("Value (%)")
    fees_terms_line_id = fields.Many2one("op.fees.terms.line")
