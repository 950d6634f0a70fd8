from odoo import fields, models


class OpStudent(models.Model):
    _inherit = "op.student"

    allocation_ids = fields.Many2many("op.assignment", string="Assignments")
    assignment_count = fields.Integer(compute="_compute_assignment_count")

    def _compute_assignment_count(self):
        """As upstream: a list of students shows the total of all."""
        self.assignment_count = self.env["op.assignment"].search_count(
            [("allocation_ids", "in", self.ids)]
        )

    def get_assignment(self):
        """Return the action that lists the assignments of the students."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "openeducat_assignment.act_open_op_assignment_view"
        )
        return {**action, "domain": [("allocation_ids", "in", self.ids)]}
