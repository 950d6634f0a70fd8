import re
from datetime import timedelta
from typing import NamedTuple

import idna
from babel.units import format_unit

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Command
from odoo.tools import babel_locale_parse

from ..res_partner import LinkTerms

INVITATION_TEMPLATE = "openeducat_student_portal.mail_template_portal_invitation"
#: The body of a template that does nothing but call a view.
CALLED_VIEW = re.compile(r'\s*<t t-call="(?P<view>[\w.]+)"\s*(?:/>|></t>)\s*')
#: What is taken from a template besides its body: all but whom the mail goes to.
TEMPLATE_FIELDS = (
    *("subject", "email_from", "reply_to", "email_cc"),
    *("attachment_ids", "mail_server_id"),
)
#: What the state of a mail is to the access whose link it carries.
MAIL_STATES = {
    "outgoing": "queued",
    "sent": "sent",
    "received": "sent",
    "exception": "failed",
    "cancel": "cancelled",
}


class MailRoles(NamedTuple):
    """What an invitation says of a guardian."""

    children: str  # their names
    is_student: bool  # whether the guardian is a student, too


class OpStudentPortalAccess(models.Model):
    """The invitation, sent again on demand, and what all mails with links share."""

    _inherit = "op.student.portal.access"

    # -- resending ---------------------------------------------------------------

    def _resend_refusals(self):
        return {
            access: self.env._(
                "The contact has signed in already. Reset the password, if needed."
            )
            if access.user_id.login_date
            else access._mail_refusal(
                self.env._("An invitation is waiting to be sent already.")
            )
            for access in self
        }

    def _resend(self):
        """Queue a fresh link to set the password. Earlier links still work."""
        by_letter = self._await_letters_again()
        mailed = self - by_letter
        mailed._use_email_of_contact()
        mailed._queue_invitations()
        mailed._log(self.env._("Invitation queued again: login %(login)s, %(group)s."))

    def _queue_invitations(self):
        now = fields.Datetime.now()
        self._queue_invitation_mails(
            dict(zip(self, self._invitation_turns(now), strict=True))
        )
        self.invited_on = now

    def _queue_invitation_mails(self, turns):
        """:param dict turns: when the mail of each access may be sent"""
        for school, accesses in self.grouped("company_id").items():
            accesses._queue_links(
                INVITATION_TEMPLATE,
                "signup",
                school.student_portal_invitation_hours,
                [turns[access] for access in accesses],
            )

    def _mail_refusal(self, waiting_reason):
        """Say why no mail with a link is sent, if that is so.

        :param str waiting_reason: says that such a mail is waiting already
        """
        return (
            self.company_id.portal_off_reason()
            or (waiting_reason if self._is_mail_waiting() else "")
            or self._revoked_reason()
            or self._unreachable_reason()
        )

    def _unreachable_reason(self):
        """Say why no mail can reach the contact, if that is so."""
        email = self.partner_id.email or ""
        login = self.normalize_login(email)
        if not login and self._is_by_letter():
            return ""
        if not login:
            return self.status_message("invalid_email" if email.strip() else "no_email")
        if self.has_linked_user and login != self.normalize_login(self.login):
            return self.env._(
                "The user %(user)s existed before the access, so that links go to its"
                " login alone, and the contact's email is another one. Make that login"
                " the email, or ask an Administrator to change the user.",
                user=self.login,
            )
        return ""

    # -- queuing -----------------------------------------------------------------

    def _queue_links(self, template_xmlid, signup_type, hours, turns):
        """Queue a mail to each contact with a link to set the password.

        The mails belong to the transaction: what is rolled back is never sent, and
        a mail server that fails undoes nothing. Odoo's mail queue sends them.

        :param str template_xmlid: the mail.template, on res.users
        :param str signup_type: Odoo's kind of link, ``signup`` or ``reset``
        :param int hours: how long the links are valid
        :param list turns: when each mail may be sent
        """
        if not self:
            return
        accesses = self._as_mail_writer()
        accesses._cancel_mails()
        accesses.partner_id.signup_prepare(signup_type=signup_type)
        mails = accesses._create_mails(template_xmlid, hours, turns)
        accesses.write(
            {"mail_state": "queued", "mail_failure": False, "link_opened_on": False}
        )
        for access, mail, turn in zip(accesses, mails, turns, strict=True):
            access.mail_id = mail
            access.link_expires_on = turn + timedelta(hours=hours)
        self._wake_mail_queue(turns)

    def _as_mail_writer(self):
        """Return the accesses for the superuser, who makes the links and the mails.

        No one else may read them, not even who asked for them.
        """
        # The caller's context may have default values, such as one more recipient.
        # ``sudo`` drops them, which ``with_user`` alone does not.
        accesses = self.sudo().with_user(SUPERUSER_ID)
        return accesses.with_context(tracking_disable=True)

    def _create_mails(self, template_xmlid, hours, turns):
        """Create the queued mails of the accesses, in their order.

        :param int hours: how long their links are valid; 0 for mails without a link
        :param list turns: when each may be sent
        :rtype: mail.mail
        """
        template = self.env.ref(template_xmlid).with_context(tracking_disable=True)
        now = fields.Datetime.now()
        turn_of = dict(zip(self, turns, strict=True))
        contents = {}
        for turn, accesses in self.grouped(turn_of.get).items():
            # The time counts from when the link is sent.
            waiting = max((turn - now) / timedelta(hours=1), 0)
            timed = template.with_context(
                student_portal_link=LinkTerms(hours, hours + waiting),
                student_portal_roles=accesses._mail_roles(),
            )
            user_ids = accesses.user_id.ids
            contents |= timed._generate_template(user_ids, TEMPLATE_FIELDS)
            for user_id, body in self._render_bodies(timed, user_ids).items():
                contents[user_id]["body_html"] = body
        return self.env["mail.mail"].create(
            [
                {
                    # The message of a mail can be read by more people than the
                    # mail: the link stands in the mail alone.
                    "body": "",
                    **{
                        name: contents[access.user_id.id].get(name)
                        for name in (*TEMPLATE_FIELDS, "body_html")
                    },
                    "attachment_ids": [
                        Command.link(attachment)
                        for attachment in contents[access.user_id.id]["attachment_ids"]
                    ],
                    "email_to": access._mail_address(),
                    **access._shared_subject(contents[access.user_id.id]),
                    "message_type": "user_notification",
                    "author_id": False,
                    "auto_delete": True,
                    "scheduled_date": turn,
                }
                for access, turn in turn_of.items()
            ]
        )

    def _mail_roles(self):
        """Return the MailRoles of each guardian's user, by its id."""
        roles, accesses = {}, {access.partner_id: access for access in self}
        guardians = self.partner_id.guardians_of_contacts()
        names = guardians.portal_child_names(for_guardians=True) if guardians else ()
        for guardian, children in zip(guardians, names, strict=True):
            access = accesses[guardian.partner_id]
            if guardian.active and access.guardian_group_id:
                roles[access.user_id.id] = MailRoles(
                    children, bool(access.portal_group_id)
                )
        return roles

    def _shared_subject(self, content):
        """Return a subject that names the student, where a mailbox is shared."""
        if not self.mail_is_shared:
            return {}
        return {"subject": f"{self.partner_id.name}: {content.get('subject') or ''}"}

    def _mail_address(self):
        """Return the address of mails as all mail servers understand it (RFC 5891)."""
        local, _at, domain = (self.email or "").rpartition("@")
        return f"{local}@{idna.encode(domain, uts46=True).decode()}" if local else ""

    @api.model
    def _render_bodies(self, template, user_ids):
        """Return the body of the mail to each user, in the user's language.

        Odoo compiles the body of a template again for each mail, but a view once. As
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

    @api.private
    @api.model
    def link_validity(self):
        """Say how long the link of the mail that is being made works.

        :return: in days where these are whole ones, such as "6 days", in the language
            of the environment
        :rtype: str
        """
        terms = self.env.context.get("student_portal_link")
        hours = terms.hours if isinstance(terms, LinkTerms) else 0
        days, rest = divmod(hours, 24)
        unit, count = ("hour", hours) if rest else ("day", days)
        locale = babel_locale_parse(self.env.lang)
        return format_unit(count, f"duration-{unit}", locale=locale)

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

    @api.private
    def copy_mail_states(self):
        """Copy the state of the mail that carries the link to each access."""
        if not self:
            return
        now = fields.Datetime.now()
        by_state = self.grouped(
            lambda access: (
                MAIL_STATES[access.mail_id.state],
                access.mail_id.failure_reason,
            )
        )
        for (state, reason), accesses in by_state.items():
            accesses.write(
                {
                    "mail_state": state,
                    "mail_failure": reason if state == "failed" else False,
                    **({"mailed_on": now} if state == "sent" else {}),
                }
            )
        self.flush_recordset(["mail_state", "mail_failure"])

    def _is_mail_waiting(self):
        """Tell whether a mail with a valid link is yet to be sent."""
        self.ensure_one()
        mail, user = self.mail_id, self.user_id
        return (
            mail.state == "outgoing"
            and self.link_expires_on > fields.Datetime.now()
            and (not user.login_date or mail.create_date >= user.login_date)
            and self.email == self.normalize_login(self.partner_id.email)
        )

    def _cancel_mails(self):
        """Cancel the mails with links that have not been sent.

        What is cancelled stays in Odoo's mail queue: their links do not.
        """
        unsent = ("outgoing", "exception")
        self.mail_id.filtered(lambda mail: mail.state in unsent).write(
            {"state": "cancel", "body_html": False}
        )

    @api.private
    def close_links(self):
        """Record that the links no longer work; what is not sent is cancelled."""
        now = fields.Datetime.now()
        self._cancel_mails()
        self.filtered(
            lambda access: (access.link_expires_on or now) > now
        ).link_expires_on = now
