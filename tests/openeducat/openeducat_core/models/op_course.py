from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OpCourse(models.Model):
    _name = "op.course"
    _inherit = ["mail.thread"]
    _description = "Course"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(size=16, required=True)
    parent_id = fields.Many2one("op.course", "Parent Course")
    evaluation_type = fields.Selection(
        [("normal", "Normal"), ("GPA", "GPA"), ("CWA", "CWA"), ("CCE", "CCE")],
        default="normal",
        required=True,
    )
    subject_ids = fields.Many2many("op.subject", string="Subjects")
    max_unit_load = fields.Float("Maximum Unit Load")
    min_unit_load = fields.Float("Minimum Unit Load")
    department_id = fields.Many2one("op.department")
    program_id = fields.Many2one("op.program", tracking=True)
    active = fields.Boolean(default=True)

    _unique_course_code = models.Constraint(
        "UNIQUE (code)", "Another course has this code."
    )

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A course cannot contain itself."))
