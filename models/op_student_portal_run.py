from datetime import timedelta

from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import babel_locale_parse, format_datetime

#: The states of lines whose student was given, or given back, an access.
GIVEN_STATES = ("granted", "restored")
#: The states of lines whose student was not, for a reason that the line tells.
ATTENTION_STATES = ("skipped", "failed")


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
    attention_line_ids = fields.One2many(
        "op.student.portal.run.line",
        "run_id",
        string="Needing Attention",
        domain=[("state", "in", ATTENTION_STATES)],
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

    @api.depends("line_ids.state")
    def _compute_counts(self):
        lines = self.env["op.student.portal.run.line"]
        states = lines._fields["state"].get_values(self.env)
        counts = {
            (run, state): count
            for run, state, count in lines._read_group(
                [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
            )
        }
        for run in self:
            for state in states:
                run[f"{state}_count"] = counts.get((run, state), 0)
            run.total_count = sum(run[f"{state}_count"] for state in states)
            run.given_count = sum(run[f"{state}_count"] for state in GIVEN_STATES)
            run.attention_count = sum(
                run[f"{state}_count"] for state in ATTENTION_STATES
            )
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
        for run in self:
            done = run.total_count - run.pending_count - run.done_before
            if run.state != "running":
                run.time_left = False
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

    # -- starting ----------------------------------------------------------------

    @api.model
    def _start(self, students, portal_group, send_invitation, logins=None):
        """Grant access to the students: at once, or as work of the scheduler.

        Up to a number of students, a setting, they are granted in this transaction.
        More of them become work that Odoo's scheduler does in batches.

        :param students: an op.student recordset
        :param portal_group: the access level, a res.groups
        :param bool send_invitation: queue the invitation to set a password
        :param dict logins: the address typed for a student, by its id; the
            contact's e-mail where it has none
        :return: the run
        :rtype: op.student.portal.run
        :raise AccessError: if the current user may not grant
        :raise UserError: if the portal is switched off, or the group is no access
            level
        """
        students._check_portal_manager()
        students._check_portal_enabled()
        students._check_portal_group(portal_group)
        students.check_access("write")
        # Runs are the record of what was done: nobody writes them but this model,
        # after the checks above.
        run = (
            self.sudo()
            .with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            .create(
                {
                    "user_id": self.env.uid,
                    "company_id": self.env.company.id,
                    "started_on": fields.Datetime.now(),
                    "portal_group_id": portal_group.id,
                    "send_invitation": send_invitation,
                }
            )
        )
        # The contact's e-mail is asked for before access is given to it.
        contacts = [student.partner_id for student in students.sudo()]
        emails = [contact.email for contact in contacts]
        logins = dict(zip(students.ids, emails, strict=True)) | (logins or {})
        states = ["pending"] * len(students)
        messages = [None] * len(students)
        if len(students) > self._threshold():
            # What is not ready now is told at once, and whoever shares an address
            # with another of the selection is found, in whichever batch that is.
            assessments = students._assess_portal_access(logins)
            for index, student in enumerate(students):
                if not assessments[student].is_ready:
                    states[index] = "skipped"
                    messages[index] = assessments[student].message
        run.line_ids._insert_lines(
            run,
            {
                "student_id": students.ids,
                "student_name": [contact.name for contact in contacts],
                "login": [logins[student.id] or None for student in students],
                "state": states,
                "message": messages,
            },
        )
        run._take_up(at_once=len(students) <= self._threshold())
        return self.browse(run.id)

    @api.model
    def _threshold(self):
        """Return how many students are granted at once, in the request."""
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("openeducat_student_portal.run_threshold", 100))

    def _take_up(self, at_once):
        """Work the pending lines off, or have Odoo's scheduler do it.

        :param bool at_once: in this transaction, not by the scheduler
        """
        self.ensure_one()
        self.write(
            {
                "state": "running",
                "interruption": False,
                "finished_on": False,
                "working_since": fields.Datetime.now(),
                "done_before": self.total_count - self.pending_count,
            }
        )
        if at_once:
            self._process_batch(self.pending_count)
        else:
            self.env.ref(
                "openeducat_student_portal.ir_cron_portal_run"
            ).sudo()._trigger()

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
            failed.write({"state": "pending", "message": False})
            run._message_log(
                body=self.env._("%(count)s students retried.", count=len(failed))
            )
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
        """Open the dialog for the students that were skipped or failed.

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
