from odoo import fields, models


class OpExamType(models.Model):
    _name = "op.exam.type"
    _description = "Exam Type"

    name = fields.Char(size=256, required=True)
    code = fields.Char(size=16, required=True)

    _unique_exam_type_code = models.Constraint(
        "UNIQUE (code)", "Another exam type has this code."
    )
