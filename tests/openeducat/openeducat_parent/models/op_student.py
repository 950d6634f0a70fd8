from odoo import api, fields, models
from odoo.fields import Command


class OpStudent(models.Model):
    _inherit = "op.student"

    parent_ids = fields.Many2many("op.parent", string="Parents")

    @api.model_create_multi
    def create(self, vals_list):
        students = super().create(vals_list)
        students.parent_ids.filtered("user_id")._set_children()
        return students

    def write(self, vals):
        """As upstream: the user of several students becomes a child of all parents of
        all of them, and each write empties the caches of the registry."""
        result = super().write(vals)
        if vals.get("parent_ids"):
            self.parent_ids.filtered("user_id")._set_children()
        if vals.get("user_id"):
            for parent in self.parent_ids:
                children = [*parent.user_id.child_ids.ids, vals["user_id"]]
                parent.name.user_id.child_ids = [Command.set(children)]
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """As upstream, who is no child of a parent's user cannot be deleted.

        :raise ValueError: for a student without a user who has a parent
        """
        for student in self:
            for parent in student.parent_ids:
                children = parent.user_id.child_ids.ids
                children.remove(student.user_id.id)
                parent.name.user_id.child_ids = [Command.set(children)]
        return super().unlink()

    def get_parent(self):
        """Open the parents."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "openeducat_parent.act_open_op_parent_view"
        )
        return {
            **action,
            "domain": [("student_ids", "in", self.ids)],
            "context": {"default_student_ids": [Command.set(self.ids)]},
        }
