from odoo import api, fields, models

from ..op_student_portal_access.assess import Request
from ..op_student_portal_access.letters import LETTERS_AT_ONCE
from .record import PRINTING

#: The actions that mail students or end their access: several are asked about first.
ASKING = ("resend", "reset", "update_login", "revoke")
#: The actions that need the portal of a school to be on.
NEEDING_PORTAL = ("grant", "resend", "reset", *PRINTING)


class OpStudentPortalRun(models.Model):
    _inherit = "op.student.portal.run"

    @api.private
    @api.model
    def start(
        self,
        action,
        holders,
        requests=None,
        portal_group=None,
        send_invitation=False,
        guardian_group=None,
    ):
        """Do an action for students, or for guardians, or both: at once, asked first,
        or by the scheduler.

        This is the one place where it is checked who asks. Up to a number of students,
        a setting, the work is done in this transaction. More become work that Odoo's
        scheduler does in batches.

        :param str action: one of the actions of a run
        :param holders: a recordset of students, or of guardians; not needed where
            there are requests
        :param list requests: for granting, the Request of each holder, where it has
            typed addresses
        :param portal_group: for granting to students, a res.groups; empty for the
            default of each student's school
        :param bool send_invitation: for granting, queue the invitations
        :param guardian_group: for granting to guardians, in the same way
        :return: the run: a draft, where it has to be confirmed
        :rtype: op.student.portal.run
        :raise AccessError: if the current user may not manage the access of students
        :raise UserError: if the portal is switched off, or the group is no portal
            group
        """
        access = self.env["op.student.portal.access"]
        requests = requests or [Request(holder) for holder in holders]
        kinds = access.holders_by_kind(requests) or [holders]
        for each in kinds:
            each.check_portal_manager()
        if action in PRINTING:
            kinds[0].check_letter_printer()
        access.check_portal_groups(portal_group or None, guardian_group or None)
        if action in NEEDING_PORTAL:
            # Who may act for the holders may know which school they are of.
            contacts = self.env["res.partner"].union(
                *(each.sudo().partner_id.with_env(self.env) for each in kinds)
            )
            access.check_enabled_for(contacts)
        # Runs are the record of what was done: nobody writes them but this model,
        # after the checks above.
        run = (
            self.sudo()
            .with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            .create(
                {
                    "action": action,
                    "state": "draft",
                    "user_id": self.env.uid,
                    "company_id": self.env.company.id,
                    "started_on": fields.Datetime.now(),
                    "portal_group_id": portal_group and portal_group.id,
                    "uses_school_groups": not portal_group,
                    "guardian_group_id": guardian_group and guardian_group.id,
                    "uses_school_guardian_groups": not guardian_group,
                    "send_invitation": send_invitation,
                }
            )
        )
        run._insert_requests(requests)
        if action in PRINTING:
            asks = run.pending_count <= LETTERS_AT_ONCE
        else:
            asks = action in ASKING and len(run.pending_accesses()) > 1
        if not asks:
            run.take_up()
        return self.browse(run.id)

    def _insert_requests(self, requests):
        """Insert a line for each request, with the reason of those that are skipped.

        Few grants are assessed when they are done. Of many, those that share an
        address with others of the selection are found here, in whichever batch they
        are.
        """
        access = self.env["op.student.portal.access"]
        holders = access.sudo_holders(requests)
        emails = {
            request_holder: holder.portal_email()
            for request_holder, holder in holders.items()
        }
        skipped, attention = {}, set()
        by_pattern = {
            request.holder: request.by_pattern
            or (self.action == "grant" and request.login is None)
            for request in requests
        }
        if self.action != "grant":
            skipped = access.refusals(self.action, requests)
        elif len(requests) > self._threshold():
            for holder, each in access.assess(requests).items():
                by_pattern[holder] = each.by_pattern
                if each.by_pattern:
                    emails[holder] = each.login
                if not each.is_ready:
                    skipped[holder] = each.message
                if each.needs_attention:
                    attention.add(holder)
        # The address as it was typed, or is now.
        typed = {
            request.holder: emails[request.holder]
            if request.login is None
            else request.login
            for request in requests
        }
        self.line_ids.insert_lines(
            self,
            {
                **self.line_ids.holder_columns(holders.values()),
                "student_name": [each.partner_id.name for each in holders.values()],
                "login": [typed[holder] or None for holder in holders],
                "by_pattern": [by_pattern[holder] for holder in holders],
                "take_over": [request.take_over for request in requests],
                "state": [
                    "skipped" if skipped.get(holder) else "pending"
                    for holder in holders
                ],
                "message": [skipped.get(holder) or None for holder in holders],
                "needs_attention": [holder in attention for holder in holders],
            },
        )

    @api.model
    def _threshold(self):
        """Return for how many students the work is done at once, in the request."""
        # Who starts a run may not read settings.
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("openeducat_student_portal.run_threshold", 100))

    @api.private
    def take_up(self):
        """Work the pending lines off, or have Odoo's scheduler do it.

        Letters are not printed here: who prints a few waits for the file.
        """
        self.ensure_one()
        at_once = (
            self.action not in PRINTING
            and self.state != "running"
            and self.pending_count <= self._threshold()
        )
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
            self.process_batch(self.pending_count)
        else:
            self.wake_scheduler()
