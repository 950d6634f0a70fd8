from odoo import api, fields, models
from odoo.tools import SQL

#: The group of those who manage accesses; OpenEduCat's Manager implies it.
MANAGER_GROUP = "openeducat_student_portal.group_student_manager"
#: OpenEduCat's *Manager*, the Administrator, to whom the settings belong.
ADMINISTRATOR_GROUP = "openeducat_core.group_op_back_office_admin"

#: The group of those who print codes. The settings have Student Managers imply it.
PRINTER_GROUP = "openeducat_student_portal.group_letter_printer"

#: The states of an access, to which its holders add that there is none.
STATES = [
    ("granted", "Granted"),
    ("invited", "Invited"),
    ("active", "Active"),
    ("revoked", "Revoked"),
    ("internal", "Internal User"),
]
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
        STATES,
        string="Portal Access",
        compute="_compute_state",
        store=True,
        index=True,
    )
    last_sign_in = fields.Datetime(
        string="Last Sign-in", compute="_compute_state", store=True
    )
    portal_group_id = fields.Many2one(
        "res.groups", compute="_compute_portal_group_id", store=True
    )
    # A student who is a parent has one of each.
    guardian_group_id = fields.Many2one(
        "res.groups",
        string="Portal Group of Guardians",
        compute="_compute_portal_group_id",
        store=True,
    )
    login = fields.Char(related="user_id.login")
    has_linked_user = fields.Boolean(
        string="Existing User",
        readonly=True,
        help="The user was there before the access. Its login is never changed here.",
    )
    revoked_by_archive = fields.Boolean(string="Revoked by Archiving", readonly=True)
    granted_on = fields.Datetime(string="Granted on", readonly=True)
    granted_by_id = fields.Many2one("res.users", string="Granted by", readonly=True)
    invited_on = fields.Datetime(string="Invited on", readonly=True)
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
        string="Last Mail or Letter",
        readonly=True,
        index="btree_not_null",
        help="The state of the last mail or letter to set the password.\n"
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
    mail_failure = fields.Text(string="Failure Reason", readonly=True)
    # Odoo deletes the mail once it is sent, and keeps it if it failed.
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", groups="base.group_system"
    )

    _partner_unique = models.Constraint(
        "UNIQUE (partner_id)", "This contact already has access."
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
        of_students = self.env["op.student"].own_portal_groups()
        of_guardians = self.env["res.groups"].guardian_portal_groups()
        for access in self:
            access.portal_group_id = (access.user_id.group_ids & of_students)[:1]
            access.guardian_group_id = (access.user_id.group_ids & of_guardians)[:1]

    # -- whose it is -------------------------------------------------------------

    @api.private
    @api.model
    def of_contacts(self, contacts):
        """Return the accesses of contacts, in superuser mode.

        :return: a dict of each contact to its access, empty where it has none
        :rtype: dict
        """
        # What may be done with them, the callers' checks decide.
        accesses = self.sudo().search_fetch(
            [("partner_id", "in", contacts.ids)],
            ["partner_id", "user_id", "company_id"],
        )
        accesses = accesses.with_context(tracking_disable=True)
        return dict.fromkeys(contacts, accesses.browse()) | {
            access.partner_id.with_env(contacts.env): access for access in accesses
        }

    @api.private
    def holders(self):
        """Return the records for which the contacts hold their access.

        :return: a list of the students, then of the guardians, archived ones too, in
            superuser mode
        :rtype: list
        """
        contacts = self.partner_id
        return [*contacts.students_of_contacts(), *contacts.guardians_of_contacts()]

    @api.private
    def without_active_holder(self):
        """Return the accesses that no record needs any more."""
        needed = {holder.partner_id for holder in self.holders() if holder.active}
        return self.filtered(lambda access: access.partner_id not in needed)

    @api.private
    @api.model
    def adopt_users(self, holders):
        """Record an access of those whose contact's portal user is set on them.

        Other code than ours has made that user. It is given no right here.

        :param holders: a recordset of students, or of guardians
        """
        # Who sets the user may not read it; nothing of it is shown here.
        holders = holders.sudo()
        reserved = self.reserved_users()
        linked = holders.filtered(
            lambda holder: (
                holder.user_id.share
                and holder.user_id.partner_id == holder.partner_id
                and holder.user_id not in reserved
            )
        )
        known = self.of_contacts(linked.partner_id)
        users = {
            holder.partner_id: holder.user_id
            for holder in linked
            if not known[holder.partner_id]
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

    @api.private
    def log(self, text):
        """Write what was done into the chatter of those who hold the accesses.

        That is the student's, and for guardians, who have none, the contact's.

        :param str text: the sentence, with ``%(login)s`` and ``%(group)s``; never
            with a link, for the chatter is read by all who read the student
        """
        bodies = {}
        for access in self:
            groups = access.portal_group_id | access.guardian_group_id
            bodies[access.partner_id] = text % {
                "login": access.login,
                "group": ", ".join(groups.mapped("name"))
                or self.env._("no Portal Group"),
            }
        if students := self.partner_id.students_of_contacts():
            students._message_log_batch(
                {student.id: bodies[student.partner_id] for student in students}
            )
        guardians = self.partner_id.browse(
            each.partner_id.id for each in self.partner_id.guardians_of_contacts()
        )
        if guardians:
            guardians._message_log_batch(
                {contact.id: bodies[contact] for contact in guardians}
            )

    @api.private
    def lock_contacts(self, contacts):
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
