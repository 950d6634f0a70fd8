from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OpAssignment(models.Model):
    _name = "op.assignment"
    _inherit = ["mail.thread"]
    _inherits = {"grading.assignment": "grading_assignment_id"}
    _description = "Assignment"
    _order = "submission_date DESC"

    grading_assignment_id = fields.Many2one(
        "grading.assignment", required=True, ondelete="cascade"
    )
    batch_id = fields.Many2one("op.batch", required=True)
    marks = fields.Float(tracking=True)
    description = fields.Text(required=True)
    submission_date = fields.Datetime(required=True, tracking=True)
    allocation_ids = fields.Many2many("op.student", string="Allocated To")
    assignment_sub_line = fields.One2many("op.assignment.sub.line", "assignment_id")
    assignment_sub_line_count = fields.Integer(
        "Submissions", compute="_compute_assignment_sub_line_count"
    )
    reviewer = fields.Many2one("op.faculty")
    courses_subjects = fields.Many2many("op.subject")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("publish", "Published"),
            ("finish", "Finished"),
            ("cancel", "Cancel"),
        ],
        required=True,
        default="draft",
        tracking=True,
    )
    active = fields.Boolean(default=True)

    def _compute_assignment_sub_line_count(self):
        """As upstream: a list of assignments shows the total of all."""
        self.assignment_sub_line_count = len(self.assignment_sub_line)

    @api.constrains("issued_date", "submission_date")
    def _check_dates(self):
        for assignment in self:
            if assignment.submission_date.date() < assignment.issued_date.date():
                raise ValidationError(
                    self.env._("Assignment %s is due before it is issued.", self.name)
                )

    @api.onchange("course_id")
    def _onchange_course_id(self):
        self.batch_id = False
        self.courses_subjects = self.course_id.subject_ids

    def act_publish(self):
        """Publish the assignments."""
        self.state = "publish"

    def act_finish(self):
        """Close the assignments."""
        self.state = "finish"

    def act_cancel(self):
        """Cancel the assignments."""
        self.state = "cancel"

    def act_set_to_draft(self):
        """Set the assignments back to draft."""
        self.state = "draft"

    def get_assignment_submissions(self):
        """Return the action that lists the submissions to the assignments."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Submissions"),
            "res_model": "op.assignment.sub.line",
            "view_mode": "list,form",
            "domain": [("assignment_id", "in", self.ids)],
        }
