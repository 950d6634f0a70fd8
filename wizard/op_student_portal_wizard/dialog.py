from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError

from ...models.op_student_portal_access.assess import (
    READY_STATUSES,
    SETTLED_STATUSES,
    needs_attention,
)

#: How many students a dialog lists in its form. Of more, it shows pages of a list that
#: is searched, filtered and saved line by line.
LISTED_STUDENTS = 100


class OpStudentPortalWizard(models.TransientModel):
    _name = "op.student.portal.wizard"
    _description = "Grant Portal Access"

    line_ids = fields.One2many(
        "op.student.portal.wizard.line", "wizard_id", string="Students"
    )
    # Where the app with the guardians is installed, and students were selected.
    student_ids = fields.Many2many("op.student", string="Selected Students")
    grant_to = fields.Selection(
        [
            ("students", "Students"),
            ("guardians", "Guardians"),
            ("both", "Students and Guardians"),
        ],
        string="Give Access to",
        default="students",
        required=True,
    )
    send_invitation = fields.Boolean(
        help="Each student gets a mail with a link to set a password.",
    )
    portal_group_id = fields.Many2one(
        "res.groups",
        string="Portal Group",
        domain=lambda self: self._portal_group_domain(),
        help="What the students may open in the portal. Left empty, it is the default"
        " of each student's school.",
    )
    guardian_group_id = fields.Many2one(
        "res.groups",
        string="Portal Group of Guardians",
        domain=lambda self: [
            ("id", "in", self.env["res.groups"].guardian_portal_groups().ids)
        ],
        help="What the guardians may open of their children. Left empty, it is the"
        " default of each guardian's school.",
    )
    # Dialogs that are opened from guardians are for these alone.
    can_choose = fields.Boolean(compute="_compute_can_choose")
    has_outgoing_server = fields.Boolean(compute="_compute_has_outgoing_server")
    sender_problem = fields.Char(compute="_compute_sender_problem")
    student_count = fields.Integer(compute="_compute_counts")
    ready_count = fields.Integer(string="Ready", compute="_compute_counts")
    attention_count = fields.Integer(string="Need Attention", compute="_compute_counts")
    settled_count = fields.Integer(string="Nothing to Do", compute="_compute_counts")
    # The one line of a dialog for one student.
    student_id = fields.Many2one("op.student", compute="_compute_student")
    guardian_id = fields.Many2one("res.partner", compute="_compute_student")
    child_names = fields.Char(related="line_ids.child_names")
    login = fields.Char(
        string="Email or Login", compute="_compute_student", readonly=False
    )
    take_over = fields.Boolean(compute="_compute_student", readonly=False)
    status = fields.Selection(related="line_ids.status")
    message = fields.Char(related="line_ids.message")
    run_id = fields.Many2one(
        "op.student.portal.run", string="Result", readonly=True, ondelete="set null"
    )
    granted_count = fields.Integer(related="run_id.granted_count")
    restored_count = fields.Integer(related="run_id.restored_count")
    skipped_count = fields.Integer(related="run_id.skipped_count")
    letter_count = fields.Integer(related="run_id.letter_count")
    failed_count = fields.Integer(related="run_id.failed_count")
    given_count = fields.Integer(related="run_id.given_count")
    result_line_ids = fields.One2many(related="run_id.skipped_line_ids")
    result_attention_count = fields.Integer(
        string="Addresses to Fix", related="run_id.attention_count"
    )

    @api.model
    def _portal_group_domain(self):
        return [("id", "in", self.env["op.student"].own_portal_groups().ids)]

    @api.constrains("run_id")
    def _check_run_access(self):
        """Let the dialog show no run that its user may not see."""
        # Odoo checks constraints in superuser mode.
        self.run_id.sudo(False).check_access("read")

    @api.depends("line_ids.status")
    def _compute_counts(self):
        stored = self.filtered("id")
        counts = dict.fromkeys(stored, Counter())
        for wizard, status, count in self.env[
            "op.student.portal.wizard.line"
        ]._read_group(
            [("wizard_id", "in", stored.ids)], ["wizard_id", "status"], ["__count"]
        ):
            counts[wizard] = counts[wizard] | Counter({status: count})
        for wizard in self:
            statuses = counts.get(wizard)
            if statuses is None:  # it is being edited
                statuses = Counter(wizard.line_ids.mapped("status"))
            wizard.student_count = statuses.total()
            wizard.ready_count = sum(statuses[status] for status in READY_STATUSES)
            wizard.settled_count = sum(statuses[status] for status in SETTLED_STATUSES)
            wizard.attention_count = sum(
                count for status, count in statuses.items() if needs_attention(status)
            )

    @api.depends("line_ids.student_id", "line_ids.guardian_id")
    @api.depends_context("lang")
    def _compute_sender_problem(self):
        access = self.env["op.student.portal.access"]
        for wizard in self:
            schools = access.schools_of(wizard.line_ids.contacts())
            wizard.sender_problem = schools.sender_problem()

    def _compute_has_outgoing_server(self):
        self.has_outgoing_server = self.env["ir.mail_server"].has_outgoing_server()

    @api.depends("student_ids")
    def _compute_can_choose(self):
        for wizard in self:
            wizard.can_choose = bool(wizard.student_ids)

    @api.depends("line_ids")
    def _compute_student(self):
        for wizard in self:
            line = wizard.line_ids if len(wizard.line_ids) == 1 else None
            wizard.student_id = line and line.student_id
            wizard.guardian_id = line and line.guardian_id
            wizard.login = line and line.login
            wizard.take_over = line and line.take_over

    @api.onchange("line_ids")
    def _onchange_line_ids(self):
        # Lines that shared the address that was edited have another status now.
        self.line_ids._compute_status()

    @api.onchange("login", "take_over")
    def _onchange_login(self):
        line = self.line_ids
        if len(line) == 1:
            if line.login != self.login:
                line.login = self.login
                self.take_over = False  # it was ticked for another address
            line.take_over = self.take_over

    def action_grant_access(self):
        """Grant access to the students that are ready, and show what was done.

        :return: the action that shows the result: of a few students in the same
            dialog, of many the form of their run
        :rtype: dict
        :raise AccessError: if the current user may not grant
        :raise RedirectWarning: if the one student has access already
        :raise UserError: if the one student is not ready
        """
        self.ensure_one()
        lines = self.line_ids.search([("wizard_id", "=", self.id)])
        if not self.run_id:  # a second click grants nothing twice
            if len(lines) == 1:
                self._check_one_student()
            self.run_id = self.env["op.student.portal.run"].start(
                "grant",
                lines.student_id,
                lines.requests(),
                self.portal_group_id,
                self.send_invitation,
                self.guardian_group_id,
            )
        if len(lines) > LISTED_STUDENTS or self.run_id.state == "running":
            return self.run_id.open_form()
        return self.open_dialog()

    def _check_one_student(self):
        """Tell at once why the one student cannot be granted access."""
        line = self.line_ids
        # Somebody else may have granted it since the dialog was opened.
        line._compute_status()
        if line.status == "has_access":
            raise RedirectWarning(
                self.env._(
                    "User already exists: %(student)s has access already, as"
                    " %(login)s. Reset the password or resend the invitation from the"
                    " student, if needed.",
                    student=line.partner_id.name,
                    login=line.partner_id.sudo().student_portal_access_ids.login,
                ),
                self.env["op.student.portal.access"].open_users_of(line.contacts()),
                self.env._("Open the User"),
            )
        if line.status not in READY_STATUSES:
            raise UserError(
                self.env._(
                    "%(student)s: %(reason)s",
                    student=line.partner_id.name,
                    reason=line.message,
                )
            )

    def action_open_users(self):
        """Open the users of the students that were granted access."""
        self.ensure_one()
        return self.run_id.action_open_users()

    def action_open_run(self):
        """Open the record of what was done."""
        self.ensure_one()
        return self.run_id.open_form()

    def action_print_missing_letters(self):
        """Print the letters of those who get their code by letter."""
        self.ensure_one()
        return self.run_id.action_print_missing_letters()

    def action_fix_addresses(self):
        """Open the dialog again for those who need attention."""
        self.ensure_one()
        return self.run_id.action_fix_addresses()

    def action_open_students(self):
        """Open the other students that were skipped."""
        self.ensure_one()
        return self.run_id.action_open_students()

    @api.private
    def open_dialog(self):
        """Return the action that shows the dialog, in the form that suits its size.

        :rtype: dict
        """
        self.ensure_one()
        lines = self.line_ids.search_fetch(
            [("wizard_id", "=", self.id)], ["student_id"]
        )
        view = self.env.ref(
            "openeducat_student_portal."
            + (
                "view_op_student_portal_wizard_form_many"
                if len(lines) > LISTED_STUDENTS
                else "view_op_student_portal_wizard_form"
            )
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Grant Portal Access"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
            "context": {
                **({"dialog_size": "extra-large"} if len(lines) > 1 else {}),
                "active_model": "op.student",
                "active_ids": lines.student_id.ids,
            },
        }
