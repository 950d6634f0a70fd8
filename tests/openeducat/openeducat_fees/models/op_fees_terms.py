from odoo import api, fields, models
from odoo.exceptions import AccessError


class OpFeesTerms(models.Model):
    _name = "op.fees.terms"
    _inherit = ["mail.thread"]
    _description = "Fees Terms"

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    fees_terms = fields.Selection(
        [
            ("fixed_days", "Due after a number of days"),
            ("fixed_date", "Due on dates"),
        ],
        "Term Type",
        default="fixed_days",
    )
    note = fields.Text("Description")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    no_days = fields.Integer("Number of Days")
    day_type = fields.Selection([("before", "Before"), ("after", "After")])
    line_ids = fields.One2many("op.fees.terms.line", "fees_id", "Terms")
    discount = fields.Float("Discount (%)", digits="Discount")
    active = fields.Boolean(default=True)

    @api.constrains("line_ids")
    def _check_line_ids(self):
        # As upstream, the total is that of all terms: they are made one at a time.
        if sum(self.line_ids.mapped("value")) != 100:
            raise AccessError(
                self.env._("The lines of fees terms must add up to 100 %.")
            )
