from odoo import api, fields, models


class OpStudentPortalWizardLine(models.TransientModel):
    _name = "op.student.portal.wizard.line"
    _description = "Student to Grant Portal Access"
    _inherit = "op.student.portal.line"
    _order = "needs_attention desc, id"
    _parent_field = "wizard_id"

    wizard_id = fields.Many2one(
        "op.student.portal.wizard", required=True, ondelete="cascade"
    )
    student_id = fields.Many2one(required=True, readonly=True, ondelete="cascade")
    # As it was when the dialog opened: what needs attention stands first, and stays
    # there while it is mended.
    needs_attention = fields.Boolean(readonly=True)
    normalized_login = fields.Char(compute="_compute_normalized_login", store=True)
    # Stored, so that those of a whole school are counted, searched and sorted.
    status = fields.Selection(
        [
            ("ready", "Ready"),
            ("restore", "Will be Restored"),
            ("no_email", "No E-mail"),
            ("invalid_email", "Invalid E-mail"),
            ("duplicate", "Same Address Twice"),
            ("login_taken", "User Already Exists"),
            ("has_access", "Has Access"),
            ("internal", "Internal User"),
            ("archived", "Archived Student"),
        ],
        compute="_compute_status",
        store=True,
    )
    message = fields.Char(string="Reason", compute="_compute_status", store=True)

    _student_unique = models.Constraint(
        "UNIQUE (wizard_id, student_id)",
        "Each student stands once in the selection.",
    )
    _wizard_login = models.Index("(wizard_id, normalized_login)")

    @api.constrains("wizard_id", "student_id")
    def _check_selection_access(self):
        """Keep the lines to dialogs and students that are the current user's to write.

        The rules on the lines hold for what a line is before it is written; and it
        shows of its student what the Student Managers of that student may know.
        """
        # Odoo checks constraints in superuser mode.
        lines = self.sudo(False)
        lines.wizard_id.check_access("write")
        lines.student_id.check_access("write")

    @api.depends("login")
    def _compute_normalized_login(self):
        normalize = self.env["op.student"]._normalize_login
        for line in self:
            line.normalized_login = normalize(line.login or "") or False

    @api.depends("student_id", "login")
    def _compute_status(self):
        # An address that is there twice makes the others of the selection matter, of
        # which only those that share it are asked for.
        for lines in self.grouped("wizard_id").values():
            selection = (lines._sharing() - lines._origin) | lines
            assessments = selection.student_id._assess_portal_access(
                {line.student_id.id: line.login or "" for line in selection}
            )
            for line in lines:
                assessment = assessments.get(line.student_id)
                line.status = assessment and assessment.status
                line.message = assessment and assessment.message

    def write(self, vals):
        """Write, and have the status told anew of those who share an address."""
        if "login" not in vals:
            return super().write(vals)
        shared_before = self._sharing()
        written = super().write(vals)
        affected = shared_before | self._sharing()
        for name in ("status", "message"):
            self.env.add_to_compute(self._fields[name], affected)
        return written

    def _sharing(self):
        """Return the lines of one selection that have the address of one of these.

        :rtype: op.student.portal.wizard.line
        """
        logins = set(self.mapped("normalized_login")) - {False}
        wizard = self.wizard_id
        if not logins:
            return self
        if wizard and not wizard.id:  # it is being edited
            return wizard.line_ids.filtered(
                lambda line: line.normalized_login in logins
            )
        return self.search(
            [("wizard_id", "=", wizard.id), ("normalized_login", "in", list(logins))]
        )
