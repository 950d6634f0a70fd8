from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command


class OpParent(models.Model):
    """A parent. The contact is in `name`, whose `user_id` (its salesperson) is where
    upstream puts the parent's user too."""

    _name = "op.parent"
    _description = "Parent"

    name = fields.Many2one(
        "res.partner", required=True, domain=[("is_parent", "=", True)]
    )
    user_id = fields.Many2one("res.users")
    student_ids = fields.Many2many("op.student", string="Students", required=True)
    mobile = fields.Char()
    email = fields.Char()
    active = fields.Boolean(default=True)
    relationship_id = fields.Many2one("op.parent.relationship", required=True)

    _unique_name = models.Constraint(
        "UNIQUE (name)", "This contact is a parent already."
    )

    @api.onchange("name")
    def _onchange_name(self):
        if self.name:
            self.user_id = self.name.user_id
            self.mobile = self.name.phone
            self.email = self.name.email

    @api.model_create_multi
    def create(self, vals_list):
        # As upstream, with a contact that is there already.
        for vals in vals_list:
            contact = self.env["res.partner"].browse(vals["name"])
            contact.is_parent = True
            self._complete(contact, vals.get("email"), vals.get("mobile"))
        parents = super().create(vals_list)
        parents.filtered("name.user_id")._set_children()
        return parents

    def write(self, vals):
        result = super().write(vals)
        if vals.get("student_ids"):
            # As upstream, the first one alone.
            self[:1].filtered("name.user_id")._set_children()
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        # As upstream, the first one alone.
        self[:1].filtered("name.user_id").user_id.child_ids = [Command.clear()]
        return super().unlink()

    def _complete(self, contact, email, phone):
        if email and not contact.email:
            contact.email = email
        if phone and not contact.phone:
            contact.phone = phone

    def _set_children(self):
        """Give the parents' users the children's: a child without one is not there."""
        for parent in self:
            parent.user_id.child_ids = parent.student_ids.user_id

    def create_parent_user(self):
        """Create the users of the parents, as upstream: nobody is mailed."""
        template = self.env.ref("openeducat_parent.parent_template_user")
        for parent in self:
            contact = parent.name
            self._complete(contact, parent.email, parent.mobile)
            if not contact.email:
                raise ValidationError(self.env._("The parent has no email."))
            if not contact.user_id:
                parent.user_id = self.env["res.users"].create(
                    {
                        "partner_id": contact.id,
                        "name": contact.name,
                        "login": contact.email,
                        "is_parent": True,
                        "tz": self.env.context.get("tz"),
                        "group_ids": [Command.set(template.group_ids.ids)],
                        "child_ids": [Command.set(parent.student_ids.user_id.ids)],
                    }
                )
                contact.user_id = parent.user_id
