import logging
import time
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import retrying
from odoo.sql_db import connection_info_for
from odoo.tools import formatLang
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..op_student_portal_access.letters import LETTERS_AT_ONCE
from .record import PRINTING

_logger = logging.getLogger(__name__)

#: For how many students the work is done before it is committed.
BATCH_SIZE = 200
#: The runs that the scheduler works off.
SCHEDULED = [("state", "=", "running")]
#: How long a database that is restarted is waited for.
DATABASE_SECONDS = 60


class OpStudentPortalRun(models.Model):
    """The work of the runs: what Odoo's scheduler does with them."""

    _inherit = "op.student.portal.run"

    @api.model
    def _cron_process(self):
        """Work off the runs, batch by batch, each batch committed.

        Odoo lets one worker at a time do this, however many servers share the
        database. What a killed worker had not committed is still pending. Runs take
        turns, so that a small one does not wait for a large one.
        """
        try:
            self._process_runs()
        except Exception:
            if self.env.cr.closed:
                self._wait_for_database()
            raise

    @api.model
    def _wait_for_database(self):
        """Wait until the database answers again, for a while.

        Odoo's schedulers ask for their database once they have lost it, and end for
        good if it is not back yet.
        """
        _name, parameters = connection_info_for(self.env.cr.dbname)
        deadline = time.monotonic() + DATABASE_SECONDS
        while time.monotonic() < deadline:
            # Those that Odoo keeps open may have a moment yet before they die, too.
            try:
                psycopg2.connect(**parameters).close()
                return
            except psycopg2.OperationalError:
                time.sleep(0.5)

    @api.model
    def _process_runs(self):
        """Work off a batch of each run in turn, until all is done or time is up."""
        cron = self.env["ir.cron"]
        # Odoo calls a job with work left ten times at least, however long that takes:
        # once this one's is up, it is the others' turn, such as the mail queue's.
        if not cron._commit_progress(remaining=self._count_remaining()):
            return
        while runs := self.search(SCHEDULED, order="id"):
            for run in runs:
                # What it says is for its starter.
                starter = run.user_id
                run = run.with_context(lang=starter.lang, tz=starter.tz)
                processed = run._process_batch_despite_conflicts()
                if not cron._commit_progress(
                    processed, remaining=self._count_remaining()
                ):
                    # Odoo would come back to it with its next look, in a minute.
                    self.wake_scheduler()
                    return
                # The next batch starts from what the database holds then, and the
                # last one's records are not kept in memory.
                self.env.invalidate_all(flush=False)

    @api.private
    @api.model
    def wake_scheduler(self):
        """Have Odoo's scheduler work off the runs, once this is committed."""
        # Who grants may not read scheduled actions.
        self.scheduled_action().sudo()._trigger()

    @api.private
    @api.model
    def scheduled_action(self):
        """Return the scheduled action that works off the runs.

        :rtype: ir.cron
        """
        return self.env.ref("openeducat_student_portal.ir_cron_portal_run")

    @api.model
    def _count_remaining(self):
        """Return how many students of running runs are pending."""
        return self.line_ids.search_count(
            [("run_id", "any", SCHEDULED), ("state", "=", "pending")]
        )

    def _process_batch_despite_conflicts(self):
        """Process a batch, again if another transaction got in its way.

        A run that cannot go on at all is interrupted, for an administrator to correct
        and resume: it must not keep the others from their turn.

        :return: how many lines were worked off
        :rtype: int
        """
        try:
            return retrying(self._process_scheduled_batch, self.env)
        except Exception as error:
            # What the server cannot do now, the scheduler comes back to.
            if self.env["op.student.portal.access"].is_server_error(error):
                raise
            self.env.cr.rollback()
            self._interrupt(error)
            return 0

    def _process_scheduled_batch(self):
        size = LETTERS_AT_ONCE if self.action in PRINTING else BATCH_SIZE
        processed = self.process_batch(size)
        if self.state == "done":
            self._notify_starter()
        return processed

    @api.private
    def process_batch(self, size):
        """Do the work for the next pending students of the run.

        :param int size: how many at most
        :return: how many lines were worked off
        :rtype: int
        """
        self.ensure_one()
        if self.state != "running":
            return 0
        pending = self.pending_lines(size)
        present = pending.skip_deleted()
        if present and self.action in PRINTING:
            self.print_file(present)
        elif present:
            present.work_off()
        self.end_if_worked_off()
        return len(pending)

    @api.private
    def end_if_worked_off(self):
        """Record that the run is done, once nobody of it is pending."""
        if not self.pending_lines(1):
            self.write({"state": "done", "finished_on": fields.Datetime.now()})
            self.wake_mail_queue()

    @api.private
    def starter_context(self):
        """Return the context in which the work is done in the starter's name.

        The starter's rights were checked when the run was started, and the work is
        what was started then: hence the lines do it in superuser mode.
        """
        return {
            "lang": self.user_id.lang,
            "tz": self.user_id.tz,
            "allowed_company_ids": self.company_id.ids,
            "student_portal_hold_mails": True,
        }

    def _interrupt(self, error):
        """Stop the run because of an error that is no single student's."""
        self.ensure_one()
        _logger.error("%s is interrupted", self, exc_info=error)
        reason = str(error).strip() or type(error).__name__
        if not isinstance(error, UserError):
            reason = self.env._("%(error)s (the server's log tells more)", error=reason)
        self.write(
            {
                "state": "interrupted",
                "interruption": reason,
                "finished_on": fields.Datetime.now(),
            }
        )
        self.wake_mail_queue()
        self._notify_starter()

    @api.private
    def wake_mail_queue(self):
        """Have the invitations of the run sent, now that it works no longer.

        While it worked they waited: a server that dies then has none half sent, and
        the mail queue does not take the scheduler's time from the run.
        """
        if any(run.sends_mails() for run in self):
            # Who steers a run may not read scheduled actions.
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.private
    def sends_mails(self):
        return self.send_invitation or self.action in (
            "resend",
            "reset",
            "update_login",
        )

    def _notify_starter(self):
        """Notify the starter, who may be elsewhere by now, that the run has ended.

        A notification is shown on the page that the starter has open, and an activity
        waits for who has none open.
        """
        self.ensure_one()
        if self.state == "interrupted":
            summary = self.env._("Portal access: a run was interrupted")
            text = self.interruption
        else:
            summary = self.env._("Portal access: a run is done")
            text = self.env._(
                "%(run)s. Done: %(done)s. Need attention: %(attention)s.",
                run=self.display_name,
                done=formatLang(self.env, self.worked_count, digits=0),
                attention=formatLang(self.env, self.attention_count, digits=0),
            )
        done_well = self.state == "done" and not self.attention_count
        self.user_id._bus_send(
            "simple_notification",
            {
                "type": "success" if done_well else "warning",
                "title": summary,
                "message": text,
                "sticky": True,
            },
        )
        self.unlink_activities()
        # The starter needs no mail about it as well.
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self.user_id.id,
            summary=summary,
            note=text,
        )

    @api.private
    def unlink_activities(self):
        """Delete the activities about the runs: what they say is no longer so."""
        self.activity_unlink(["mail.mail_activity_data_todo"])

    # -- keeping -----------------------------------------------------------------

    @api.autovacuum
    def _gc_ended_runs(self):
        """Delete the runs that have been kept for long enough, a part at a time.

        :return: how many records were deleted, and whether there are more
        :rtype: tuple
        """
        # As any cleaning, it is done for all.
        parameters = self.env["ir.config_parameter"].sudo()
        days = int(
            parameters.get_param("openeducat_student_portal.run_retention_days", 90)
        )
        if days <= 0:  # they are kept for ever
            return 0, False
        runs = self.search(
            # One that was never confirmed was of use for no longer than its dialog.
            Domain("state", "=", "draft")
            & Domain("started_on", "<", fields.Datetime.now() - timedelta(days=1))
            | Domain("state", "not in", ("draft", "running"))
            & Domain("finished_on", "<", fields.Datetime.now() - timedelta(days=days)),
            order="id",
            limit=GC_UNLINK_LIMIT,
        )
        lines = self.line_ids.search(
            [("run_id", "in", runs.ids)], limit=GC_UNLINK_LIMIT
        )
        lines.unlink()
        if len(lines) == GC_UNLINK_LIMIT:
            return len(lines), True
        runs.unlink()
        return len(lines) + len(runs), len(runs) == GC_UNLINK_LIMIT
