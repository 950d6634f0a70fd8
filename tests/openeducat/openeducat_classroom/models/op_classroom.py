from odoo import fields, models


class OpClassroom(models.Model):
    _name = "op.classroom"
    _description = "Classroom"

    name = fields.Char(size=16, required=True)
    code = fields.Char(size=16, required=True)
    course_id = fields.Many2one("op.course")
    batch_id = fields.Many2one("op.batch")
    capacity = fields.Integer("Number of Seats", required=True)
    active = fields.Boolean(default=True)

    _unique_classroom_code = models.Constraint(
        "UNIQUE (code)", "Another classroom has this code."
    )
    _capacity_positive = models.Constraint(
        "CHECK (capacity > 0)", "A classroom has at least one seat."
    )
