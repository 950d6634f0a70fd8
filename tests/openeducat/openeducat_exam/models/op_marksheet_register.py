from odoo import api, fields, models


class OpMarksheetRegister(models.Model):
    _name = "op.marksheet.register"
    _inherit = ["mail.thread"]
    _description = "Marksheet Register"

    name = fields.Char("Marksheet Register", size=256, required=True, tracking=True)
    exam_session_id = fields.Many2one("op.exam.session", required=True, tracking=True)
    result_template_id = fields.Many2one(
        "op.result.template", required=True, tracking=True
    )
    marksheet_line = fields.One2many("op.marksheet.line", "marksheet_reg_id")
    generated_date = fields.Date(
        required=True, default=fields.Date.context_today, tracking=True
    )
    generated_by = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.uid, tracking=True
    )
    total_pass = fields.Integer(compute="_compute_totals", store=True, tracking=True)
    total_failed = fields.Integer(compute="_compute_totals", store=True, tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("validated", "Validated"), ("cancelled", "Cancelled")],
        "Status",
        default="draft",
        required=True,
        tracking=True,
    )
    active = fields.Boolean(default=True)

    @api.depends("marksheet_line.status")
    def _compute_totals(self):
        for register in self:
            statuses = register.marksheet_line.mapped("status")
            register.total_pass = statuses.count("pass")
            register.total_failed = statuses.count("fail")

    def action_validate(self):
        """Validate the marksheets: they may be shown to the students."""
        self.state = "validated"

    def act_cancel(self):
        """Cancel the marksheets."""
        self.state = "cancelled"

    def act_draft(self):
        """Set the marksheets back to draft."""
        self.state = "draft"
