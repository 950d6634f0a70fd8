from collections import Counter
from datetime import timedelta

from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import babel_locale_parse, format_datetime

#: The states of lines whose student was given, or given back, an access.
GIVEN_STATES = ("granted", "restored")
#: The states of lines whose student was not, for a reason that the line tells.
LEFT_OUT_STATES = ("skipped", "failed")


class OpStudentPortalRun(models.Model):
    _name = "op.student.portal.run"
    _description = "Portal Access Run"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    # Nobody writes a run but this model; whoever sees it may leave a note.
    _mail_post_access = "read"

    user_id = fields.Many2one(
        "res.users", string="Started by", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    started_on = fields.Datetime(required=True, readonly=True)
    finished_on = fields.Datetime(readonly=True)
    portal_group_id = fields.Many2one(
        "res.groups", string="Portal Group", readonly=True, ondelete="set null"
    )
    send_invitation = fields.Boolean(readonly=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("interrupted", "Interrupted"),
            ("cancelled", "Cancelled"),
            ("done", "Done"),
        ],
        default="running",
        required=True,
        readonly=True,
        index=True,
    )
    interruption = fields.Char(
        string="Reason of the Interruption",
        readonly=True,
        help="Why the run could not go on. Resume it when that is mended.",
    )
    # What the time left is told from: a run that is resumed starts anew.
    working_since = fields.Datetime(readonly=True)
    done_before = fields.Integer(readonly=True)
    line_ids = fields.One2many(
        "op.student.portal.run.line", "run_id", string="Students", readonly=True
    )
    left_out_line_ids = fields.One2many(
        "op.student.portal.run.line",
        "run_id",
        string="Left Out",
        domain=[("state", "in", LEFT_OUT_STATES)],
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
    skipped_count = fields.Integer(string="Skipped", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    attention_count = fields.Integer(string="Need Attention", compute="_compute_counts")
    given_count = fields.Integer(string="Have Access", compute="_compute_counts")
    progress = fields.Float(
        compute="_compute_counts", help="How much of the run is done, in percent."
    )
    time_left = fields.Char(compute="_compute_time_left")

    @api.depends("line_ids.state", "line_ids.needs_attention")
    def _compute_counts(self):
        lines = self.env["op.student.portal.run.line"]
        states = lines._fields["state"].get_values(self.env)
        counts, attention = Counter(), Counter()
        for run, state, needs_attention, count in lines._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state", "needs_attention"],
            ["__count"],
        ):
            counts[run, state] += count
            attention[run] += count if needs_attention else 0
        for run in self:
            for state in states:
                run[f"{state}_count"] = counts[run, state]
            run.total_count = sum(run[f"{state}_count"] for state in states)
            run.given_count = sum(run[f"{state}_count"] for state in GIVEN_STATES)
            run.attention_count = attention[run]
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
        scheduled_action = self._scheduled_action().sudo()
        for run in self:
            done = run.total_count - run.pending_count - run.done_before
            if run.state != "running":
                run.time_left = False
            elif not scheduled_action.active:
                # By an Administrator, or by Odoo after a week of failures.
                run.time_left = self.env._(
                    "It does not move: the scheduled action %(name)s is switched off."
                    " An Administrator switches it on.",
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

    @api.depends("started_on", "user_id")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "%(date)s by %(starter)s",
                date=format_datetime(self.env, run.started_on, dt_format="short"),
                starter=run.user_id.sudo().name,
            )

    # -- steering ----------------------------------------------------------------

    def action_cancel(self):
        """Stop the runs after the batch under way; what was granted stays.

        :raise AccessError: if the current user may not grant
        :raise UserError: if a run is not running
        """
        for run in self._steered():
            if run.state != "running":
                raise UserError(
                    self.env._("This run is not running: nothing to cancel.")
                )
            run.write({"state": "cancelled", "finished_on": fields.Datetime.now()})
            run._message_log(body=self.env._("Cancelled."))
            run._wake_mail_queue()

    def action_resume(self):
        """Take up cancelled or interrupted runs where they stopped.

        :raise AccessError: if the current user may not grant
        :raise UserError: if a run was not stopped
        """
        for run in self._steered():
            if run.state not in ("cancelled", "interrupted"):
                raise UserError(
                    self.env._("This run was not stopped: nothing to resume.")
                )
            run._message_log(body=self.env._("Resumed."))
            run._forget_what_was_told()
            run._take_up(at_once=run.pending_count <= self._threshold())

    def action_retry_failed(self):
        """Try the students once more whom the database or a rule refused.

        :raise AccessError: if the current user may not grant
        :raise UserError: if no student of a run has failed
        """
        for run in self._steered():
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
                body=self.env._("%(count)s students retried.", count=len(failed))
            )
            run._forget_what_was_told()
            run._take_up(
                # The scheduler has the run already if it is running.
                at_once=run.state != "running"
                and run.pending_count <= self._threshold()
            )

    def _steered(self):
        """Return the runs in superuser mode, if the current user may steer them.

        Who may grant may steer every run of their companies, whoever started it; the
        runs themselves can be written by nobody.

        :raise AccessError: if the current user may not grant, or not see a run
        """
        self.env["op.student"]._check_portal_manager()
        self.check_access("read")
        return self.sudo()

    # -- showing -----------------------------------------------------------------

    def action_open_users(self):
        """Open the users of the students that the runs gave access.

        :rtype: dict
        """
        lines = self.line_ids.search_fetch(
            [("run_id", "in", self.ids), ("state", "in", GIVEN_STATES)], ["student_id"]
        )
        return lines.student_id._open_portal_users()

    def action_open_lines(self):
        """Open the students of the run, with what became of each.

        The context may name the filters that are set, as ``search_default_...``.

        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "openeducat_student_portal.action_op_student_portal_run_line"
        )
        action["domain"] = [("run_id", "=", self.id)]
        action["context"] = {
            name: value
            for name, value in self.env.context.items()
            if name.startswith("search_default_")
        }
        return action

    def action_mend(self):
        """Open the dialog for the students that need attention.

        There their addresses are mended, and access is granted, as a run of its own.

        :rtype: dict
        """
        students = self.attention_line_ids.student_id
        if not students:
            raise UserError(self.env._("No student of this run needs attention."))
        return students.action_grant_portal_access()

    def _open_form(self):
        """Return the action that shows the run.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Portal Access Run"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
