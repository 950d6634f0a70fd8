from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

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
