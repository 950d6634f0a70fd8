from odoo import api, fields, models


class OpMarksheetLine(models.Model):
    _name = "op.marksheet.line"
    _description = "Marksheet Line"
    _rec_name = "student_id"

    marksheet_reg_id = fields.Many2one("op.marksheet.register", "Marksheet Register")
    evaluation_type = fields.Selection(
        related="marksheet_reg_id.exam_session_id.evaluation_type", store=True
    )
    student_id = fields.Many2one("op.student", required=True)
    result_line = fields.One2many("op.result.line", "marksheet_line_id")
    total_marks = fields.Integer(compute="_compute_total_marks", store=True)
    percentage = fields.Float(compute="_compute_percentage", store=True)
    grade = fields.Char(compute="_compute_grade")
    status = fields.Selection(
        [("pass", "Pass"), ("fail", "Fail")], compute="_compute_status", store=True
    )
    generated_date = fields.Date(required=True, default=fields.Date.context_today)
    active = fields.Boolean(default=True)

    @api.depends("result_line.marks")
    def _compute_total_marks(self):
        for line in self:
            line.total_marks = sum(line.result_line.mapped("marks"))

    @api.depends("total_marks")
    def _compute_percentage(self):
        for line in self:
            possible = sum(line.result_line.exam_id.mapped("total_marks"))
            line.percentage = (
                100 * line.total_marks / possible if line.total_marks else 0
            )

    @api.depends("percentage")
    def _compute_grade(self):
        """As upstream: no value, hence an error, where the template has no grades."""
        for line in self:
            if line.evaluation_type != "grade":
                line.grade = False
                continue
            for grade in line.marksheet_reg_id.result_template_id.grade_ids:
                reached = grade.min_per <= line.percentage <= grade.max_per
                line.grade = reached and grade.result
                if reached:
                    break

    @api.depends("result_line.status")
    def _compute_status(self):
        for line in self:
            failed = "fail" in line.result_line.mapped("status")
            line.status = "fail" if failed else "pass"
