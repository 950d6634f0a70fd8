from odoo import api, fields, models
from odoo.exceptions import ValidationError

BLOOD_GROUPS = [
    (f"{group}{sign}", f"{group}{sign}ve")
    for sign in "+-"
    for group in ("A", "B", "O", "AB")
]


class OpStudent(models.Model):
    _name = "op.student"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _inherits = {"res.partner": "partner_id"}
    _description = "Student"

    first_name = fields.Char(translate=True)
    middle_name = fields.Char(translate=True)
    last_name = fields.Char(translate=True)
    birth_date = fields.Date()
    blood_group = fields.Selection(BLOOD_GROUPS)
    gender = fields.Selection(
        [("m", "Male"), ("f", "Female"), ("o", "Other")], required=True, default="m"
    )
    nationality = fields.Many2one("res.country")
    emergency_contact = fields.Many2one("res.partner")
    visa_info = fields.Char(size=64)
    id_number = fields.Char("ID Card Number", size=64)
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", ondelete="cascade")
    gr_no = fields.Char("Registration Number", size=20)
    category_id = fields.Many2one("op.category")
    course_detail_ids = fields.One2many(
        "op.student.course", "student_id", tracking=True
    )
    active = fields.Boolean(default=True)
    certificate_number = fields.Char("Certificate No.", readonly=True, copy=False)

    _unique_gr_no = models.Constraint(
        "UNIQUE (gr_no)", "Another student has this registration number."
    )

    @api.constrains("birth_date")
    def _check_birth_date(self):
        today = fields.Date.today()
        if any(student.birth_date and student.birth_date > today for student in self):
            raise ValidationError(self.env._("The birth date is in the future."))

    @api.onchange("first_name", "middle_name", "last_name")
    def _onchange_name(self):
        names = [self.first_name, self.middle_name, self.last_name]
        self.name = " ".join(filter(None, names)) or self.env._("New")

    def create_student_user(self):
        """Fail as upstream does on Odoo 19, where `groups_id` is `group_ids`.

        :raise ValueError: for the first student without a user
        """
        portal = self.env.ref("base.group_portal")
        for student in self.filtered(lambda student: not student.user_id):
            student.user_id = self.env["res.users"].create(
                {
                    "partner_id": student.partner_id.id,
                    "login": student.email,
                    "groups_id": portal,
                    "is_student": True,
                }
            )
