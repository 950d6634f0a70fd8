from datetime import timedelta

from odoo import api, fields, models

#: When the queue is tried again that could not send what was due.
RETRY = timedelta(minutes=1)


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model
    def process_email_queue(self, *arguments, **options):
        """Have the scheduler's queue go on for as long as students' mails are due.

        Odoo's queue sends a thousand mails, or fewer if another transaction gets in
        its way, and then is done for an hour.
        """
        cron = self.env["ir.cron"]
        due = self._count_due_student_mails()
        if not due or "ir_cron_progress_id" not in self.env.context:
            return super().process_email_queue(*arguments, **options)
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
        queue._trigger(at=fields.Datetime.now() + RETRY)
        if not cron._commit_progress(remaining=due):
            return None  # Odoo calls again, but the time is up: others wait
        sent = super().process_email_queue(*arguments, **options)
        left = self._count_due_student_mails()
        if 0 < left < due:
            queue._trigger()
        cron._commit_progress(max(due - left, 0), remaining=left)
        return sent

    @api.model
    def _count_due_student_mails(self):
        """Return how many mails with students' links may be sent now."""
        # The mail queue is no Student Manager.
        return (
            self.env["op.student"]
            .sudo()
            .with_context(active_test=False)
            .search_count(
                [
                    ("portal_invitation_mail_id.state", "=", "outgoing"),
                    (
                        "portal_invitation_mail_id.scheduled_date",
                        "<=",
                        fields.Datetime.now(),
                    ),
                ]
            )
        )

    def write(self, vals):
        """Tell the students how the mail with their link fares.

        Odoo writes the state of a mail before it hands it to the server, and again
        when it knows more. The student is locked with the first of these: should
        somebody else edit the student at that moment, the mail is tried again before
        it has left, not after.
        """
        written = super().write(vals)
        if "state" in vals or "failure_reason" in vals:
            self._student_portal_receivers()._follow_portal_mail()
        return written

    def unlink(self):
        """Tell the students whose mail is deleted before it was sent."""
        waiting = self.filtered(lambda mail: mail.state == "outgoing")
        students = waiting._student_portal_receivers()
        unlinked = super().unlink()
        students.write({"portal_invitation_state": "cancelled"})
        return unlinked

    def _student_portal_receivers(self):
        """Return the students whose last link these mails carry.

        :rtype: op.student
        """
        students = self.env["op.student"]
        if not self:
            return students
        # The mail queue is no Student Manager; the students only follow their mail.
        return (
            students.sudo()
            .with_context(active_test=False, tracking_disable=True)
            .search_fetch(
                [("portal_invitation_mail_id", "in", self.ids)],
                ["portal_invitation_mail_id"],
            )
        )
