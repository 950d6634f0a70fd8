from odoo import fields, models


class OpStudent(models.Model):
    _inherit = "op.student"

    fees_detail_ids = fields.One2many(
        "op.student.fees.details", "student_id", tracking=True
    )
    fees_details_count = fields.Integer(compute="_compute_fees_details_count")

    def _compute_fees_details_count(self):
        self.ensure_one()  # as upstream: it fails for a list of students
        self.fees_details_count = len(self.fees_detail_ids)

    def action_view_invoice(self):
        """Return the action that lists the invoices of the students."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {**action, "domain": [("id", "in", self.invoice_ids.ids)]}
