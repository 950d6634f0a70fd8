from odoo import fields, models


class GradingAssignment(models.Model):
    _name = "grading.assignment"
    _description = "Grading Assignment"

    name = fields.Char(required=True)
    course_id = fields.Many2one("op.course", required=True)
    subject_id = fields.Many2one("op.subject")
    issued_date = fields.Datetime(required=True)
    assignment_type = fields.Many2one("grading.assignment.type", required=True)
    faculty_id = fields.Many2one(
        "op.faculty",
        required=True,
        default=lambda self: self.env["op.faculty"].search(
            [("user_id", "=", self.env.uid)], limit=1
        ),
    )
    point = fields.Float("Points")
