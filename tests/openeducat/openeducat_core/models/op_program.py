from odoo import fields, models


class OpProgram(models.Model):
    _name = "op.program"
    _inherit = ["mail.thread"]
    _description = "Program"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(size=16, required=True, translate=True)
    max_unit_load = fields.Float("Maximum Unit Load")
    min_unit_load = fields.Float("Minimum Unit Load")
    department_id = fields.Many2one("op.department")
    image_1920 = fields.Image("Image")
    program_level_id = fields.Many2one("op.program.level", required=True)
    active = fields.Boolean(default=True)

    _unique_program_code = models.Constraint(
        "UNIQUE (code)", "Another program has this code."
    )
