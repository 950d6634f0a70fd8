from odoo import api, fields, models
from odoo.exceptions import UserError

from .op_student_portal_access.assess import Request
from .op_student_portal_access.letters import LETTERS_AT_ONCE
from .op_student_portal_run.record import PRINTING
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
    guardian_id = fields.Many2one(ondelete="set null", index="btree_not_null")
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
        """Do the action of the lines' run for their holders, and record the result."""
        run = self.run_id
        # A letter is recorded under the name of who prints it.
        user = self.env.user if run.action in PRINTING else run.user_id
        access = self.env(context=run.starter_context(), user=user, su=True)[
            "op.student.portal.access"
        ]
        lines = {holder: line for line, holder in self.holders().items()}
        requests = [
            Request(
                holder.with_env(access.env),
                line.requested_login() if run.action == "grant" else None,
                line.take_over,
                line.by_pattern,
            )
            for holder, line in lines.items()
        ]
        if run.action in NEEDING_PORTAL:
            access.check_enabled_for(self.contacts().with_env(access.env))
        options = {}
        if run.action == "grant":
            options = {
                # One that was chosen may have been changed or deleted since.
                "portal_group": (
                    None if run.uses_school_groups else run.portal_group_id
                ),
                "guardian_group": (
                    None if run.uses_school_guardian_groups else run.guardian_group_id
                ),
                "send_invitation": run.send_invitation,
            }
        for holder, outcome in access.perform(run.action, requests, **options).items():
            lines[holder].write(
                {
                    "state": outcome.state,
                    "message": outcome.message,
                    "needs_attention": outcome.needs_attention,
                    "login": outcome.login or lines[holder].login,
                }
            )

    @api.private
    def skip_deleted(self):
        """Skip the lines whose student or guardian is deleted, and return the others.

        :rtype: op.student.portal.run.line
        """
        present = self.filtered(self.holders().get)
        (self - present).write(
            {"state": "skipped", "message": self.env._("The record was deleted.")}
        )
        return present

    @api.private
    def skip_refused(self):
        """Skip the lines for whose holders the action of the run is refused."""
        access = self.env["op.student.portal.access"]
        lines = {holder: line for line, holder in self.holders().items()}
        reasons = access.refusals(self.run_id.action, [Request(each) for each in lines])
        for holder, reason in reasons.items():
            if reason:
                lines[holder].write({"state": "skipped", "message": reason})

    @api.private
    def requested_login(self):
        """Return the login to grant, or None to choose it when it is done."""
        if self.by_pattern and "@" in (self.login or "@"):
            return None
        return self.login or ""

    def action_open_student(self):
        """Open the student, or guardian, of the line.

        :rtype: dict
        """
        self.ensure_one()
        return self.holders()[self].get_formview_action()

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
        lines = self.sudo()
        self.env["op.student"].check_letter_printer()
        lines = lines.skip_deleted()
        for holders in lines.holders_by_kind():
            holders.sudo(False).check_portal_manager()
        access = self.env["op.student.portal.access"]
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
            run.end_if_worked_off()
            if run.state == "draft":
                # A part was asked for. Resumed, the run prints the others.
                run.write({"state": "cancelled", "finished_on": fields.Datetime.now()})
        printed = lines.filtered(lambda line: line.state == "done")
        if not printed:
            raise UserError(
                self.env._(
                    "There is no letter to print: %(reason)s",
                    reason=" ".join(sorted(set(lines.mapped("message")))),
                )
            )
        accesses = access.of_contacts(printed.contacts())
        return access.union(*accesses.values()).letters()
