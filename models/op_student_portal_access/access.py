from odoo import api, fields, models
from odoo.tools import SQL

#: The group of those who manage accesses; OpenEduCat's Manager implies it.
MANAGER_GROUP = "openeducat_student_portal.group_student_manager"
#: OpenEduCat's *Manager*, the Administrator, to whom the settings belong.
ADMINISTRATOR_GROUP = "openeducat_core.group_op_back_office_admin"

#: The group of those who print codes. The settings have Student Managers imply it.
PRINTER_GROUP = "openeducat_student_portal.group_letter_printer"

#: The states in which a student can sign in, or set a password.
USABLE_STATES = ("granted", "invited", "active")


class OpStudentPortalAccess(models.Model):
    """The access of one person to the portal: the contact's user and its history.

    Nobody has a right to write it. Its methods do, in superuser mode; what calls them
    (a run, see ``op.student.portal.run.start``) has checked who asks.
    """

    _name = "op.student.portal.access"
    _description = "Portal Access"
    _rec_name = "partner_id"
    _order = "id"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade"
    )
    # Users are archived, never deleted: OpenEduCat deletes a student with its user.
    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        string="School",
        compute="_compute_company_id",
        store=True,
        help="The contact's company, or else the user's. Its settings apply.",
    )
    state = fields.Selection(
        [
            ("granted", "Granted"),
            ("invited", "Invited"),
            ("active", "Active"),
            ("revoked", "Revoked"),
            ("internal", "Internal User"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )
    last_sign_in = fields.Datetime(compute="_compute_state", store=True)
    portal_group_id = fields.Many2one(
        "res.groups", compute="_compute_portal_group_id", store=True
    )
    login = fields.Char(related="user_id.login")
    login_differs = fields.Boolean(
        string="Login Differs from Email", compute="_compute_login_differs", store=True
    )
    has_linked_user = fields.Boolean(
        string="Existing User",
        readonly=True,
        help="The user was there before the access. Its login is never changed here.",
    )
    revoked_by_archive = fields.Boolean(string="Revoked by Archiving", readonly=True)
    granted_on = fields.Datetime(readonly=True)
    granted_by_id = fields.Many2one("res.users", string="Granted by", readonly=True)
    invited_on = fields.Datetime(readonly=True)
    link_expires_on = fields.Datetime(string="Link Valid until", readonly=True)
    mail_state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
            ("letter", "By Letter"),
            ("printed", "Printed"),
        ],
        string="Last Invitation",
        readonly=True,
        index="btree_not_null",
        help="The state of the last mail with a link to set the password.\n"
        "Queued: Odoo's mail queue will send it.\n"
        "Sent: the mail server accepted it.\n"
        "Failed: the mail server refused it, or cannot be reached.\n"
        "Cancelled: its link ended before it was sent.\n"
        "By Letter: no mail is sent, and a letter is to be printed.\n"
        "Printed: it is an access letter.",
    )
    mail_is_shared = fields.Boolean(
        string="Shared Mailbox",
        readonly=True,
        help="Mails go to an address that is not meant to be the login.",
    )
    mail_failure = fields.Text(string="Reason of the Failure", readonly=True)
    # Odoo deletes the mail once it is sent, and keeps it if it failed.
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", groups="base.group_system"
    )

    _partner_unique = models.Constraint(
        "UNIQUE (partner_id)", "This contact has an access already."
    )

    @api.depends("partner_id.company_id", "user_id.company_id")
    def _compute_company_id(self):
        for access in self:
            access.company_id = (
                access.partner_id.company_id or access.user_id.company_id
            )

    @api.depends("user_id.active", "user_id.share", "user_id.log_ids", "invited_on")
    def _compute_state(self):
        # Right after a sign-in, ``login_date`` is still the one before it.
        sign_ins = {
            user.id: moment
            for user, moment in self.env["res.users.log"]
            .sudo()
            ._read_group(
                [("create_uid", "in", self.user_id.ids)],
                ["create_uid"],
                ["create_date:max"],
            )
        }
        for access in self:
            user = access.user_id
            access.last_sign_in = sign_ins.get(user.id)
            if not user.share:
                access.state = "internal"
            elif not user.active:
                access.state = "revoked"
            elif user.id in sign_ins:
                access.state = "active"
            else:
                access.state = "invited" if access.invited_on else "granted"

    @api.depends("user_id.group_ids")
    def _compute_portal_group_id(self):
        portal_groups = self.env["res.groups"].student_portal_groups()
        for access in self:
            access.portal_group_id = (access.user_id.group_ids & portal_groups)[:1]

    @api.depends(
        "partner_id.email", "user_id.login", "state", "email", "mail_is_shared"
    )
    def _compute_login_differs(self):
        for access in self:
            login = self.normalize_login(access.partner_id.email)
            access.login_differs = (
                access.state in USABLE_STATES
                and login
                and login != access.user_id.login
                and not (access.mail_is_shared and login == access.email)
            )

    # -- whose it is -------------------------------------------------------------

    @api.private
    @api.model
    def of_contacts(self, contacts):
        """Return the accesses of contacts, in superuser mode.

        :return: a dict of each contact to its access, empty where it has none
        :rtype: dict
        """
        # What may be done with them, the callers' checks decide.
        accesses = self.sudo().search([("partner_id", "in", contacts.ids)])
        accesses = accesses.with_context(tracking_disable=True)
        return dict.fromkeys(contacts, accesses.browse()) | {
            access.partner_id.with_env(contacts.env): access for access in accesses
        }

    @api.private
    def holders(self):
        """Return the records for which the contacts hold their access.

        :return: op.student, archived ones too, in superuser mode
        """
        return self.partner_id.students_of_contacts()

    def _without_active_holder(self):
        """Return the accesses that no record needs any more."""
        needed = set(self.holders().filtered("active").partner_id)
        return self.filtered(lambda access: access.partner_id not in needed)

    @api.private
    @api.model
    def adopt_users(self, students):
        """Record an access of students whose contact's portal user is set on them.

        Other code than ours has made that user. It is given no right here.

        :param students: an op.student recordset
        """
        # Whoever sets the user may not read it; nothing of it is shown here.
        students = students.sudo()
        reserved = self._reserved_users()
        linked = students.filtered(
            lambda student: (
                student.user_id.share
                and student.user_id.partner_id == student.partner_id
                and student.user_id not in reserved
            )
        )
        known = self.of_contacts(linked.partner_id)
        users = {
            student.partner_id: student.user_id
            for student in linked
            if not known[student.partner_id]
        }
        self.sudo().create(
            [
                {
                    "partner_id": contact.id,
                    "user_id": user.id,
                    "has_linked_user": True,
                    "email": self.normalize_login(user.login),
                }
                for contact, user in users.items()
            ]
        )

    # -- the chatter -------------------------------------------------------------

    def _log(self, text):
        """Write what was done into the chatter of those who hold the accesses.

        :param str text: the sentence, with ``%(login)s`` and ``%(group)s``; never
            with a link, for the chatter is read by all who read the student
        """
        accesses = {access.partner_id: access for access in self}
        holders = self.holders()
        bodies = {}
        for holder in holders:
            access = accesses[holder.partner_id]
            bodies[holder.id] = text % {
                "login": access.login,
                "group": access.portal_group_id.name or self.env._("no Portal Group"),
            }
        if bodies:
            holders._message_log_batch(bodies)

    def _lock(self, contacts):
        """Wait for other transactions that act on these contacts, in one order.

        What another one has changed then fails to serialize, and is tried again.
        """
        self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE id = ANY(%s)"
                " ORDER BY id FOR NO KEY UPDATE",
                contacts.ids,
            )
        )
