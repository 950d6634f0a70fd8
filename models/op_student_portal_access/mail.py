import re
from datetime import timedelta
from typing import NamedTuple

from babel.units import format_unit

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Command
from odoo.tools import babel_locale_parse

from ..res_partner import LinkTerms
from .logins import encoded_domain

#: The body of a template that does nothing but call a view.
CALLED_VIEW = re.compile(r'\s*<t t-call="(?P<view>[\w.]+)"\s*(?:/>|></t>)\s*')
#: What is taken from a template besides its body: all but whom the mail goes to.
TEMPLATE_FIELDS = (
    *("subject", "email_from", "reply_to", "email_cc"),
    *("attachment_ids", "mail_server_id"),
)


class MailRoles(NamedTuple):
    """What an invitation says of a guardian."""

    children: str  # their names
    is_student: bool  # whether the guardian is a student, too


class OpStudentPortalAccess(models.Model):
    """The mails of all kinds: how they are made, and when they are sent."""

    _inherit = "op.student.portal.access"

    @api.private
    def queue_links(self, template_xmlid, signup_type, hours, turns):
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
        accesses = self.as_mail_writer()
        accesses.cancel_mails()
        accesses.partner_id.signup_prepare(signup_type=signup_type)
        mails = accesses.create_mails(template_xmlid, hours, turns)
        accesses.write(
            {"mail_state": "queued", "mail_failure": False, "link_opened_on": False}
        )
        for access, mail, turn in zip(accesses, mails, turns, strict=True):
            access.mail_id = mail
            access.link_expires_on = turn + timedelta(hours=hours)
        self.wake_mail_queue(turns)

    @api.private
    def as_mail_writer(self):
        """Return the accesses for the superuser, who makes the links and the mails.

        No one else may read them, not even who asked for them.
        """
        # The caller's context may have default values, such as one more recipient.
        # ``sudo`` drops them, which ``with_user`` alone does not.
        accesses = self.sudo().with_user(SUPERUSER_ID)
        return accesses.with_context(tracking_disable=True)

    @api.private
    def create_mails(self, template_xmlid, hours, turns):
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
        """Return the address of mails as all mail servers understand it."""
        local, _at, domain = (self.email or "").rpartition("@")
        return f"{local}@{encoded_domain(domain)}" if local else ""

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

    @api.private
    def wake_mail_queue(self, turns):
        """Have Odoo's mail queue work at each turn, at the earliest on commit."""
        if self.env.context.get("student_portal_hold_mails"):
            # A run wakes the queue itself, when it has ended, for what is due.
            now = fields.Datetime.now()
            turns = [turn for turn in turns if turn > now]
        if turns:
            queue = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
            queue._trigger(at=sorted(set(turns)))
