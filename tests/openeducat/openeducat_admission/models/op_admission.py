from odoo import fields, models
from odoo.fields import Command


class OpAdmission(models.Model):
    _name = "op.admission"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Admission"
    _order = "id DESC"
    _rec_name = "application_number"

    name = fields.Char(required=True, translate=True)
    first_name = fields.Char(required=True, translate=True)
    middle_name = fields.Char(translate=True)
    last_name = fields.Char(required=True, translate=True)
    application_number = fields.Char(size=16, copy=False, readonly=True)
    application_date = fields.Datetime(
        required=True, copy=False, default=fields.Datetime.now
    )
    admission_date = fields.Date(copy=False)
    birth_date = fields.Date(required=True)
    gender = fields.Selection([("m", "Male"), ("f", "Female")], required=True)
    email = fields.Char(size=256, required=True)
    phone = fields.Char(size=16)
    street = fields.Char(size=256)
    city = fields.Char(size=64)
    zip = fields.Char(size=8)
    country_id = fields.Many2one("res.country")
    register_id = fields.Many2one("op.admission.register", required=True)
    course_id = fields.Many2one("op.course", required=True)
    batch_id = fields.Many2one("op.batch")
    fees_term_id = fields.Many2one("op.fees.terms")
    fees_start_date = fields.Date()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submit", "Submitted"),
            ("confirm", "Confirmed"),
            ("admission", "Admitted"),
            ("reject", "Rejected"),
            ("pending", "Pending"),
            ("cancel", "Canceled"),
            ("done", "Done"),
        ],
        default="draft",
        tracking=True,
    )
    is_student = fields.Boolean("Is a Student")
    student_id = fields.Many2one("op.student")
    partner_id = fields.Many2one("res.partner")
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.user.company_id
    )
    active = fields.Boolean(default=True)

    def _enrolment_vals(self):
        return {
            "course_id": self.course_id.id,
            "batch_id": self.batch_id.id,
            "fees_term_id": self.fees_term_id.id,
            "fees_start_date": self.fees_start_date,
        }

    def get_student_vals(self):
        """Return the values of the student that an application makes.

        As upstream, the user is made first, on a contact of its own, and the values
        name that user and no contact: the student gets another one.
        """
        self.ensure_one()
        contact = {
            name: self[name] for name in ("name", "email", "phone", "street", "city")
        }
        contact.update(zip=self.zip, country_id=self.country_id.id)
        user = self.env["res.users"]
        if self.env["ir.config_parameter"].get_param(
            "openeducat_admission.enable_create_student_user"
        ):
            user = user.create(
                {
                    "name": self.name,
                    "login": self.email,
                    "is_student": True,
                    "company_id": self.company_id.id,
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                }
            )
            user.partner_id.write(contact)
        register = self.register_id
        return {
            **contact,
            "first_name": self.first_name,
            "middle_name": self.middle_name,
            "last_name": self.last_name,
            "birth_date": self.birth_date,
            "gender": self.gender,
            "company_id": self.company_id.id,
            "user_id": user.id,
            "course_detail_ids": [
                Command.create(
                    {
                        **self._enrolment_vals(),
                        "academic_years_id": register.academic_years_id.id,
                        "academic_term_id": register.academic_term_id.id,
                    }
                )
            ],
        }

    def enroll_student(self):
        """Make students of the applications, or enrol those who are some already."""
        for admission in self:
            student = admission.student_id
            if student:
                enrolment = Command.create(admission._enrolment_vals())
                student.course_detail_ids = [enrolment]
            else:
                student = student.create(admission.get_student_vals())
                admission.partner_id = student.partner_id
            admission.write(
                {
                    "student_id": student.id,
                    "is_student": True,
                    "admission_date": fields.Date.today(),
                    "state": "done",
                }
            )
