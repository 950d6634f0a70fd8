import re
from datetime import timedelta

from babel.units import format_unit

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import babel_locale_parse

INVITATION_TEMPLATE = "openeducat_student_portal.mail_template_portal_invitation"
RESET_TEMPLATE = "openeducat_student_portal.mail_template_portal_reset"
LOGIN_TEMPLATE = "openeducat_student_portal.mail_template_portal_login"
#: The body of a template that does nothing but call a view.
CALLED_VIEW = re.compile(r'\s*<t t-call="(?P<view>[\w.]+)"\s*(?:/>|></t>)\s*')
#: What the state of a mail is to the student that it goes to.
MAIL_STATES = {
    "outgoing": "queued",
    "sent": "sent",
    "received": "sent",
    "exception": "failed",
    "cancel": "cancelled",
}


class OpStudent(models.Model):
    _inherit = "op.student"

    # -- queuing -----------------------------------------------------------------

    def _queue_portal_invitations(self):
        """Queue a mail to each student with a link to set the password.

        The mails belong to the transaction: what is rolled back is never sent, and
        a mail server that fails undoes nothing. Odoo's mail queue sends them.
        """
        now = fields.Datetime.now()
        self._queue_portal_links(
            INVITATION_TEMPLATE,
            "signup",
            self.env.company.student_portal_invitation_hours,
            self._portal_invitation_turns(now),
        )
        # Nobody writes this but these methods, whoever asks for the mails.
        self.sudo().portal_invited_on = now

    def _queue_portal_resets(self):
        """Queue a mail to each student with a link to set a new password.

        It is valid for as long as Odoo's own links to reset a password are.
        """
        parameters = self.env["ir.config_parameter"].sudo()
        hours = parameters.get_param("auth_signup.reset_password.validity.hours", 4)
        # It is asked for by a student who waits for it: no turn is taken.
        turns = [fields.Datetime.now()] * len(self)
        self._queue_portal_links(RESET_TEMPLATE, "reset", int(hours), turns)

    def _queue_portal_links(self, template_xmlid, signup_type, hours, turns):
        """Queue a mail with a link that sets the password, to each student.

        :param str template_xmlid: the mail.template, on res.users
        :param str signup_type: Odoo's kind of link, ``signup`` or ``reset``
        :param int hours: how long the links are valid
        :param list turns: when each mail may be sent
        """
        if not self:
            return
        students = self._as_mail_writer()
        students._cancel_portal_mails()
        students.user_id.partner_id.signup_prepare(signup_type=signup_type)
        mails = students._create_portal_mails(template_xmlid, hours, turns)
        students.write(
            {"portal_invitation_state": "queued", "portal_invitation_failure": False}
        )
        for student, mail, turn in zip(students, mails, turns, strict=True):
            student.portal_invitation_mail_id = mail
            student.portal_invitation_expires_on = turn + timedelta(hours=hours)
        self._wake_mail_queue(turns)

    def _queue_portal_login_notices(self):
        """Queue a mail that tells each student the new login. It carries no link."""
        if self:
            turns = [fields.Datetime.now()] * len(self)
            self._as_mail_writer()._create_portal_mails(LOGIN_TEMPLATE, 0, turns)
            self._wake_mail_queue(turns)

    def _as_mail_writer(self):
        """Return the students for the superuser, who makes the links and the mails.

        No one else may read them, not even who asked for them. Callers have checked
        that they may ask, and that these are students' own users.
        """
        # The caller's context may have default values, such as one more recipient.
        # ``sudo`` drops them, which ``with_user`` alone does not.
        students = self.sudo().with_user(SUPERUSER_ID)
        return students.with_context(tracking_disable=True)

    def _create_portal_mails(self, template_xmlid, hours, turns):
        """Create the queued mails of the students, in their order.

        :param int hours: how long their links are valid
        :param list turns: when each may be sent
        :rtype: mail.mail
        """
        template = self.env.ref(template_xmlid).with_context(
            student_portal_hours=hours, tracking_disable=True
        )
        now = fields.Datetime.now()
        turn_of = dict(zip(self, turns, strict=True))
        contents = {}
        for turn, students in self.grouped(turn_of.get).items():
            # The time counts from when the link is sent.
            waiting = max((turn - now) / timedelta(hours=1), 0)
            timed = template.with_context(
                student_portal_link_hours=hours and hours + waiting
            )
            user_ids = students.user_id.ids
            contents |= timed._generate_template(
                user_ids, ("subject", "email_from", "reply_to", "email_to")
            )
            for user_id, body in self._render_portal_bodies(timed, user_ids).items():
                contents[user_id]["body_html"] = body
        return self.env["mail.mail"].create(
            [
                {
                    "subject": contents[student.user_id.id]["subject"],
                    # The message of a mail can be read by more people than the
                    # mail: the link stands in the mail alone.
                    "body": "",
                    "body_html": contents[student.user_id.id]["body_html"],
                    "email_from": contents[student.user_id.id]["email_from"],
                    "reply_to": contents[student.user_id.id]["reply_to"],
                    "email_to": contents[student.user_id.id]["email_to"],
                    "message_type": "user_notification",
                    "author_id": False,
                    "auto_delete": True,
                    "scheduled_date": turn,
                }
                for student, turn in zip(self, turns, strict=True)
            ]
        )

    @api.model
    def _portal_link_validity(self, hours):
        """Say how long a link works, in the language of who reads it.

        :param int hours: how many hours that is
        :return: in days where these are whole ones, such as "6 days"
        :rtype: str
        """
        days, rest = divmod(hours, 24)
        unit, count = ("hour", hours) if rest else ("day", days)
        locale = babel_locale_parse(self.env.lang)
        return format_unit(count, f"duration-{unit}", locale=locale)

    @api.model
    def _render_portal_bodies(self, template, user_ids):
        """Return the body of the mail to each user, in the user's language.

        Odoo compiles the body of a template anew for each mail, but a view once. As
        long as all that the template says is which view to call, the view is rendered
        at once; what an Administrator writes into the template goes Odoo's way.

        :param template: a mail.template on res.users
        :param list user_ids: the ids of the users
        :rtype: dict
        """
        bodies = {}
        for translated, ids in template._classify_per_lang(user_ids).values():
            call = CALLED_VIEW.fullmatch(translated.body_html or "")
            if call:
                bodies |= translated._render_template(
                    call["view"],
                    "res.users",
                    ids,
                    engine="qweb_view",
                    options={"post_process": True},
                )
            else:
                bodies |= translated._render_field("body_html", ids)
        return bodies

    def _portal_invitation_turns(self, now):
        """Return when the invitation of each student may leave, in their order.

        A school whose mail provider limits how many mails it takes sets a number an
        hour; the invitations that are over it take their turn in the hours after.
        """
        per_hour = int(
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("openeducat_student_portal.invitations_per_hour", 0)
        )
        if per_hour <= 0:
            return [now] * len(self)
        return self.env["op.student.portal.turn"]._take(len(self), per_hour, now)

    def _wake_mail_queue(self, turns):
        """Have Odoo's mail queue work at each turn, at the earliest on commit."""
        if self.env.context.get("student_portal_hold_mails"):
            # A run wakes the queue itself, when it has ended, for what is due.
            now = fields.Datetime.now()
            turns = [turn for turn in turns if turn > now]
        if turns:
            queue = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
            queue._trigger(at=sorted(set(turns)))

    # -- following ---------------------------------------------------------------

    def _follow_portal_mail(self):
        """Take over from the mails with the students' links how they fare."""
        if not self:
            return
        fared = self.grouped(
            lambda student: (
                MAIL_STATES[student.portal_invitation_mail_id.state],
                student.portal_invitation_mail_id.failure_reason,
            )
        )
        for (state, reason), students in fared.items():
            failed = state == "failed"
            students.write(
                {
                    "portal_invitation_state": state,
                    "portal_invitation_failure": reason if failed else False,
                }
            )
        self.flush_recordset(["portal_invitation_state", "portal_invitation_failure"])

    def _is_portal_mail_waiting(self, user):
        """Tell whether a mail with a live link to the student is yet to be sent.

        :param user: the student's res.users
        :rtype: bool
        """
        self.ensure_one()
        # The queue is read on behalf of a Student Manager: whether, not what.
        student = self.sudo()
        mail = student.portal_invitation_mail_id
        return (
            mail.state == "outgoing"
            and student.portal_invitation_expires_on > fields.Datetime.now()
            and (not user.login_date or mail.create_date >= user.login_date)
            and (student.email_normalized or "") in mail.email_to
        )

    def _cancel_portal_mails(self):
        """Cancel the mails with the students' links that have not been sent.

        What is cancelled stays in Odoo's mail queue: their links do not.
        """
        unsent = ("outgoing", "exception")
        self.portal_invitation_mail_id.filtered(
            lambda mail: mail.state in unsent
        ).write({"state": "cancel", "body_html": False})

    def _close_portal_invitations(self):
        """Record that the students' links are dead; what is not sent is cancelled."""
        now = fields.Datetime.now()
        self._cancel_portal_mails()
        self.filtered(
            lambda student: (student.portal_invitation_expires_on or now) > now
        ).portal_invitation_expires_on = now
