from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import ormcache

#: The privileges that the school's own portal groups are of. A student who is a parent
#: has a group of each. Those of guardians are made where OpenEduCat has parents.
STUDENTS_PRIVILEGE = "openeducat_student_portal.privilege_student_portal"
GUARDIANS_PRIVILEGE = "openeducat_student_portal.privilege_guardian_portal"
#: The portal groups that are given where the school says no other.
STUDENT_GROUP = "openeducat_student_portal.group_student_portal"
GUARDIAN_GROUP = "openeducat_student_portal.group_guardian_portal"


class ResGroups(models.Model):
    _inherit = "res.groups"

    student_portal_section_ids = fields.Many2many(
        "op.student.portal.section",
        string="Sections of the Portal",
        help="What those who have this portal group may open in the portal.",
    )

    student_portal_password_length = fields.Integer(
        string="Minimum Password Length",
        help="Minimum length of the passwords of this group's users. 0: as for"
        " everybody.",
    )
    student_portal_has_password_policy = fields.Boolean(
        compute="_compute_student_portal_has_password_policy"
    )

    _student_portal_password_length_positive = models.Constraint(
        "CHECK (student_portal_password_length >= 0)",
        "A password cannot have fewer than 0 characters.",
    )

    def _compute_student_portal_has_password_policy(self):
        self.student_portal_has_password_policy = hasattr(
            self.env["res.users"], "get_password_policy"
        )

    @api.model
    @api.private
    def student_portal_groups(self):
        """Return the portal groups, those of students and of guardians.

        Such a group implies *Portal*, and else only other portal groups and what
        *Portal* itself implies: no right of staff, whichever group gives it.
        """
        return self.browse(self._student_portal_group_ids())

    @api.model
    @api.private
    def guardian_portal_groups(self):
        """Return the portal groups that guardians may be given, and nobody else."""
        return self.browse(self._guardian_portal_group_ids())

    @api.model
    @ormcache(cache="groups")
    def _guardian_portal_group_ids(self):
        privilege = self.env.ref(GUARDIANS_PRIVILEGE, raise_if_not_found=False)
        # Who signs in may not read groups; which ones are whose is no secret.
        groups = self.student_portal_groups().sudo()
        return tuple(group.id for group in groups if group.privilege_id == privilege)

    @api.model
    @ormcache(cache="groups")
    def _student_portal_group_ids(self):
        """Return the ids of the portal groups: each sign-in asks for them."""
        definitions = self._get_group_definitions()
        portal = definitions.get_id("base.group_portal")
        implying = definitions.get_subset_ids([portal])
        harmless = {portal, *implying, *definitions.get_superset_ids([portal])}
        return tuple(
            group
            for group in implying
            if harmless.issuperset(definitions.get_superset_ids([group]))
        )

    @api.private
    def are_student_portal_groups(self):
        """Tell whether every group of the recordset is a portal group."""
        return self <= self.student_portal_groups()

    @api.model
    def _student_portal_privileges(self):
        """Return the privileges that the school's own portal groups are of."""
        privileges = self.env["res.groups.privilege"]
        for xmlid in STUDENTS_PRIVILEGE, GUARDIANS_PRIVILEGE:
            privileges |= self.env.ref(xmlid, raise_if_not_found=False) or privileges
        return privileges

    @api.model_create_multi
    def create(self, vals_list):
        """Let the portal groups of the student portal give the portal."""
        groups = super().create(vals_list)
        privileges = self._student_portal_privileges()
        portal_groups = groups.filtered(lambda group: group.privilege_id in privileges)
        portal = self.env.ref("base.group_portal")
        (portal_groups - portal.all_implied_by_ids).write(
            {"implied_ids": [Command.link(portal.id)]}
        )
        return groups

    def write(self, vals):
        """Refuse to take the privilege from a portal group in use: it could then give
        its users anything."""
        if "privilege_id" in vals:
            self.filtered(
                lambda group: group.privilege_id.id != vals["privilege_id"]
            )._check_not_given()
        return super().write(vals)

    @api.constrains("implied_ids", "implied_by_ids", "privilege_id")
    def _check_student_portal_groups(self):
        """Keep the portal groups of the student portal at what the portal gives.

        That holds for what a group implies by way of other groups, too. A group that
        students have gives no less than that, either: they would have no role.
        """
        privileges = self._student_portal_privileges()
        # The cache of who implies whom is cleared by Odoo after this check.
        self.env.registry.clear_cache("groups")
        portal_groups = self.all_implied_by_ids.filtered(
            lambda group: group.privilege_id in privileges
        )
        if not portal_groups:
            return
        portal = self.env.ref("base.group_portal")
        allowed = portal.all_implied_ids
        for group in portal_groups:
            more = (group.all_implied_ids - allowed).filtered(
                lambda group: group.privilege_id not in privileges
            )
            if more:
                raise ValidationError(
                    self.env._(
                        "%(group)s is a portal group. It cannot"
                        " give more than the portal: %(groups)s.",
                        group=group.name,
                        groups=", ".join(more.mapped("full_name")),
                    )
                )

            if portal not in group.all_implied_ids:
                group._check_not_given()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        """Keep the portal groups of students, who would be left without any role."""
        self._check_not_given()

    def _check_not_given(self):
        """Check that nobody has any portal group that is among these groups.

        :raise UserError: if somebody does
        """
        privileges = self._student_portal_privileges()
        for group in self:
            if group.privilege_id not in privileges:
                continue
            users = group.with_context(active_test=False).user_ids
            if users:
                raise UserError(
                    self.env._(
                        "Users of the portal group %(group)s: %(count)s, such as"
                        " %(user)s. Give them another one first.",
                        count=len(users),
                        group=group.name,
                        user=users[0].name,
                    )
                )
