from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.i18n import format_list

from .op_student.upload import DEFAULT_KINDS, FILE_KINDS
from .res_groups import GUARDIAN_GROUP, STUDENT_GROUP


class ResCompany(models.Model):
    _inherit = "res.company"

    student_portal_enabled = fields.Boolean(
        string="Student Portal",
        default=True,
        help="Students who have access open their pages, and others can be granted it."
        " Switched off, no page opens, and all accesses are kept.",
    )
    student_portal_group_id = fields.Many2one(
        "res.groups",
        string="Default Portal Group",
        ondelete="restrict",
        help="The portal group proposed when access is granted."
        " Left empty, it is Student Portal.",
    )
    student_portal_guardian_group_id = fields.Many2one(
        "res.groups",
        string="Default Portal Group of Guardians",
        ondelete="restrict",
        help="The portal group proposed when guardians are granted access."
        " Left empty, it is Guardian Portal.",
    )
    student_portal_send_invitation = fields.Boolean(
        string="Send Invitation by Default", default=True
    )
    student_portal_invitation_hours = fields.Integer(
        string="Validity of Invitations (Hours)",
        default=144,
        help="How many hours the link to set a password works.",
    )
    student_portal_revoke_on_archive = fields.Boolean(
        string="Revoke on Archiving",
        default=True,
        help="Archiving a student revokes the access,"
        " and unarchiving restores what archiving revoked.",
    )
    student_portal_payment_text = fields.Text(
        string="How to Pay",
        translate=True,
        help="What students read where they cannot pay an invoice online.",
    )

    student_portal_file_kinds = fields.Char(
        string="Files that Can Be Submitted",
        default=DEFAULT_KINDS,
        help="The file extensions that students may submit for assignments.",
    )

    student_portal_guardians_submit = fields.Boolean(
        string="Guardians Submit Assignments",
        help="Guardians submit assignments for their children, too.",
    )
    student_portal_guardians_profile = fields.Boolean(
        string="Guardians Change Addresses",
        help="Guardians change the address and the phone of their children.",
    )
    student_portal_guardians_pay = fields.Boolean(
        string="Guardians Pay Fees",
        default=True,
        help="Guardians open the invoices of their children, and pay them.",
    )

    student_portal_adult_age = fields.Integer(
        string="Age of Adult Students",
        default=18,
        help="From this age on, students see which guardians can view their pages.",
    )
    student_portal_adults_hide = fields.Boolean(
        string="Adults Hide Their Pages",
        help="Adult students can stop guardians from viewing their pages.",
    )
    _student_portal_adult_age_not_negative = models.Constraint(
        "CHECK (student_portal_adult_age >= 0)",
        "The age of adult students cannot be negative.",
    )

    student_portal_login_pattern = fields.Char(
        string="Login of Students without an Email",
        help="The login that is proposed for them, such as"
        " {first_name}.{last_name}{number} or {gr_no}. Left empty, each student needs"
        " an email.",
    )

    student_portal_shared_mailbox = fields.Boolean(
        string="Families Share a Mailbox",
        help="Students who share an address with another student get a login by the"
        " pattern, and their mails go to the shared address, one for each student.",
    )

    _student_portal_invitation_hours_positive = models.Constraint(
        "CHECK (student_portal_invitation_hours BETWEEN 1 AND 8760)",
        "Invitations must be valid for at least one hour, and at most a year.",
    )

    @api.constrains("student_portal_group_id", "student_portal_guardian_group_id")
    def _check_student_portal_group(self):
        of_students = self.env["op.student"].own_portal_groups()
        of_guardians = self.env["res.groups"].guardian_portal_groups()
        for company in self:
            students = company.student_portal_group_id
            guardians = company.student_portal_guardian_group_id
            if group := (students - of_students) or (guardians - of_guardians):
                raise ValidationError(
                    self.env._(
                        "%(group)s is not a portal group of the student portal: it"
                        " gives more than the portal, or less.",
                        group=group.full_name,
                    )
                )

    @api.constrains("student_portal_login_pattern")
    def _check_student_portal_login_pattern(self):
        for company in self:
            pattern = company.student_portal_login_pattern
            access = self.env["op.student.portal.access"]
            if problem := access.pattern_problem(pattern):
                raise ValidationError(problem)

    @api.private
    def student_portal_login_examples(self, pattern, count=10):
        """Say which logins a pattern gives to some of the school's students.

        Those come first who have no email; they are the latest ones.

        :rtype: list of str
        """
        self.ensure_one()
        # Who may set the pattern may see whom it is for.
        students = self.env["op.student"].sudo()
        mine = Domain("partner_id.company_id", "in", (self.id, False)) & Domain(
            "portal_access_id", "=", False
        )
        without = Domain("partner_id.email", "in", (False, ""))
        found = students.search(mine & without, order="id desc", limit=count)
        if len(found) < count:
            found += students.search(
                mine & ~without, order="id desc", limit=count - len(found)
            )
        return self.env["op.student.portal.access"].pattern_examples(
            pattern, found[::-1]
        )

    @api.private
    def sender_problem(self):
        """Say which of the schools have no address that their mails come from."""
        # Who invites students may know the address that they see.
        names = self.sudo().filtered(lambda school: not school.email).mapped("name")
        if not names:
            return ""
        return self.env._(
            "%(schools)s has no email address: invitations would come from OdooBot. An"
            " Administrator sets it in Settings > Users & Companies > Companies.",
            schools=format_list(self.env, names),
        )

    @api.private
    def portal_off_reason(self):
        """Say that the student portal is switched off, or nothing where it is on."""
        self.ensure_one()
        # The settings are the Administrator's; what they say here is for all.
        school = self.sudo()
        if school.student_portal_enabled:
            return ""
        return self.env._(
            "The student portal of %(school)s is switched off.", school=school.name
        )

    @api.private
    def default_student_portal_group(self):
        """Return the portal group that the company proposes.

        :rtype: res.groups
        """
        self.ensure_one()
        # Who grants may not read groups.
        return self.sudo().student_portal_group_id or self._own_group(STUDENT_GROUP)

    @api.private
    def default_guardian_portal_group(self):
        """Return the portal group that the company proposes for guardians.

        Without OpenEduCat's parents, there is none.

        :rtype: res.groups
        """
        self.ensure_one()
        # As above.
        group = self.sudo().student_portal_guardian_group_id
        return group or self._own_group(GUARDIAN_GROUP)

    @api.model
    def _own_group(self, xmlid):
        # It is asked for each student of a run, and ``ref`` looks into the database.
        names = self.env["ir.model.data"]
        return self.env["res.groups"].browse(
            names._xmlid_to_res_id(xmlid, raise_if_not_found=False)
        )

    @api.constrains("student_portal_file_kinds")
    def _check_student_portal_file_kinds(self):
        for company in self:
            extensions = company.student_portal_file_extensions()
            unknown = set(extensions) - FILE_KINDS.keys()
            if unknown or not extensions:
                raise ValidationError(
                    self.env._(
                        "These files cannot be checked: %(unknown)s. You can use:"
                        " %(possible)s.",
                        unknown=" ".join(sorted(unknown)) or "–",
                        possible=" ".join(each.lstrip(".") for each in FILE_KINDS),
                    )
                )

    @api.private
    def student_portal_file_extensions(self):
        """Return the endings of the files that students may submit, as ".pdf"."""
        # Students may not read companies.
        kinds = self.sudo().student_portal_file_kinds or ""
        return tuple(
            f".{kind.lstrip('.')}" for kind in kinds.lower().replace(",", " ").split()
        )
