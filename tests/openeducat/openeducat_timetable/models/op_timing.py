from odoo import fields, models


class OpTiming(models.Model):
    _name = "op.timing"
    _description = "Period"
    _order = "sequence"

    name = fields.Char(size=16, required=True)
    hour = fields.Selection([(str(h), str(h)) for h in range(1, 13)], required=True)
    minute = fields.Selection(
        [(minute, minute) for minute in ("00", "15", "30", "45")], required=True
    )
    am_pm = fields.Selection([("am", "AM"), ("pm", "PM")], "AM/PM", required=True)
    duration = fields.Float()
    sequence = fields.Integer()
