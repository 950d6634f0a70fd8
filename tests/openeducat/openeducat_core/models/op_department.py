from odoo import fields, models


class OpDepartment(models.Model):
    _name = "op.department"
    _description = "Department"

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    parent_id = fields.Many2one("op.department", "Parent Department")
