from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

#: The group of those who grant access; OpenEduCat's Manager implies it.
MANAGER_GROUP = "openeducat_student_portal.group_student_manager"
#: OpenEduCat's *Manager*, the Administrator, to whom the settings belong.
ADMINISTRATOR_GROUP = "openeducat_core.group_op_back_office_admin"
#: What the names of the fields begin with that record the access.
RECORDED_PREFIX = "portal_"


class OpStudent(models.Model):
    _inherit = "op.student"

    portal_state = fields.Selection(
        [
            ("none", "No Access"),
            ("invited", "Invited"),
            ("active", "Active"),
            ("revoked", "Revoked"),
            ("internal", "Internal User"),
        ],
        string="Portal Access",
        compute="_compute_portal_state",
        store=True,
        index=True,
        groups=MANAGER_GROUP,
        help="No Access: the student has no user.\n"
        "Invited: the student has one and never signed in.\n"
        "Active: the student has signed in.\n"
        "Revoked: the user is archived.\n"
        "Internal User: the contact works here; its user is left alone.",
    )
    portal_last_sign_in = fields.Datetime(
        string="Last Sign-in",
        compute="_compute_portal_state",
        store=True,
        groups=MANAGER_GROUP,
    )
    portal_group_id = fields.Many2one(
        "res.groups",
        compute="_compute_portal_state",
        store=True,
        groups=MANAGER_GROUP,
    )
    # The login is shown to who manages the access, whoever may read the user.
    portal_login = fields.Char(
        string="Portal Login", related="user_id.login", groups=MANAGER_GROUP
    )
    portal_login_differs = fields.Boolean(
        string="Login Differs from E-mail",
        compute="_compute_portal_login_differs",
        search="_search_portal_login_differs",
        groups=MANAGER_GROUP,
    )
    portal_revoked_by_archive = fields.Boolean(
        string="Revoked by Archiving", readonly=True, copy=False, groups=MANAGER_GROUP
    )
    portal_granted_on = fields.Datetime(
        string="Access Granted on", readonly=True, copy=False, groups=MANAGER_GROUP
    )
    portal_granted_by_id = fields.Many2one(
        "res.users",
        string="Access Granted by",
        readonly=True,
        copy=False,
        groups=MANAGER_GROUP,
    )
    portal_invited_on = fields.Datetime(
        string="Last Invited on", readonly=True, copy=False, groups=MANAGER_GROUP
    )
    portal_invitation_expires_on = fields.Datetime(
        string="Invitation Expires on", readonly=True, copy=False, groups=MANAGER_GROUP
    )
    portal_invitation_state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
            ("printed", "Printed"),
        ],
        string="Last Invitation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=MANAGER_GROUP,
        help="How the last invitation, or mail to reset the password, fared.\n"
        "Queued: Odoo's mail queue sends it.\n"
        "Sent: the mail server took it.\n"
        "Failed: the mail server refused it, or cannot be reached.\n"
        "Cancelled: its link was dead before it was sent.\n"
        "Printed: it is an access letter.",
    )
    portal_invitation_failure = fields.Text(
        string="Reason of the Failure", readonly=True, copy=False, groups=MANAGER_GROUP
    )
    # The mail is Odoo's; it is deleted when it is sent, and its failures stay.
    portal_invitation_mail_id = fields.Many2one(
        "mail.mail",
        string="Invitation Mail",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_system",
    )

    portal_report_ids = fields.One2many(
        "op.student.portal.report",
        "student_id",
        string="Adoption of the Portal",
        readonly=True,
        groups=MANAGER_GROUP,
    )

    @api.depends(
        "partner_id.user_ids.active",
        "partner_id.user_ids.share",
        "partner_id.user_ids.log_ids",
        "user_id.active",
        "user_id.share",
        "user_id.partner_id",
        "user_id.log_ids",
        "user_id.group_ids",
    )
    def _compute_portal_state(self):
        users = self._portal_users()
        signed_in = self._portal_sign_ins(users.values())
        levels = self.env["res.groups"].student_portal_groups()
        none = self.env["res.users"].sudo()
        for student in self:
            user = users[student]
            # Somebody's user is the student's access once it is linked to it.
            linked = user if student.user_id == user else none
            student.portal_last_sign_in = signed_in.get(linked.id)
            student.portal_group_id = (linked.group_ids & levels)[:1]
            if user and not user.share:
                student.portal_state = "internal"
            elif not linked:
                student.portal_state = "none"
            elif not user.active:
                student.portal_state = "revoked"
            else:
                student.portal_state = "active" if user.id in signed_in else "invited"

    def _portal_users(self):
        """Return the user each student's contact signs in with, archived or not.

        Where a contact has several, an internal one comes first, then the one
        that the student is linked to, then an active one. A user of another contact
        is never the student's, whatever ``user_id`` says: OpenEduCat's *User* may
        write that field.

        :return: a dict of each student to a res.users, empty where there is none
        :rtype: dict
        """
        users = (
            self.env["res.users"]
            # Whoever may see the student may not see its user, nor that of a
            # company it does not work in; the login is unique across all of them.
            .sudo()
            .with_context(active_test=False)
            .search_fetch(
                Domain("partner_id", "in", self.partner_id.ids),
                ["partner_id", "active", "share", "login"],
            )
            .grouped("partner_id")
        )
        none = self.env["res.users"].sudo()
        return {
            student: max(
                users.get(sudo_student.partner_id, none),
                key=lambda user, linked=sudo_student.user_id: (
                    not user.share,
                    user == linked,
                    user.active,
                    -user.id,
                ),
                default=none,
            )
            for student, sudo_student in zip(self, self.sudo(), strict=True)
        }

    @api.model
    def _portal_sign_ins(self, users):
        """Return when users last signed in, of those who did.

        The database is asked: right after a sign-in, ``login_date`` is still the one
        before it.

        :param users: some res.users
        :return: a dict of the id of each user to a datetime
        :rtype: dict
        """
        logs = (
            self.env["res.users.log"]
            .sudo()
            ._read_group(
                # Nobody but an Administrator reads the logs.
                [("create_uid", "in", [user.id for user in users])],
                ["create_uid"],
                ["create_date:max"],
            )
        )
        return {user.id: moment for user, moment in logs}

    @api.depends("email", "user_id.login", "portal_state")
    def _compute_portal_login_differs(self):
        for student in self:
            login = self._normalize_login(student.email or "")
            student.portal_login_differs = (
                student.portal_state in ("invited", "active")
                and login
                and login != student.portal_login
            )

    @api.model
    def _search_portal_login_differs(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Odoo checks who searches a field only where it is stored.
        self._check_field_access(self._fields["portal_login_differs"], "read")
        self.flush_model(["partner_id", "user_id", "portal_state"])
        self.env["res.users"].flush_model(["login"])
        self.env["res.partner"].flush_model(["email_normalized"])
        differing = SQL(
            "(SELECT student.id FROM op_student student"
            " JOIN res_partner contact ON contact.id = student.partner_id"
            " JOIN res_users ON res_users.id = student.user_id"
            " WHERE student.portal_state IN ('invited', 'active')"
            " AND lower(contact.email_normalized) != res_users.login)"
        )
        return Domain("id", "in" if True in value else "not in", differing)

    @api.model
    def _check_field_access(self, field, operation):
        """Keep what is recorded of the access from being written by hand.

        Those who may write students may not write into the history of their access:
        the methods of this addon do, which are superuser when they do.

        Odoo asks ``_has_field_access`` for each value that is read: a check there
        would cost every list.

        :raise AccessError: if they try, or if the field is not theirs at all
        """
        super()._check_field_access(field, operation)
        if (
            operation == "write"
            and field.name.startswith(RECORDED_PREFIX)
            and not self.env.su
        ):
            raise AccessError(
                self.env._(
                    "%(field)s is recorded by the actions on the portal access: nobody"
                    " writes it by hand.",
                    field=field.get_description(self.env, ["string"])["string"],
                )
            )

    def _log_portal_access(self, text):
        """Write what was done with the access into the chatter of each student.

        :param str text: the sentence, with ``%(login)s`` and ``%(group)s``; never
            with a link, for the chatter is read by all who read the student
        """
        if self:
            # Whoever may act on the access may know the login and the level.
            self._message_log_batch(
                {
                    student.id: text
                    % {
                        "login": student.portal_login,
                        "group": student.portal_group_id.name
                        or self.env._("no Portal Group"),
                    }
                    for student in self.sudo()
                }
            )
