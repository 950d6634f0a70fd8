from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class OpStudentFeesDetails(models.Model):
    _name = "op.student.fees.details"
    _description = "Student Fees"
    _rec_name = "student_id"

    student_id = fields.Many2one("op.student", required=True)
    course_id = fields.Many2one("op.course")
    batch_id = fields.Many2one("op.batch")
    fees_line_id = fields.Many2one("op.fees.terms.line")
    product_id = fields.Many2one("product.product")
    date = fields.Date("Submit Date")
    fees_factor = fields.Float()
    amount = fields.Monetary("Fees Amount")
    discount = fields.Float("Discount (%)", digits="Discount")
    after_discount_amount = fields.Monetary(compute="_compute_after_discount_amount")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    invoice_id = fields.Many2one("account.move")
    invoice_state = fields.Selection(
        related="invoice_id.state", string="Invoice Status"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("invoice", "Invoice Created"), ("cancel", "Cancel")],
        "Status",
        copy=False,
    )

    @api.depends("discount")
    def _compute_after_discount_amount(self):
        for fee in self:
            fee.after_discount_amount = fee.amount * (1 - fee.discount / 100)

    @api.depends("company_id")
    def _compute_currency_id(self):
        main_company = self.env["res.company"]._get_main_company()
        for fee in self:
            fee.currency_id = (fee.company_id or main_company).sudo().currency_id

    def get_invoice(self):
        """Make the draft invoice of the fee: a line for each element of its terms, or
        one for its product. No date is set on it.

        :raise UserError: without an income account on the product or its category, or
            without an amount
        """
        product = self.product_id
        account = (
            product.property_account_income_id
            or product.categ_id.property_account_income_categ_id
        )
        if not account:
            raise UserError(
                self.env._("Set an income account on product %s.", product.name)
            )
        if self.amount <= 0:
            raise UserError(self.env._("A fee must be more than zero."))
        elements = self.env["op.fees.element"].search(
            [("fees_terms_line_id", "=", self.fees_line_id.id)]
        )
        shares = [(element.product_id, element.value) for element in elements]
        self.invoice_id = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.student_id.partner_id.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": item.name,
                            "product_id": item.id,
                            "product_uom_id": item.uom_id.id,
                            "account_id": account.id,
                            "price_unit": self.amount * share / 100,
                            "discount": self.discount,
                        }
                    )
                    for item, share in shares or [(product, 100)]
                ],
            }
        )
        self.state = "invoice"
        return True

    def action_get_invoice(self):
        """Return the action that opens the invoice of the fee, if there is one."""
        if not self.invoice_id:
            return True
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.invoice_id.id,
            "view_mode": "form",
        }
