from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    module_openeducat_assignment = fields.Boolean("Assignment")
    module_openeducat_attendance = fields.Boolean("Attendance")
    module_openeducat_exam = fields.Boolean("Exam")
    module_openeducat_fees = fields.Boolean("Fees")
    module_openeducat_timetable = fields.Boolean("Timetable")
