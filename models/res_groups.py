from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import ormcache

PRIVILEGE = "openeducat_student_portal.privilege_student_portal"


class ResGroups(models.Model):
    _inherit = "res.groups"

    student_portal_section_ids = fields.Many2many(
        "op.student.portal.section",
        string="Sections of the Portal",
        help="What students of this access level may open in the portal.",
    )

    student_portal_password_length = fields.Integer(
        string="Minimum Password Length",
        help="How many characters the passwords of those who have this level have at"
        " least. 0 is the length that holds for everybody.",
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
        """Return the groups that are access levels of the student portal.

        A level is a group that implies *Portal*, and else only other levels and what
        *Portal* itself implies: no right of staff, whichever group gives it.

        :rtype: res.groups
        """
        return self.browse(self._student_portal_level_ids())

    @api.model
    @ormcache(cache="groups")
    def _student_portal_level_ids(self):
        """Return the ids of the access levels: each sign-in asks for them."""
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
        """Tell whether every group of the recordset is one a student may be given.

        :rtype: bool
        """
        return self <= self.student_portal_groups()

    @api.model
    def _student_portal_privilege(self):
        """Return the privilege that the school's own access levels are of."""
        return self.env.ref(PRIVILEGE, raise_if_not_found=False)

    @api.model_create_multi
    def create(self, vals_list):
        """Let the access levels of the student portal give the portal."""
        groups = super().create(vals_list)
        privilege = self._student_portal_privilege()
        levels = groups.filtered(
            lambda group: privilege and group.privilege_id == privilege
        )
        portal = self.env.ref("base.group_portal")
        (levels - portal.all_implied_by_ids).write(
            {"implied_ids": [Command.link(portal.id)]}
        )
        return groups

    def write(self, vals):
        """Keep an access level that students have one: it could give them anything
        once it is none."""
        privilege = self._student_portal_privilege()
        if privilege and vals.get("privilege_id", privilege.id) != privilege.id:
            self._check_no_given_level()
        return super().write(vals)

    @api.constrains("implied_ids", "implied_by_ids", "privilege_id")
    def _check_student_portal_levels(self):
        """Keep the access levels of the student portal at what the portal gives.

        That holds for what a level implies by way of other groups, too. A level that
        students have gives no less than that, either: they would have no role.
        """
        privilege = self._student_portal_privilege()
        if not privilege:
            return
        # The cache of who implies whom is cleared by Odoo after this check.
        self.env.registry.clear_cache("groups")
        levels = self.all_implied_by_ids.filtered(
            lambda group: group.privilege_id == privilege
        )
        if not levels:
            return
        portal = self.env.ref("base.group_portal")
        allowed = portal.all_implied_ids
        for level in levels:
            more = (level.all_implied_ids - allowed).filtered(
                lambda group: group.privilege_id != privilege
            )
            if more:
                raise ValidationError(
                    self.env._(
                        "%(level)s is an access level of the student portal. It cannot"
                        " give more than the portal: %(groups)s.",
                        level=level.name,
                        groups=", ".join(more.mapped("full_name")),
                    )
                )

            if portal not in level.all_implied_ids:
                level._check_no_given_level()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given_levels(self):
        """Keep the levels of students, who would be left without any role."""
        self._check_no_given_level()

    def _check_no_given_level(self):
        """Check that nobody has any access level that is among these groups.

        :raise UserError: if somebody does
        """
        privilege = self._student_portal_privilege()
        for level in self:
            if not privilege or level.privilege_id != privilege:
                continue
            users = level.with_context(active_test=False).user_ids
            if users:
                raise UserError(
                    self.env._(
                        "%(count)s users have the access level %(level)s, such as"
                        " %(user)s. Give them another one first.",
                        count=len(users),
                        level=level.name,
                        user=users[0].name,
                    )
                )
