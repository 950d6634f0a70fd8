from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OpExamAttendees(models.Model):
    _name = "op.exam.attendees"
    _description = "Exam Attendee"
    _rec_name = "student_id"

    student_id = fields.Many2one("op.student", required=True)
    exam_id = fields.Many2one("op.exam", required=True, ondelete="cascade")
    course_id = fields.Many2one("op.course", compute="_compute_batch", store=True)
    batch_id = fields.Many2one("op.batch", compute="_compute_batch", store=True)
    status = fields.Selection(
        [("present", "Present"), ("absent", "Absent")], default="present", required=True
    )
    marks = fields.Integer()
    note = fields.Text()

    _unique_attendees = models.Constraint(
        "UNIQUE (student_id, exam_id)", "The student attends this exam already."
    )

    @api.depends("exam_id")
    def _compute_batch(self):
        for attendee in self:
            attendee.course_id = attendee.exam_id.session_id.course_id
            attendee.batch_id = attendee.exam_id.session_id.batch_id

    @api.constrains("marks", "status")
    def _check_marks(self):
        for attendee in self:
            total = attendee.exam_id.total_marks
            if attendee.status == "absent":
                if attendee.marks:
                    attendee.marks = 0
            elif not 0 <= attendee.marks <= total:
                raise ValidationError(
                    self.env._("Marks go from 0 to %(total)s.", total=total)
                )
