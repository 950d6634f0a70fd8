from odoo import fields, models


class OpSubject(models.Model):
    _name = "op.subject"
    _inherit = ["mail.thread"]
    _description = "Subject"

    name = fields.Char(size=128, required=True)
    code = fields.Char(size=256, required=True)
    grade_weightage = fields.Float()
    type = fields.Selection(
        [
            ("theory", "Theory"),
            ("practical", "Practical"),
            ("both", "Both"),
            ("other", "Other"),
        ],
        default="theory",
        required=True,
    )
    subject_type = fields.Selection(
        [("compulsory", "Compulsory"), ("elective", "Elective")],
        default="compulsory",
        required=True,
    )
    department_id = fields.Many2one("op.department")
    active = fields.Boolean(default=True)

    _unique_subject_code = models.Constraint(
        "UNIQUE (code)", "Another subject has this code."
    )
