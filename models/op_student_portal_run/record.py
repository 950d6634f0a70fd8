from collections import Counter
from datetime import timedelta

from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import babel_locale_parse, format_datetime, formatLang

#: The states of lines whose student was given, or given back, an access.
GIVEN_STATES = ("granted", "restored")
#: The actions that print codes: a few for who waits for them, many into files.
PRINTING = ("letters", "class_list")
#: The states of lines for which nothing was done, for a reason that the line says.
SKIPPED_STATES = ("skipped", "failed")


class OpStudentPortalRun(models.Model):
    _name = "op.student.portal.run"
    _description = "Portal Access Run"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    # Nobody writes a run but this model; who sees it may leave a note.
    _mail_post_access = "read"

    action = fields.Selection(
        [
            ("grant", "Grant Portal Access"),
            ("resend", "Resend Invitation"),
            ("reset", "Reset Password"),
            ("update_login", "Update Login"),
            ("revoke", "Revoke Access"),
            ("restore", "Restore Access"),
            ("letters", "Access Letters"),
            ("class_list", "Class List"),
        ],
        required=True,
        readonly=True,
        default="grant",
    )
    user_id = fields.Many2one(
        "res.users", string="Started by", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    started_on = fields.Datetime(string="Started on", required=True, readonly=True)
    finished_on = fields.Datetime(string="Ended on", readonly=True)
    batch_id = fields.Many2one(
        "op.batch", readonly=True, ondelete="set null", help="Of a class list."
    )
    portal_group_id = fields.Many2one(
        "res.groups", string="Portal Group", readonly=True, ondelete="set null"
    )
    # Where no group was chosen; one that was may be deleted before the run is done.
    uses_school_groups = fields.Boolean(
        string="Portal Group of Each School", readonly=True
    )
    guardian_group_id = fields.Many2one(
        "res.groups",
        string="Portal Group of Guardians",
        readonly=True,
        ondelete="set null",
    )
    uses_school_guardian_groups = fields.Boolean(
        string="Guardians' Portal Group of Each School", readonly=True
    )
    send_invitation = fields.Boolean(readonly=True)
    state = fields.Selection(
        [
            ("draft", "To Confirm"),
            ("running", "Running"),
            ("interrupted", "Interrupted"),
            ("cancelled", "Cancelled"),
            ("done", "Done"),
        ],
        string="Status",
        default="running",
        required=True,
        readonly=True,
        index=True,
    )
    interruption = fields.Char(
        string="Interruption Reason",
        readonly=True,
        help="Why the run could not go on. Resume it when that is corrected.",
    )
    # The time left is computed from these: a run that is resumed starts again.
    working_since = fields.Datetime(readonly=True)
    done_before = fields.Integer(readonly=True)
    line_ids = fields.One2many(
        "op.student.portal.run.line", "run_id", string="Students", readonly=True
    )
    skipped_line_ids = fields.One2many(
        "op.student.portal.run.line",
        "run_id",
        string="Skipped Students",
        domain=[("state", "in", SKIPPED_STATES)],
        readonly=True,
    )
    attention_line_ids = fields.One2many(
        "op.student.portal.run.line",
        "run_id",
        string="Needing Attention",
        domain=[("needs_attention", "=", True)],
        readonly=True,
    )
    total_count = fields.Integer(string="Selected", compute="_compute_counts")
    pending_count = fields.Integer(string="Pending", compute="_compute_counts")
    granted_count = fields.Integer(string="Granted", compute="_compute_counts")
    restored_count = fields.Integer(string="Restored", compute="_compute_counts")
    done_count = fields.Integer(string="Done", compute="_compute_counts")
    skipped_count = fields.Integer(string="Skipped", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    guardian_count = fields.Integer(compute="_compute_counts")
    attention_count = fields.Integer(string="Need Attention", compute="_compute_counts")
    given_count = fields.Integer(string="Have Access", compute="_compute_counts")
    worked_count = fields.Integer(string="Done or Granted", compute="_compute_counts")
    progress = fields.Float(
        compute="_compute_counts", help="How much of the run is done, in percent."
    )
    time_left = fields.Char(compute="_compute_time_left")

    @api.depends("line_ids.state", "line_ids.needs_attention")
    def _compute_counts(self):
        lines = self.env["op.student.portal.run.line"]
        states = lines._fields["state"].get_values(self.env)
        counts, attention, guardians = Counter(), Counter(), Counter()
        for run, state, needs_attention, count, of_guardians in lines._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state", "needs_attention"],
            ["__count", "guardian_id:count"],
        ):
            counts[run, state] += count
            guardians[run] += of_guardians
            attention[run] += count if needs_attention else 0
        for run in self:
            for state in states:
                run[f"{state}_count"] = counts[run, state]
            run.total_count = sum(run[f"{state}_count"] for state in states)
            run.given_count = sum(run[f"{state}_count"] for state in GIVEN_STATES)
            run.worked_count = run.given_count + run.done_count
            run.attention_count = attention[run]
            run.guardian_count = guardians[run]
            run.progress = (
                100 * (run.total_count - run.pending_count) / run.total_count
                if run.total_count
                else 100
            )

    @api.depends("state", "pending_count")
    @api.depends_context("lang")
    def _compute_time_left(self):
        now = fields.Datetime.now()
        locale = babel_locale_parse(self.env.lang)
        # Who grants may not read scheduled actions.
        scheduled_action = self.scheduled_action().sudo()
        for run in self:
            done = run.total_count - run.pending_count - run.done_before
            if run.state != "running":
                run.time_left = False
            elif not scheduled_action.active:
                # By an Administrator, or by Odoo after a week of failures.
                run.time_left = self.env._(
                    "The run does not move: the scheduled action %(name)s is switched"
                    " off. Ask an Administrator to switch it on.",
                    name=scheduled_action.name,
                )
            elif done <= 0:
                run.time_left = self.env._("Waiting for the scheduler")
            else:
                elapsed = now - run.working_since
                left = max(elapsed * run.pending_count / done, timedelta(seconds=1))
                run.time_left = self.env._(
                    "About %(duration)s left",
                    duration=format_timedelta(left, threshold=1.2, locale=locale),
                )

    @api.depends("action", "line_ids", "batch_id")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        actions = dict(self._fields["action"]._description_selection(self.env))
        # Not by the runs: the lines of large ones would be read, too.
        lines = self.line_ids.search_fetch(
            [("run_id", "in", self.filtered(lambda run: run.total_count == 1).ids)],
            ["run_id", "student_name"],
        )
        names = {line.run_id: line.student_name for line in lines}
        for run in self:
            who = names.get(run) or run.who_text(run.total_count)
            # Who sees a run may know of which class it is.
            if batch := run.sudo().batch_id:
                who = self.env._("%(batch)s (%(who)s)", batch=batch.name, who=who)
            run.display_name = self.env._(
                "%(action)s: %(who)s, %(date)s",
                action=actions[run.action],
                who=who,
                date=format_datetime(
                    self.env,
                    run.started_on,
                    # The scheduler works in the name of another user than it is for.
                    self.env.context.get("tz"),
                    dt_format="short",
                ),
            )

    @api.private
    def who_text(self, number):
        """Say how many students, or where there are guardians, contacts.

        :rtype: str
        """
        count = formatLang(self.env, number, digits=0)
        if self.guardian_count:
            return self.env._("%(count)s contacts", count=count)
        return self.env._("%(count)s students", count=count)

    @api.private
    def pending_lines(self, limit=None):
        """Return the next lines of the run that are to be worked off, in their order.

        :rtype: op.student.portal.run.line
        """
        self.ensure_one()
        return self.line_ids.search(
            [("run_id", "=", self.id), ("state", "=", "pending")],
            limit=limit,
            order="id",
        )

    # -- steering ----------------------------------------------------------------

    def action_cancel(self):
        """Stop the runs after the batch under way; what was done stays.

        :raise AccessError: if the current user may not grant
        :raise UserError: if a run is not running
        """
        for run in self.steered():
            if run.state != "running":
                raise UserError(
                    self.env._("This run is not running: nothing to cancel.")
                )
            run.write({"state": "cancelled", "finished_on": fields.Datetime.now()})
            run._message_log(body=self.env._("Cancelled."))
            run.wake_mail_queue()

    def action_resume(self):
        """Take up cancelled or interrupted runs where they stopped.

        :raise AccessError: if the current user may not grant
        :raise UserError: if a run was not stopped
        """
        for run in self.steered():
            if run.state not in ("cancelled", "interrupted"):
                raise UserError(
                    self.env._("This run was not stopped: nothing to resume.")
                )
            run._message_log(body=self.env._("Resumed."))
            run.unlink_activities()
            run.take_up()

    def action_retry_failed(self):
        """Try again those that the database or a rule refused.

        :raise AccessError: if the current user may not grant
        :raise UserError: if no student of a run has failed
        """
        for run in self.steered():
            failed = run.line_ids.search(
                [("run_id", "=", run.id), ("state", "=", "failed")]
            )
            if not failed:
                raise UserError(
                    self.env._("No student of this run has failed: nothing to retry.")
                )
            failed.write(
                {"state": "pending", "message": False, "needs_attention": False}
            )
            run._message_log(
                body=self.env._("Students retried: %(count)s.", count=len(failed))
            )
            run.unlink_activities()
            run.take_up()

    @api.private
    def steered(self):
        """Return the runs in superuser mode, if the current user may steer them.

        Who may grant may steer every run of their companies, no matter who started it;
        the runs themselves can be written by nobody.

        :raise AccessError: if the current user may not grant, or not see a run
        """
        self.env["op.student"].check_portal_manager()
        self.check_access("read")
        return self.sudo()
