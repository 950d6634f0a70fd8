from datetime import date, datetime, timedelta

from odoo.fields import Command

from .portal_common import StudentPortalPagesCase


class PortalGradesCase(StudentPortalPagesCase):
    """Two students with the results of an exam session each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.course, cls.batch = cls._create_enrolment(cls.student + cls.other_student)
        cls.exam_type = cls.env["op.exam.type"].create(
            {"name": "Written", "code": "PT-WRITTEN"}
        )
        cls.subjects = cls.env["op.subject"].create(
            [
                {"name": name, "code": f"PT-{name}", "type": "theory"}
                for name in ("Botany", "Zoology")
            ]
        )
        cls.grades = cls.env["op.grade.configuration"]
        for result, low, high in ("F", 0, 39), ("C", 40, 59), ("A", 60, 100):
            cls.grades += cls.grades.create(
                {"result": result, "min_per": low, "max_per": high}
            )
        cls.days = 0
        cls.register = cls._create_register("Spring Exams")
        cls.marksheet = cls._create_marksheet(cls.register, cls.student, (81, 35))
        cls.other_marksheet = cls._create_marksheet(
            cls.register, cls.other_student, (66, 67)
        )

    @classmethod
    def _create_register(cls, name, state="validated", evaluation="normal", total=100):
        """Create the register of a new exam session, later than those before."""
        cls.days += 10
        first_day = date(2026, 1, 1) + timedelta(days=cls.days)
        session = cls.env["op.exam.session"].create(
            {
                "name": name,
                "exam_code": f"PT-{cls.days}",
                "course_id": cls.course.id,
                "batch_id": cls.batch.id,
                "exam_type": cls.exam_type.id,
                "evaluation_type": evaluation,
                "start_date": first_day,
                "end_date": first_day + timedelta(days=2),
            }
        )
        starts = datetime.combine(first_day, datetime.min.time())
        for number, subject in enumerate(cls.subjects):
            cls.env["op.exam"].create(
                {
                    "name": f"{name} {subject.name}",
                    "exam_code": f"PT-{cls.days}-{number}",
                    "session_id": session.id,
                    "subject_id": subject.id,
                    "start_time": starts + timedelta(days=number, hours=9),
                    "end_time": starts + timedelta(days=number, hours=11),
                    "total_marks": total,
                    "min_marks": 40 * total // 100,
                    "state": "done",
                }
            )
        template = cls.env["op.result.template"].create(
            {
                "name": name,
                "exam_session_id": session.id,
                "grade_ids": [Command.set(cls.grades.ids)],
            }
        )
        return cls.env["op.marksheet.register"].create(
            {
                "name": name,
                "exam_session_id": session.id,
                "result_template_id": template.id,
                "state": state,
            }
        )

    @classmethod
    def _create_marksheet(cls, register, student, marks):
        """Create a marksheet, with None as the marks of who was absent."""
        marksheet = cls.env["op.marksheet.line"].create(
            {"student_id": student.id, "marksheet_reg_id": register.id}
        )
        for exam, mark in zip(register.exam_session_id.exam_ids, marks, strict=True):
            cls.env["op.exam.attendees"].create(
                {
                    "student_id": student.id,
                    "exam_id": exam.id,
                    "status": "absent" if mark is None else "present",
                    "marks": mark or 0,
                }
            )
            cls.env["op.result.line"].create(
                {
                    "student_id": student.id,
                    "exam_id": exam.id,
                    "marks": mark or 0,
                    "marksheet_line_id": marksheet.id,
                }
            )
        return marksheet


class PortalAttendanceCase(StudentPortalPagesCase):
    """Two students whose attendance was taken in two courses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        students = cls.student + cls.other_student
        cls.registers = cls.env["op.attendance.register"]
        cls.courses = cls.env["op.course"]
        for name in "Art", "Music":
            course, batch = cls._create_enrolment(students, name)
            cls.courses += course
            cls.registers += cls.registers.create(
                {
                    "name": f"{name} A",
                    "code": f"PT-{name}",
                    "course_id": course.id,
                    "batch_id": batch.id,
                }
            )
        cls._take(date(2026, 9, 29), present=cls.student, absent=cls.other_student)
        cls._take(date(2026, 9, 30), late=cls.student)
        cls._take(date(2026, 10, 1), absent=cls.student)
        cls._take(date(2026, 10, 2), excused=cls.student)
        cls._take(date(2026, 10, 2), number=1, present=cls.student)

    @classmethod
    def _take(
        cls, day, number=0, state="done", remark=False, session=None, **students_by_mark
    ):
        """Take the attendance of a day in one of the registers."""
        sheet = cls.env["op.attendance.sheet"].create(
            {
                "register_id": cls.registers[number].id,
                "attendance_date": day,
                "state": state,
                "session_id": session and session.id,
            }
        )
        cls.env["op.attendance.line"].create(
            [
                {
                    "attendance_id": sheet.id,
                    "student_id": student.id,
                    mark: True,
                    "remark": remark,
                }
                for mark, students in students_by_mark.items()
                for student in students
            ]
        )
        return sheet
