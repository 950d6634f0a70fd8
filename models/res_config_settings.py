from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .op_student_portal_turn import LIMIT_PARAMETER

#: A hundred years.
MOST_DAYS = 36500
HOURS_OF_A_DAY = 24


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    student_portal_enabled = fields.Boolean(
        related="company_id.student_portal_enabled", readonly=False
    )
    student_portal_group_id = fields.Many2one(
        related="company_id.student_portal_group_id",
        readonly=False,
        domain=lambda self: [
            ("id", "in", self.env["op.student"].own_portal_groups().ids)
        ],
    )
    student_portal_guardian_group_id = fields.Many2one(
        related="company_id.student_portal_guardian_group_id",
        readonly=False,
        domain=lambda self: [
            ("id", "in", self.env["res.groups"].guardian_portal_groups().ids)
        ],
    )
    student_portal_send_invitation = fields.Boolean(
        related="company_id.student_portal_send_invitation", readonly=False
    )
    # The school's hours, in days where these are whole ones.
    student_portal_invitation_validity = fields.Integer(
        string="Validity of Invitations",
        compute="_compute_student_portal_invitation_validity",
        inverse="_inverse_student_portal_invitation_validity",
    )
    student_portal_invitation_unit = fields.Selection(
        [("days", "Days"), ("hours", "Hours")],
        string="Unit of the Validity",
        compute="_compute_student_portal_invitation_validity",
        inverse="_inverse_student_portal_invitation_validity",
    )
    student_portal_revoke_on_archive = fields.Boolean(
        related="company_id.student_portal_revoke_on_archive", readonly=False
    )
    student_portal_payment_text = fields.Text(
        related="company_id.student_portal_payment_text", readonly=False
    )
    student_portal_file_kinds = fields.Char(
        related="company_id.student_portal_file_kinds", readonly=False
    )
    student_portal_guardians_submit = fields.Boolean(
        related="company_id.student_portal_guardians_submit", readonly=False
    )
    student_portal_guardians_profile = fields.Boolean(
        related="company_id.student_portal_guardians_profile", readonly=False
    )
    student_portal_guardians_pay = fields.Boolean(
        related="company_id.student_portal_guardians_pay", readonly=False
    )
    student_portal_adult_age = fields.Integer(
        related="company_id.student_portal_adult_age", readonly=False
    )
    student_portal_adults_hide = fields.Boolean(
        related="company_id.student_portal_adults_hide", readonly=False
    )
    student_portal_has_guardians = fields.Boolean(
        compute="_compute_student_portal_has_guardians"
    )
    student_portal_login_pattern = fields.Char(
        related="company_id.student_portal_login_pattern", readonly=False
    )
    student_portal_login_preview = fields.Text(
        compute="_compute_student_portal_login_preview"
    )
    student_portal_shared_mailbox = fields.Boolean(
        related="company_id.student_portal_shared_mailbox", readonly=False
    )
    group_student_portal_letters = fields.Boolean(
        string="Student Managers Print Access Letters",
        group="openeducat_student_portal.group_student_manager",
        implied_group="openeducat_student_portal.group_letter_printer",
    )
    student_portal_run_threshold = fields.Integer(
        string="Students Granted at Once",
        config_parameter="openeducat_student_portal.run_threshold",
        default=100,
    )
    student_portal_invitations_per_hour = fields.Integer(
        string="Invitations per Hour",
        config_parameter=LIMIT_PARAMETER,
        default=0,
    )
    student_portal_run_retention_days = fields.Integer(
        string="Days that Runs Are Kept",
        config_parameter="openeducat_student_portal.run_retention_days",
        default=90,
    )
    has_outgoing_server = fields.Boolean(compute="_compute_has_outgoing_server")
    student_portal_sender_problem = fields.Char(
        compute="_compute_student_portal_sender_problem"
    )

    def _compute_has_outgoing_server(self):
        self.has_outgoing_server = self.env["ir.mail_server"].has_outgoing_server()

    def _compute_student_portal_has_guardians(self):
        self.student_portal_has_guardians = "op.parent" in self.env

    @api.depends("company_id")
    def _compute_student_portal_invitation_validity(self):
        for settings in self:
            hours = settings.company_id.student_portal_invitation_hours
            whole = not hours % HOURS_OF_A_DAY
            settings.student_portal_invitation_validity = (
                hours // HOURS_OF_A_DAY if whole else hours
            )
            settings.student_portal_invitation_unit = "days" if whole else "hours"

    def _inverse_student_portal_invitation_validity(self):
        for settings in self:
            company = settings.company_id
            hours = settings.student_portal_invitation_validity
            unit = settings.student_portal_invitation_unit
            # Where the number alone is given, its unit is the one that was shown.
            in_hours = company.student_portal_invitation_hours % HOURS_OF_A_DAY
            if unit == "days" or (not unit and not in_hours):
                hours *= HOURS_OF_A_DAY
            company.student_portal_invitation_hours = hours

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_student_portal_sender_problem(self):
        for settings in self:
            problem = settings.company_id.sender_problem()
            settings.student_portal_sender_problem = problem

    @api.depends("company_id", "student_portal_login_pattern")
    @api.depends_context("lang")
    def _compute_student_portal_login_preview(self):
        access = self.env["op.student.portal.access"]
        for settings in self:
            pattern = settings.student_portal_login_pattern
            # It is what is being typed that is shown: the school has another one yet.
            settings.student_portal_login_preview = pattern and (
                access.pattern_problem(pattern)
                or "\n".join(settings.company_id.student_portal_login_examples(pattern))
            )

    def set_values(self):
        """Let the invitations that wait leave as the new limit says."""
        access = self.env["op.student.portal.access"]
        before = access.invitations_per_hour()
        answer = super().set_values()
        if access.invitations_per_hour() != before:
            access.plan_invitations()
        return answer

    @api.constrains(
        "student_portal_run_threshold",
        "student_portal_invitations_per_hour",
        "student_portal_run_retention_days",
    )
    def _check_student_portal_numbers(self):
        for settings in self:
            if settings.student_portal_run_threshold < 1:
                raise ValidationError(
                    self.env._("At least one student is granted access at once.")
                )
            if settings.student_portal_invitations_per_hour < 0:
                raise ValidationError(
                    self.env._(
                        "The number of invitations per hour cannot be negative."
                        " 0 sends them without a limit."
                    )
                )
            if not 1 <= settings.student_portal_run_retention_days <= MOST_DAYS:
                raise ValidationError(
                    self.env._(
                        "Runs are kept for at least one day, and at most %(days)s"
                        " days.",
                        days=MOST_DAYS,
                    )
                )
