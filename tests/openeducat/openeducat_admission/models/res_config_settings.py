from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    enable_create_student_user = fields.Boolean(
        "Create Student User",
        config_parameter="openeducat_admission.enable_create_student_user",
    )
