from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.i18n import format_list


class OpParent(models.Model):
    """A guardian, who holds an access as a student does."""

    _name = "op.parent"
    _inherit = ["op.parent", "op.student.portal.holder"]
    # It is of no module: without the app, Odoo could not load it.
    _module = None
    _contact_field = "name"
    _contact_role = "is_parent"
    _group_option = "guardian_group"

    partner_id = fields.Many2one(related="name", string="Contact")
    portal_access_id = fields.Many2one(search="_search_portal_access_id")
    # Odoo has the labels of the fields of modules; those of this one are the students'.
    portal_state = fields.Selection(
        selection=lambda self: self._portal_states(), search="_search_portal_state"
    )

    @api.model
    def _portal_states(self):
        states = self.env["op.student"]._fields["portal_state"]
        return states._description_selection(self.env)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Take the words of the access's fields from where they are translated.

        Odoo has no record of the fields that a class of no module adds, and finds
        there neither their labels nor what can be chosen.
        """
        described = super().fields_get(allfields, attributes)
        holder = self.env["op.student.portal.holder"]
        names = [name for name in described if name in holder._fields]
        words = holder.fields_get(names, ("string", "help", "selection"))
        for name, texts in words.items() if names else ():
            described[name].update(
                {key: text for key, text in texts.items() if key in described[name]}
            )
        return described

    @api.depends("name.student_portal_access_ids")
    def _compute_portal_access_id(self):
        return super()._compute_portal_access_id()

    @api.depends(
        "portal_access_id.state",
        "portal_access_id.guardian_group_id",
        "name.user_ids.share",
    )
    def _compute_portal_state(self):
        return super()._compute_portal_state()

    def _search_portal_access_id(self, operator, value):
        # Who may search guardians may not search accesses.
        guardians = self.sudo().with_context(active_test=False)
        # Odoo's operators that skip the rules are its own to write.
        operator = operator.removesuffix("!")
        domain = [("name.student_portal_access_ids", operator, value)]
        return [("id", "in", guardians._search(domain))]

    def _search_portal_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        given = Domain("guardian_group_id", "!=", False)
        internal = Domain("name.user_ids", "any", [("share", "=", False)])
        accesses = "name.student_portal_access_ids"
        domain = (
            Domain(accesses, "any", given & Domain("state", "in", value)) & ~internal
        )
        if "none" in value:
            domain |= ~Domain(accesses, "any", given) & ~internal
        if "internal" in value:
            domain |= internal
        # Who may search guardians by state may not search accesses and users.
        return [
            ("id", "in", self.sudo().with_context(active_test=False)._search(domain))
        ]

    @api.private
    def has_portal_role(self, access):
        return bool(access.guardian_group_id)

    def _check_portal_rights(self):
        """Check that the current user may act for the guardians.

        Student Managers may not write guardians: they act for those of a student whom
        they may write.
        """
        # Who manages accesses may not read guardians.
        guardians = self.sudo().with_context(active_test=True)
        writable = guardians.student_ids.sudo(False)._filtered_access("write")
        if any(not guardian.student_ids & writable for guardian in guardians):
            self.check_access("write")

    @api.model
    @api.private
    def own_portal_groups(self):
        """Return the portal groups that guardians may be given."""
        return self.env["res.groups"].guardian_portal_groups()

    @api.private
    def default_portal_group(self):
        """Return the portal group that the guardian's school proposes."""
        return self.partner_id.student_portal_school().default_guardian_portal_group()

    @api.private
    def portal_email(self):
        """Return the contact's address, or else that of the guardian's own record."""
        return super().portal_email() or self.email or ""

    @api.private
    def portal_child_names(self, for_guardians=False):
        """Return the names of each guardian's children, of whom the user may know.

        Those from whom the guardian is barred are not among them.

        :param bool for_guardians: list them as each guardian's language does
        :rtype: list of str
        """
        # Guardians, and the names of those children, are asked for by who may not read
        # all that is written of them.
        guardians = self.sudo().with_context(active_test=True)
        known = guardians.student_ids.with_env(self.env)._filtered_access("read").sudo()
        known = {child.id: child for child in known}
        return [
            format_list(
                self.env,
                [
                    known[child].name
                    for child in guardian.student_ids.ids
                    if child in known
                    and not known[child].is_portal_barred(guardian.partner_id)
                ],
                lang_code=guardian.partner_id.lang if for_guardians else None,
            )
            for guardian in guardians
        ]

    # -- what changes the access -------------------------------------------------

    def _archiving_texts(self):
        return (
            self.env._(
                "The guardian was archived. Portal access revoked:"
                " login %(login)s, %(group)s."
            ),
            self.env._(
                "The guardian was unarchived. Portal access restored:"
                " login %(login)s, %(group)s."
            ),
        )

    def create_parent_user(self):
        """Grant access to the guardians without inviting them.

        This is OpenEduCat's own method, behind its button *Create Parent User*. There
        it makes a user that sees no child who has no user.
        """
        return (
            self.env["op.student.portal.run"]
            .start("grant", self, send_invitation=False)
            .open_form()
        )
