from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OpResultLine(models.Model):
    _name = "op.result.line"
    _description = "Result Line"
    _rec_name = "marks"

    marksheet_line_id = fields.Many2one("op.marksheet.line", ondelete="cascade")
    exam_id = fields.Many2one("op.exam", required=True)
    evaluation_type = fields.Selection(
        related="exam_id.session_id.evaluation_type", store=True
    )
    student_id = fields.Many2one("op.student", required=True)
    marks = fields.Integer(required=True)
    grade = fields.Char(compute="_compute_grade")
    status = fields.Selection(
        [("pass", "Pass"), ("fail", "Fail")], compute="_compute_status", store=True
    )

    @api.constrains("marks")
    def _check_marks(self):
        if any(result.marks < 0 for result in self):
            raise ValidationError(self.env._("Marks cannot be negative."))

    @api.depends("marks")
    def _compute_grade(self):
        """As upstream: only the last grade of the template is ever shown, and marks
        are compared with its percentages."""
        for result in self:
            register = result.marksheet_line_id.marksheet_reg_id
            last = register.result_template_id.grade_ids[-1:]
            reached = (
                result.evaluation_type == "grade"
                and last
                and last.min_per <= result.marks <= last.max_per
            )
            result.grade = reached and last.result

    @api.depends("marks")
    def _compute_status(self):
        for result in self:
            passed = result.marks >= result.exam_id.min_marks
            result.status = "pass" if passed else "fail"
