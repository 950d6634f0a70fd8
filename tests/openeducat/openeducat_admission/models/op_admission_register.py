from dateutil.relativedelta import relativedelta

from odoo import fields, models


class OpAdmissionRegister(models.Model):
    _name = "op.admission.register"
    _inherit = ["mail.thread"]
    _description = "Admission Register"
    _order = "id DESC"

    name = fields.Char(required=True, readonly=True)
    start_date = fields.Date(
        required=True, readonly=True, default=fields.Date.context_today
    )
    end_date = fields.Date(
        readonly=True,
        default=lambda self: fields.Date.today() + relativedelta(days=30),
    )
    course_id = fields.Many2one("op.course", readonly=True, tracking=True)
    min_count = fields.Integer("Minimum Admissions", readonly=True)
    max_count = fields.Integer("Maximum Admissions", readonly=True, default=30)
    academic_years_id = fields.Many2one("op.academic.year", readonly=True)
    academic_term_id = fields.Many2one("op.academic.term", readonly=True)
    minimum_age_criteria = fields.Integer("Minimum Age", default=3)
    admission_ids = fields.One2many("op.admission", "register_id")
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.user.company_id
    )
