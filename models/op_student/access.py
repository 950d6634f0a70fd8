from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..op_student_portal_access.record import MANAGER_GROUP


class OpStudent(models.Model):
    """The student's access to the portal, which is the contact's.

    What is recorded is on ``op.student.portal.access``. The state and the progress
    alone are stored here, for lists, groups and filters.
    """

    _name = "op.student"
    _inherit = ["op.student", "op.student.portal.holder"]
    _contact_role = "is_student"
    _group_option = "portal_group"
    _has_pattern_login = True

    portal_access_id = fields.Many2one(
        inverse="_refuse_writing_access",
        store=True,
        index="btree_not_null",
        ondelete="set null",
    )
    portal_state = fields.Selection(
        inverse="_refuse_writing_access", store=True, index=True
    )
    portal_progress = fields.Selection(inverse="_refuse_writing_access", store=True)
    portal_report_ids = fields.One2many(
        "op.student.portal.report",
        "student_id",
        string="Adoption of the Portal",
        readonly=True,
        groups=MANAGER_GROUP,
    )

    @api.depends("partner_id.student_portal_access_ids")
    def _compute_portal_access_id(self):
        return super()._compute_portal_access_id()

    @api.depends(
        "portal_access_id.state",
        "portal_access_id.guardian_group_id",
        "portal_access_id.portal_group_id",
        "partner_id.user_ids.share",
    )
    def _compute_portal_state(self):
        return super()._compute_portal_state()

    @api.private
    def has_portal_role(self, access):
        # A portal group is lost where Odoo's own portal wizard takes it.
        return access and (access.portal_group_id or not access.guardian_group_id)

    @api.model
    @api.private
    def own_portal_groups(self):
        """Return the portal groups that students may be given."""
        groups = self.env["res.groups"]
        return groups.student_portal_groups() - groups.guardian_portal_groups()

    @api.private
    def default_portal_group(self):
        """Return the portal group that the student's school proposes."""
        return self.partner_id.student_portal_school().default_student_portal_group()

    def _refuse_writing_access(self):
        """Keep what the access says from being written on the student by RPC."""
        raise AccessError(
            self.env._("The portal access is changed by its own actions only.")
        )

    # -- what changes the access -------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Put a student whose user other code has made on that user's contact.

        OpenEduCat's admission makes a portal user, then the student with it, and the
        student would get a contact of its own.
        """
        named = {vals.get("user_id") for vals in vals_list} - {None, False}
        # Of the users that the caller names, no more than their contacts is used.
        users = self.env["res.users"].sudo().browse(named).exists()
        free = self.env["op.student.portal.access"].free_users(users)
        contacts = {user.id: user.partner_id.id for user in free if user.active}
        for vals in vals_list:
            if not vals.get("partner_id") and vals.get("user_id") in contacts:
                vals["partner_id"] = contacts.pop(vals["user_id"])
        return super().create(vals_list)

    def _archiving_texts(self):
        return (
            self.env._(
                "The student was archived. Portal access revoked:"
                " login %(login)s, %(group)s."
            ),
            self.env._(
                "The student was unarchived. Portal access restored:"
                " login %(login)s, %(group)s."
            ),
        )

    # -- the ways in -------------------------------------------------------------

    def create_student_user(self):
        """Grant access to the students without inviting them.

        This is OpenEduCat's own method, behind its action *Create Users*. There it
        writes a field that Odoo 19 has renamed, and cannot make any user.
        """
        return (
            self.env["op.student.portal.run"]
            .start("grant", self, send_invitation=False)
            .open_form()
        )
