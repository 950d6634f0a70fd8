from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    title = fields.Many2one("res.partner.title")
    is_parent = fields.Boolean("Is a Parent")
    is_student = fields.Boolean("Is a Student")
