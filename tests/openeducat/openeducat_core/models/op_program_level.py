from odoo import fields, models


class OpProgramLevel(models.Model):
    _name = "op.program.level"
    _inherit = ["mail.thread"]
    _description = "Program Level"

    name = fields.Char(required=True, translate=True, tracking=True)

    _unique_level_name = models.Constraint(
        "UNIQUE (name)", "Another program level has this name."
    )
