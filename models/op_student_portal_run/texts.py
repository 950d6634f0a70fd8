from odoo import api, fields, models
from odoo.tools import formatLang


class OpStudentPortalRun(models.Model):
    """What a run says: the question before it, and the result."""

    _inherit = "op.student.portal.run"

    question = fields.Char(compute="_compute_texts")
    result = fields.Char(compute="_compute_texts")

    @api.depends("action", "state", "line_ids.state")
    @api.depends_context("lang")
    def _compute_texts(self):
        for run in self:
            warning = run.mail_warning()
            run.question = run.result = False
            if run.state == "draft" and run.pending_count:
                run.question = " ".join(filter(None, (run._question(), warning)))
            if run.worked_count:
                run.result = " ".join(filter(None, (run._result(), warning)))

    @api.private
    def mail_warning(self):
        """Say what keeps the mails of the run from leaving as the school's."""
        if not self.sends_mails():
            return ""
        servers = self.env["ir.mail_server"]
        if not servers.has_outgoing_server():
            return servers.no_outgoing_server_reason()
        access = self.env["op.student.portal.access"]
        schools = access.schools_of(self.line_ids.contacts())
        return schools.sender_problem() or ""

    def _question(self):
        """Say what confirming the run does, and to how many."""
        text = {
            "resend": self.env._("%(who)s will be mailed a fresh link."),
            "reset": self.env._("%(who)s will be mailed a link to set a new password."),
            "update_login": self.env._(
                "%(who)s get their email as the login. They are signed out,"
                " earlier links no longer work, and those who have signed in are told"
                " by mail."
            ),
            "revoke": self.env._(
                "%(who)s lose their access to the portal. They are signed"
                " out and can no longer sign in, and earlier links no longer work."
                " Nothing is deleted, and the access can be restored."
            ),
            "letters": self.env._(
                "Letters ready to print: %(count)s. Anyone who holds one can sign in as"
                " the student."
            ),
            "class_list": self.env._(
                "Codes on the class list: %(count)s. Anyone who holds it can sign in as"
                " each of these students. The others are on it without a code."
            ),
        }.get(self.action, "")
        accesses = self.pending_accesses()
        by_letter = accesses.browse()
        if self.action in ("resend", "reset"):
            by_letter = accesses.filtered(lambda access: access.is_by_letter())
        sentences = [text] if accesses - by_letter else []
        if by_letter:
            sentences.append(self.env._("Letters to print: %(letters)s."))
        count = len(accesses - by_letter)
        return " ".join(sentences) % {
            "who": self.who_text(count),
            "count": formatLang(self.env, count, digits=0),
            "letters": formatLang(self.env, len(by_letter), digits=0),
        }

    def _result(self):
        """Say what was done, to how many or to whom."""
        text = {
            "grant": self.env._("Access granted: %(students)s."),
            "resend": self.env._(
                "Invitations queued: %(students)s. Each carries a fresh link."
            ),
            "reset": self.env._(
                "Mails to set a new password queued: %(students)s."
                " Until it is set, the old one works."
            ),
            "update_login": self.env._(
                "Logins updated: %(students)s. Those who have signed in are told by"
                " mail; the others need a new invitation, as earlier links no longer"
                " work."
            ),
            "revoke": self.env._(
                "Access revoked: %(students)s. Sessions are ended and links no longer"
                " work; nothing is deleted."
            ),
            "restore": self.env._(
                "Access restored: %(students)s. Passwords are as they were; those who"
                " never set one need a new invitation."
            ),
            "letters": self.env._("Access letters printed: %(students)s."),
            "class_list": self.env._("Class list printed: %(students)s."),
        }[self.action]
        if self.letter_count:
            text = f"{text} " + self.env._("Letters to print: %(letters)s.")
        return text % {
            "letters": formatLang(self.env, self.letter_count, digits=0),
            "students": self.line_ids.student_name
            if self.total_count == 1
            else formatLang(self.env, self.worked_count, digits=0),
        }

    @api.private
    def pending_accesses(self):
        """Return what the run is going to change: one access a contact."""
        contacts = self.pending_lines().contacts()
        access = self.env["op.student.portal.access"]
        return access.union(*access.of_contacts(contacts).values())
