from odoo import fields, models


class OpStudentPortalRunLine(models.Model):
    _name = "op.student.portal.run.line"
    _description = "Student of a Portal Access Run"
    _inherit = "op.student.portal.line"
    _order = "run_id desc, id"
    _rec_name = "student_name"
    _parent_field = "run_id"

    run_id = fields.Many2one(
        "op.student.portal.run", string="Run", required=True, ondelete="cascade"
    )
    # The history of who was granted what outlives the students.
    student_id = fields.Many2one(ondelete="set null", index="btree_not_null")
    student_name = fields.Char(string="Name", required=True)
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("granted", "Granted"),
            ("restored", "Restored"),
            ("skipped", "Skipped"),
            ("failed", "Failed"),
        ],
        string="Status",
        default="pending",
        required=True,
    )
    message = fields.Char(string="Reason")
    needs_attention = fields.Boolean(
        help="Something has to be mended before the student can be granted access."
    )

    _run_state = models.Index("(run_id, state, id)")

    def _grant(self):
        """Grant the students of lines of one run, and note what became of each."""
        run = self.run_id
        outcomes = self.student_id.with_env(run._starter_env())._grant_portal_access(
            run.portal_group_id,
            {line.student_id.id: line.login or "" for line in self},
            run.send_invitation,
        )
        for line in self:
            outcome = outcomes[line.student_id]
            line.write(
                {
                    "state": outcome.state,
                    "message": outcome.message,
                    "needs_attention": outcome.needs_attention,
                    "login": outcome.login or line.login,
                }
            )

    def action_open_student(self):
        """Open the student of the line.

        :rtype: dict
        """
        self.ensure_one()
        return self.student_id.get_formview_action()
