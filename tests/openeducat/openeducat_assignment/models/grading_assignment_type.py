from odoo import fields, models


class GradingAssignmentType(models.Model):
    _name = "grading.assignment.type"
    _description = "Assignment Type"

    name = fields.Char(required=True)
    code = fields.Char()
    assign_type = fields.Selection(
        [("sub", "Subjective"), ("attendance", "Attendance")], "Type", default="sub"
    )
