from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OpBatch(models.Model):
    _name = "op.batch"
    _inherit = ["mail.thread"]
    _description = "Batch"

    code = fields.Char(size=16, required=True)
    name = fields.Char(size=32, required=True)
    start_date = fields.Date(required=True, default=fields.Date.context_today)
    end_date = fields.Date(required=True)
    course_id = fields.Many2one("op.course", required=True)
    active = fields.Boolean(default=True)

    _unique_batch_code = models.Constraint(
        "UNIQUE (code)", "Another batch has this code."
    )

    @api.constrains("start_date", "end_date")
    def _check_dates(self):
        for batch in self:
            if batch.end_date < batch.start_date:
                raise ValidationError(
                    self.env._("Batch %s would end before it starts.", batch.name)
                )
