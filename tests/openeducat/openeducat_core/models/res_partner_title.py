from odoo import api, fields, models


class ResPartnerTitle(models.Model):
    _name = "res.partner.title"
    _description = "Title of a Contact"
    _order = "name"

    name = fields.Char("Title", required=True, translate=True)
    shortcut = fields.Char("Abbreviation", translate=True)

    @api.depends("shortcut")
    def _compute_display_name(self):
        for title in self:
            title.display_name = title.shortcut
