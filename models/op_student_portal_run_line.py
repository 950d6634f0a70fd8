from odoo import api, fields, models
from odoo.exceptions import UserError

from .op_student_portal_access.assess import Request
from .op_student_portal_access.letters import LETTERS_AT_ONCE
from .op_student_portal_run.run import PRINTING
from .op_student_portal_run.start import NEEDING_PORTAL


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
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("failed", "Failed"),
        ],
        string="Status",
        default="pending",
        required=True,
    )
    message = fields.Char(string="Reason")
    needs_attention = fields.Boolean(
        help="Something has to be corrected before the student can be granted access."
    )

    _run_state = models.Index("(run_id, state, id)")

    @api.private
    def work_off(self):
        """Do the action of the lines' run for their students, and record the result."""
        run = self.run_id
        # A letter is recorded under the name of who prints it.
        user = self.env.user if run.action in PRINTING else run.user_id
        access = self.env(context=run.starter_context(), user=user, su=True)[
            "op.student.portal.access"
        ]
        lines = {line.student_id: line for line in self}
        requests = [
            Request(
                student.with_env(access.env),
                line.requested_login() if run.action == "grant" else None,
                line.take_over,
                line.by_pattern,
            )
            for student, line in lines.items()
        ]
        if run.action in NEEDING_PORTAL:
            self.student_id.with_env(access.env).check_portal_enabled()
        options = {}
        if run.action == "grant":
            options = {
                # One that was chosen may have been changed or deleted since.
                "portal_group": (
                    None if run.uses_school_groups else run.portal_group_id
                ),
                "send_invitation": run.send_invitation,
            }
        for student, outcome in access.perform(run.action, requests, **options).items():
            lines[student].write(
                {
                    "state": outcome.state,
                    "message": outcome.message,
                    "needs_attention": outcome.needs_attention,
                    "login": outcome.login or lines[student].login,
                }
            )

    @api.private
    def requested_login(self):
        """Return the login to grant, or None to choose it when it is done."""
        if self.by_pattern and "@" in (self.login or "@"):
            return None
        return self.login or ""

    def action_open_student(self):
        """Open the student of the line.

        :rtype: dict
        """
        self.ensure_one()
        return self.student_id.get_formview_action()

    @api.private
    def print_letters(self):
        """Make the letters of the lines, and record that they are printed.

        :return: a list of AccessLetter
        :rtype: list
        :raise AccessError: if the current user may not print them, or not see
            the lines
        :raise UserError: if there is no letter for any of them, or too many at once
        """
        self.check_access("read")
        # Runs are written by their own model alone, after the checks here.
        lines = self.sudo().filtered("student_id")
        students = lines.student_id.sudo(False)
        students.check_portal_manager()
        students.check_letter_printer()
        students.check_portal_enabled()
        if len(lines) > LETTERS_AT_ONCE:
            raise UserError(
                self.env._(
                    "These are %(count)s letters, and at most %(limit)s are printed at"
                    " once.",
                    count=len(lines),
                    limit=LETTERS_AT_ONCE,
                )
            )
        if lines.run_id.filtered(lambda run: run.action not in PRINTING):
            raise UserError(self.env._("Only runs of access letters print letters."))
        for run in lines.run_id:
            lines.filtered(lambda line, run=run: line.run_id == run).work_off()
            run.state = "running" if run.pending_count else "done"
            run.finished_on = not run.pending_count and fields.Datetime.now()
        printed = lines.filtered(lambda line: line.state == "done")
        if not printed:
            raise UserError(
                self.env._(
                    "There is no letter to print: %(reason)s",
                    reason=" ".join(sorted(set(lines.mapped("message")))),
                )
            )
        return printed.student_id.portal_access_id.letters()
