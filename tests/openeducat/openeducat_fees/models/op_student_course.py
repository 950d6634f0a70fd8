from odoo import fields, models


class OpStudentCourse(models.Model):
    _inherit = "op.student.course"

    fees_term_id = fields.Many2one("op.fees.terms")
    fees_start_date = fields.Date()
