from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .op_student import BLOOD_GROUPS


class OpFaculty(models.Model):
    """A teacher. There is no field of the teacher's user: `user_id` is the contact's
    (its salesperson), which is where upstream puts it."""

    _name = "op.faculty"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _inherits = {"res.partner": "partner_id"}
    _description = "Faculty"
    _parent_name = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    first_name = fields.Char(translate=True, required=True)
    middle_name = fields.Char(size=128)
    last_name = fields.Char(size=128, required=True)
    birth_date = fields.Date(required=True)
    blood_group = fields.Selection(BLOOD_GROUPS)
    gender = fields.Selection([("male", "Male"), ("female", "Female")], required=True)
    nationality = fields.Many2one("res.country")
    emergency_contact = fields.Many2one("res.partner")
    visa_info = fields.Char(size=64)
    id_number = fields.Char("ID Card Number", size=64)
    login = fields.Char(related="partner_id.user_id.login")
    last_login = fields.Datetime(related="partner_id.user_id.login_date")
    faculty_subject_ids = fields.Many2many(
        "op.subject", string="Subjects", tracking=True
    )
    main_department_id = fields.Many2one("op.department")
    allowed_department_ids = fields.Many2many("op.department")
    active = fields.Boolean(default=True)

    @api.constrains("birth_date")
    def _check_birth_date(self):
        if any(faculty.birth_date > fields.Date.today() for faculty in self):
            raise ValidationError(self.env._("The birth date is in the future."))

    @api.onchange("first_name", "middle_name", "last_name")
    def _onchange_name(self):
        names = [self.first_name, self.middle_name, self.last_name]
        self.name = " ".join(filter(None, names)) or self.env._("New")
