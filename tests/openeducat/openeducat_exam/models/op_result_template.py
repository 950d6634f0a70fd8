from itertools import combinations

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError


class OpResultTemplate(models.Model):
    _name = "op.result.template"
    _inherit = ["mail.thread"]
    _description = "Result Template"

    name = fields.Char(size=254, required=True, tracking=True)
    exam_session_id = fields.Many2one("op.exam.session", required=True, tracking=True)
    evaluation_type = fields.Selection(
        related="exam_session_id.evaluation_type", store=True, tracking=True
    )
    result_date = fields.Date(
        required=True, default=fields.Date.context_today, tracking=True
    )
    grade_ids = fields.Many2many("op.grade.configuration", string="Grades")
    state = fields.Selection(
        [("draft", "Draft"), ("result_generated", "Result Generated")],
        default="draft",
        tracking=True,
    )
    active = fields.Boolean(default=True)

    @api.constrains("exam_session_id")
    def _check_exam_session_id(self):
        if any(exam.state != "done" for exam in self.exam_session_id.exam_ids):
            raise ValidationError(
                self.env._("All exams of the session must be done first.")
            )

    @api.constrains("grade_ids")
    def _check_grade_ids(self):
        for template in self:
            for one, other in combinations(template.grade_ids, 2):
                if one.min_per <= other.max_per and other.min_per <= one.max_per:
                    raise ValidationError(
                        self.env._(
                            "The grades %(one)s and %(other)s overlap.",
                            one=one.result,
                            other=other.result,
                        )
                    )

    def generate_result(self):
        """Make a marksheet register, in draft, with the results of each attendee."""
        for template in self:
            session = template.exam_session_id
            results_by_student = {}
            for attendee in session.exam_ids.attendees_line:
                results_by_student.setdefault(attendee.student_id, []).append(
                    Command.create(
                        {
                            "student_id": attendee.student_id.id,
                            "exam_id": attendee.exam_id.id,
                            "marks": attendee.marks,
                        }
                    )
                )
            self.env["op.marksheet.register"].create(
                {
                    "name": self.env._("Marksheets of %s", session.name),
                    "exam_session_id": session.id,
                    "result_template_id": template.id,
                    "marksheet_line": [
                        Command.create(
                            {"student_id": student.id, "result_line": results}
                        )
                        for student, results in results_by_student.items()
                    ],
                }
            )
            template.state = "result_generated"
