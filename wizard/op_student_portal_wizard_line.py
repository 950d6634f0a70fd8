from odoo import api, fields, models
from odoo.fields import Domain

from ..models.op_student_portal_access.assess import Request, needs_attention


class OpStudentPortalWizardLine(models.TransientModel):
    _name = "op.student.portal.wizard.line"
    _description = "Student to Grant Portal Access"
    _inherit = "op.student.portal.line"
    _order = "needs_attention desc, id"
    _parent_field = "wizard_id"

    wizard_id = fields.Many2one(
        "op.student.portal.wizard", required=True, ondelete="cascade"
    )
    student_id = fields.Many2one(readonly=True, ondelete="cascade")
    guardian_id = fields.Many2one(readonly=True, ondelete="cascade")
    child_names = fields.Char(
        string="Children", readonly=True, help="Whose guardian the contact is."
    )
    # Ticked for one address: it does not hold for the next one that is typed.
    take_over = fields.Boolean(compute="_compute_take_over", store=True, readonly=False)
    # Given by the pattern: no longer, once another one is typed.
    by_pattern = fields.Boolean(
        compute="_compute_take_over", store=True, readonly=False
    )
    by_letter = fields.Boolean(
        compute="_compute_status",
        store=True,
        help="No mail is sent: the code to set the password is printed.",
    )
    # As it was when the dialog opened: what needs attention comes first, and stays
    # there while it is corrected.
    needs_attention = fields.Boolean(readonly=True)
    normalized_login = fields.Char(compute="_compute_normalized_login", store=True)
    # Stored, so that those of a whole school are counted, searched and sorted.
    status = fields.Selection(
        [
            ("ready", "Ready"),
            ("restore", "Will be Restored"),
            ("no_email", "No Email"),
            ("invalid_email", "Invalid Email"),
            ("duplicate", "Same Address Twice"),
            ("reserved", "Reserved Login"),
            ("login_taken", "User Already Exists"),
            ("take_over", "Login of Another Record"),
            ("login_kept", "Has Another Login"),
            ("user_archived", "User Is Archived"),
            ("has_access", "Has Access"),
            ("same_contact", "Same Contact"),
            ("internal", "Internal User"),
            ("archived", "Archived"),
            ("portal_off", "Portal Is Off"),
        ],
        compute="_compute_status",
        store=True,
    )
    message = fields.Char(string="Reason", compute="_compute_status", store=True)

    _student_unique = models.Constraint(
        "UNIQUE (wizard_id, student_id)",
        "Each student is in the selection once.",
    )
    _guardian_unique = models.Constraint(
        "UNIQUE (wizard_id, guardian_id)",
        "Each guardian is in the selection once.",
    )
    _one_holder = models.Constraint(
        "CHECK (student_id IS NULL != (guardian_id IS NULL))",
        "A line is a student's, or a guardian's.",
    )
    _wizard_login = models.Index("(wizard_id, normalized_login)")

    @api.constrains("wizard_id", "student_id", "guardian_id")
    def _check_selection_access(self):
        """Keep the lines to dialogs and holders that are the current user's to write.

        The rules on the lines hold for what a line is before it is written; and it
        shows of its student what the Student Managers of that student may know.
        """
        # Odoo checks constraints in superuser mode.
        lines = self.sudo(False)
        lines.wizard_id.check_access("write")
        lines.student_id.check_access("write")
        for holders in lines.filtered("guardian_id").holders_by_kind():
            holders.check_portal_manager()

    @api.depends("login")
    def _compute_take_over(self):
        self.take_over = self.by_pattern = False

    @api.depends("login")
    def _compute_normalized_login(self):
        normalize = self.env["op.student.portal.access"].any_login
        for line in self:
            line.normalized_login = normalize(line.login) or False

    @api.private
    def requests(self):
        """Return what the lines ask for, each student once.

        :rtype: list of Request
        """
        return [
            Request(holder, line.login or "", line.take_over, line.by_pattern)
            for line, holder in self.holders().items()
            if holder
        ]

    @api.depends("student_id", "guardian_id", "login", "take_over")
    def _compute_status(self):
        # An address that is there twice makes the others of the selection matter, of
        # which only those that share it are asked for.
        for lines in self.grouped("wizard_id").values():
            selection = (lines.lines_sharing() - lines._origin) | lines
            # Of lines of one contact, the first one stays the one that is granted.
            selection = selection.sorted(lambda line: line._origin.id or 0)
            assessments = self.env["op.student.portal.access"].assess(
                selection.requests()
            )
            for line, holder in lines.holders().items():
                assessment = assessments.get(holder)
                line.status = assessment and assessment.status
                line.message = assessment and assessment.message
                line.by_letter = assessment and assessment.by_letter

    def write(self, vals):
        """Write, and compute the status again of those who share an address."""
        if "login" not in vals:
            return super().write(vals)
        shared_before = self.lines_sharing()
        written = super().write(vals)
        affected = shared_before | self.lines_sharing()
        for name in ("status", "message", "by_letter"):
            self.env.add_to_compute(self._fields[name], affected)
        return written

    @api.private
    def assess_again(self):
        """Compute the status again, as a dialog that is opened shows it."""
        self._compute_status()
        for line in self:
            line.needs_attention = needs_attention(line.status)

    @api.private
    def lines_sharing(self):
        """Return the selection's lines of the same addresses or contacts as these.

        :rtype: op.student.portal.wizard.line
        """
        logins = set(self.mapped("normalized_login")) - {False}
        contacts = self.partner_id
        wizard = self.wizard_id
        if wizard and not wizard.id:  # it is being edited
            return wizard.line_ids.filtered(
                lambda line: (
                    line.normalized_login in logins or line.partner_id in contacts
                )
            )
        return self.search(
            Domain("wizard_id", "=", wizard.id)
            & (
                Domain("normalized_login", "in", list(logins))
                | Domain("student_id.partner_id", "in", contacts.ids)
                | Domain("guardian_id", "in", contacts.ids)
            )
        )
