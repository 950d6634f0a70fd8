from odoo import fields, models


class ResUsers(models.Model):
    """A user who is a parent has the users of the children in `child_ids`.

    The name hides the contact's own `child_ids`; record rules of all the apps read it.
    """

    _inherit = "res.users"
    _parent_name = False

    child_ids = fields.Many2many(
        "res.users",
        "res_user_first_rel1",
        "user_id",
        "res_user_second_rel1",
        string="Children",
    )
    user_line = fields.One2many("op.student", "user_id", "Students")
