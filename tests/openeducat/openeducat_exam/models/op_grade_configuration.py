from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OpGradeConfiguration(models.Model):
    _name = "op.grade.configuration"
    _description = "Grade"
    _rec_name = "result"

    min_per = fields.Integer("Minimum Percentage", required=True)
    max_per = fields.Integer("Maximum Percentage", required=True)
    result = fields.Char("Result to Display", required=True)

    @api.constrains("max_per")
    def _check_max_per(self):
        self.ensure_one()  # as upstream: grades are made one at a time
        if not self.min_per <= self.max_per <= 100:
            raise ValidationError(
                self.env._("The maximum is between the minimum and 100.")
            )
