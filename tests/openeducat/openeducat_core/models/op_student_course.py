from odoo import fields, models


class OpStudentCourse(models.Model):
    _name = "op.student.course"
    _inherit = ["mail.thread"]
    _description = "Student Course Detail"
    _rec_name = "student_id"

    student_id = fields.Many2one("op.student", ondelete="cascade", tracking=True)
    course_id = fields.Many2one("op.course", required=True, tracking=True)
    batch_id = fields.Many2one("op.batch", tracking=True)
    roll_number = fields.Char(tracking=True)
    subject_ids = fields.Many2many("op.subject", string="Subjects")
    academic_years_id = fields.Many2one("op.academic.year", "Academic Year")
    academic_term_id = fields.Many2one("op.academic.term", "Term")
    state = fields.Selection(
        [("running", "Running"), ("finished", "Finished")], default="running"
    )

    _unique_roll_number = models.Constraint(
        "UNIQUE (roll_number, course_id, batch_id)",
        "Another student of the batch has this roll number.",
    )
    _unique_student = models.Constraint(
        "UNIQUE (student_id, course_id, batch_id)",
        "The student is in this batch already.",
    )
