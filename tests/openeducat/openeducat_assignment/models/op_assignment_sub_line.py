from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OpAssignmentSubLine(models.Model):
    _name = "op.assignment.sub.line"
    _inherit = ["mail.thread"]
    _description = "Assignment Submission"
    _rec_name = "assignment_id"
    _order = "submission_date DESC"

    assignment_id = fields.Many2one("op.assignment", required=True)
    student_id = fields.Many2one("op.student", required=True)
    description = fields.Text(tracking=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submit", "Submitted"),
            ("reject", "Rejected"),
            ("change", "Change Req."),
            ("accept", "Accepted"),
        ],
        default="draft",
        tracking=True,
    )
    submission_date = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )
    marks = fields.Float(tracking=True)
    note = fields.Text()
    user_id = fields.Many2one(related="student_id.user_id")
    faculty_user_id = fields.Many2one(
        related="assignment_id.faculty_id.user_id", string="Faculty User"
    )
    user_boolean = fields.Boolean("Is Faculty", compute="_compute_user_boolean")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    active = fields.Boolean(default=True)

    def _compute_user_boolean(self):
        self.user_boolean = self.env.user.has_group(
            "openeducat_assignment.group_op_assignment_user"
        )

    @api.onchange("marks")
    def _onchange_marks(self):
        if self.marks > self.assignment_id.marks:
            raise ValidationError(
                self.env._("The assignment has no more than %s marks.", self.marks)
            )

    def _check_not_parent(self):
        """As upstream: who has children may change no submission.

        :raise Warning: Python's own, which the web client takes for a crash
        """
        if self.env.user.child_ids:
            raise Warning(self.env._("A parent cannot change submissions."))

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_parent()
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_parent()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        faculty = self.env.user.has_group(
            "openeducat_assignment.group_op_assignment_user"
        )
        if not faculty and any(line.state != "draft" for line in self):
            raise ValidationError(
                self.env._("Only a submission in draft can be deleted.")
            )

    def act_draft(self):
        """Set the submissions back to draft."""
        self.state = "draft"

    def act_submit(self):
        """Submit."""
        self.state = "submit"

    def act_accept(self):
        """Accept the submissions."""
        self.state = "accept"

    def act_change_req(self):
        """Ask the students for a change."""
        self.state = "change"

    def act_reject(self):
        """Reject the submissions."""
        self.state = "reject"
