from odoo import fields, models
from odoo.orm.models import NO_ACCESS


class OpStudentPortalFeed(models.Model):
    """The calendar of a child, at a secret address of a guardian's own.

    The student's own address is on the student.
    """

    _name = "op.student.portal.feed"
    _description = "Calendar of a Guardian's Child"

    student_id = fields.Many2one("op.student", required=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    # It is shown to the guardian again, for the next phone: hence no mere hash of it.
    portal_calendar_token = fields.Char(
        string="Secret of the Calendar's Address",
        required=True,
        copy=False,
        groups=NO_ACCESS,
    )

    _one_per_guardian = models.Constraint(
        "UNIQUE (user_id, student_id)", "The guardian has a calendar of this child."
    )
    _token_unique = models.UniqueIndex("(portal_calendar_token)")
