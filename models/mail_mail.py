from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import NamedTuple

from odoo import api, fields, models
from odoo.service.model import retrying
from odoo.tools.mail import (
    email_normalize,
    email_normalize_all,
    email_split_and_format,
)

#: When the queue is tried again that could not send what was due.
RETRY = timedelta(minutes=1)


class SentTogether(NamedTuple):
    """Mails with links that are sent in one go, as ``student_portal_mails`` in the
    context: an object, so that no caller from outside can have it in a context.
    """

    mail_ids: frozenset
    bare_ids: frozenset  # of these, what has neither other recipients nor attachments
    alias_domain: models.BaseModel  # of the company that sends them


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model
    def process_email_queue(self, *arguments, **options):
        """Have the scheduler's queue go on for as long as mails with links are due.

        Odoo's queue sends a thousand mails, or fewer if another transaction gets in
        its way, and then is done for an hour.
        """
        self._finish_interrupted()
        self.env["op.student.portal.access"].hold_overdue_invitations()
        cron = self.env["ir.cron"]
        due = self._count_due_links()
        if not due or "ir_cron_progress_id" not in self.env.context:
            return super().process_email_queue(*arguments, **options)
        # Who has mails sent may not read scheduled actions.
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
        queue._trigger(at=fields.Datetime.now() + RETRY)
        if not cron._commit_progress(remaining=due):
            return None  # Odoo calls again, but the time is up: others wait
        sent = super().process_email_queue(*arguments, **options)
        left = self._count_due_links()
        if 0 < left < due:
            queue._trigger()
        cron._commit_progress(max(due - left, 0), remaining=left)
        return sent

    @api.model
    def _count_due_links(self):
        """Return how many mails with links of accesses may be sent now."""
        # The mail queue is no Student Manager.
        return (
            self.env["op.student.portal.access"]
            .sudo()
            .search_count(
                [
                    ("mail_id.state", "=", "outgoing"),
                    ("mail_id.scheduled_date", "<=", fields.Datetime.now()),
                ]
            )
        )

    def _send(self, auto_commit=False, *arguments, **options):
        """Send mails with links, and do what follows for all of them in one go.

        Odoo deletes each mail and its message alone, which takes longer than to send
        it. What a killed server leaves, the next turn of the queue finishes.
        """
        self._leave_out_barred()
        sent = self._accesses().mail_id
        if not sent:
            return super()._send(auto_commit, *arguments, **options)
        bare = sent.filtered(
            lambda mail: not mail.recipient_ids and not mail.attachment_ids
        )
        mails = self.with_context(
            student_portal_mails=SentTogether(
                frozenset(sent.ids),
                frozenset(bare.ids),
                self.env.company.alias_domain_id,
            ),
            # Odoo asks for each mail, else, of which company the scheduler is.
            allowed_company_ids=self.env.company.ids,
        )
        try:
            answer = super(MailMail, mails)._send(auto_commit, *arguments, **options)
        except SMTPServerDisconnected:
            sent._finish_sending()
            raise
        if auto_commit:
            retrying(sent._finish_sending, self.env)
        else:
            sent._finish_sending()
        return answer

    def _leave_out_barred(self):
        """Mail no guardian who is barred from the child whose record a mail is of.

        Notifications come without them already. This is for mails that other code has
        made, and for those that a bar has overtaken in the queue.
        """
        texts = self.mapped("email_to") + self.mapped("email_cc")
        addresses = email_normalize_all(",".join(filter(None, texts)))
        bars = self.env["op.student.portal.bar"]
        bars = bars.of_guardians(self.recipient_ids, addresses)
        if not bars:
            return
        for mail in self.filtered(lambda mail: mail.res_id and mail.model in mail.env):
            record = self.env[mail.model].browse(mail.res_id).exists()
            if barred := bars.barred_from(record):
                mail._leave_out(barred)

    def _leave_out(self, contacts):
        """Take some contacts out of the recipients; a mail to nobody is cancelled."""
        addresses = set(contacts.mapped("email_normalized"))
        self.recipient_ids -= contacts
        for name in "email_to", "email_cc":
            self[name] = ", ".join(
                address
                for address in email_split_and_format(self[name] or "")
                if email_normalize(address) not in addresses
            )
        # Who sends a mail may not read whom it was for.
        notifications = self.env["mail.notification"].sudo()
        notifications.search(
            [
                ("mail_mail_id", "=", self.id),
                ("res_partner_id", "in", contacts.ids),
            ]
        ).notification_status = "canceled"
        if not (self.recipient_ids or self.email_to or self.email_cc):
            self.cancel()

    def _prepare_outgoing_list(self, *arguments, **options):
        """Read nothing for each mail that is the same for all that are sent together.

        Odoo forgets it with each mail, and would read all columns of the company.
        """
        if together := self._sent_together():
            company = {"alias_domain_id": together.alias_domain.id}
            self.env.company._update_cache(company, validate=False)
            if self.id in together.bare_ids:
                nothing = {
                    "recipient_ids": self.env["res.partner"],
                    "attachment_ids": self.env["ir.attachment"],
                }
                self._update_cache(nothing, validate=False)
        return super()._prepare_outgoing_list(*arguments, **options)

    def _postprocess_sent_message(self, *arguments, **options):
        """Leave mails that are sent together until all of them are sent."""
        if self._sent_together():
            return True
        return super()._postprocess_sent_message(*arguments, **options)

    def _sent_together(self):
        """Return the mails with links that these are among and are sent with, if any.

        :rtype: SentTogether
        """
        together = self.env.context.get("student_portal_mails")
        if not isinstance(together, SentTogether):
            return None
        return together if together.mail_ids.issuperset(self.ids) else None

    def _finish_sending(self):
        """Copy the states of mails to their accesses, and delete the sent ones."""
        self._accesses().copy_mail_states()
        self.filtered(lambda mail: mail.state == "sent" and mail.auto_delete).unlink()

    @api.model
    def _finish_interrupted(self):
        """Finish mails with links that were sent by a server that was killed."""
        # The mail queue is no Student Manager.
        accesses = self.env["op.student.portal.access"].sudo()
        accesses.search(
            [("mail_state", "=", "queued"), ("mail_id.state", "!=", "outgoing")]
        ).mail_id._finish_sending()

    def write(self, vals):
        """Copy the state of mails to the accesses whose link they carry.

        Odoo writes the state of a mail before it hands it to the server. The mail is
        locked with that: should somebody cancel it at that moment, the mail is tried
        again before it has left, not after.
        """
        together = self._sent_together()
        if together and vals.get("message_id") == self.message_id:
            # Odoo writes it again to the message of each mail, which it came from.
            vals = {name: vals[name] for name in vals if name != "message_id"}
        written = super().write(vals)
        if "state" in vals or "failure_reason" in vals:
            if together:
                self.flush_recordset(["state", "failure_reason"])
            else:
                self._accesses().copy_mail_states()
        return written

    def unlink(self):
        """Record on the accesses that their mail was deleted before it was sent."""
        waiting = self.filtered(lambda mail: mail.state == "outgoing")
        accesses = waiting._accesses()
        unlinked = super().unlink()
        accesses.record_deleted_mails()
        return unlinked

    def _accesses(self):
        """Return the accesses whose last link these mails carry."""
        accesses = self.env["op.student.portal.access"]
        if not self:
            return accesses
        # The mail queue is no Student Manager; the accesses only follow their mail.
        return accesses.sudo().search_fetch([("mail_id", "in", self.ids)], ["mail_id"])
