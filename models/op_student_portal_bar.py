from odoo import fields, models

from .op_student_portal_access.access import ADMINISTRATOR_GROUP


class OpStudentPortalBar(models.Model):
    """A guardian who is not to see a child, for a time or without end.

    It holds for all that shows a child to its guardians (see
    :meth:`op.student.portal_children`), whether or not the guardian is still one.
    """

    _name = "op.student.portal.bar"
    _description = "Barred Guardian"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"

    student_id = fields.Many2one(
        "op.student", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Guardian",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_parent", "=", True)],
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="Until", help="The last day. Empty: without end.")
    reason = fields.Text(
        groups=ADMINISTRATOR_GROUP,
        help="Only Administrators read it. The guardian is told to ask the school.",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The last day cannot be before the first one.",
    )
