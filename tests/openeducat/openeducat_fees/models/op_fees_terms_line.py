from odoo import fields, models


class OpFeesTermsLine(models.Model):
    _name = "op.fees.terms.line"
    _description = "Fees Terms Line"
    _rec_name = "due_days"

    fees_id = fields.Many2one("op.fees.terms")
    due_days = fields.Integer()
    due_date = fields.Date()
    value = fields.Float("Value (%)")
    fees_element_line = fields.One2many("op.fees.element", "fees_terms_line_id")
