from odoo import fields, models


class OpParentRelationship(models.Model):
    _name = "op.parent.relationship"
    _description = "Relationship of a Parent"

    name = fields.Char(required=True)

    _unique_name = models.Constraint(
        "UNIQUE (name)", "There is a relationship of this name already."
    )
