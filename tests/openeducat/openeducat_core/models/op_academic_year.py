from odoo import fields, models


class OpAcademicYear(models.Model):
    _name = "op.academic.year"
    _description = "Academic Year"

    name = fields.Char(required=True)
    start_date = fields.Date(required=True)
    end_date = fields.Date(required=True)
    term_structure = fields.Selection(
        [
            ("two_sem", "Two semesters"),
            ("two_sem_qua", "Two semesters of quarters"),
            ("two_sem_final", "Two semesters of quarters, with final exams"),
            ("three_sem", "Three trimesters"),
            ("four_Quarter", "Four quarters"),
            ("final_year", "A year of quarters"),
            ("others", "Other"),
        ],
        default="two_sem",
        required=True,
    )
    academic_term_ids = fields.One2many("op.academic.term", "academic_year_id")
    create_boolean = fields.Boolean("Terms Created")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
