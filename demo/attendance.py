from datetime import timedelta

from odoo.fields import Command

WEEKS = 9
SUBJECTS = ("mathematics", "databases")
TYPES = {
    "present": "Present",
    "late": "Late",
    "excused": "Excused",
    "absent": "Absent",
}
REMARKS = {"late": "The bus was late", "excused": "Doctor's appointment"}


def create_attendance(school):
    """Create the attendance of the last weeks until today: one sheet a school day."""
    school.let_teacher_into("openeducat_attendance.group_op_attendance_user")
    types = school.provide(
        "op.attendance.type",
        {
            f"op_attendance_type_{mark}": {"name": name, mark: True}
            for mark, name in TYPES.items()
        },
    )
    types = dict(zip(TYPES, types, strict=True))
    registers = school.provide(
        "op.attendance.register",
        {
            f"op_attendance_register_{subject}": {
                "name": f"CS-A {subject[:8].title()}",
                "code": f"PORTAL-{subject[:3].upper()}",
                "course_id": school.course.id,
                "batch_id": school.batch.id,
                "subject_id": school.ref(f"op_subject_{subject}").id,
            }
            for subject in SUBJECTS
        },
    )
    first = school.monday - timedelta(weeks=WEEKS - 1)
    days = [
        first + timedelta(days=number)
        for number in range((school.today - first).days + 1)
    ]
    school.provide(
        "op.attendance.sheet",
        {
            f"op_attendance_sheet_{day:%Y%m%d}": {
                "register_id": registers[day.toordinal() % 2].id,
                "attendance_date": day,
                "faculty_id": school.teacher.id,
                "state": "done",
                "attendance_line": [
                    Command.create(_line_values(student, types, day, number))
                    for number, student in enumerate(school.students)
                ],
            }
            for day in days
            if day.weekday() < 5
        },
    )


def _line_values(student, types, day, number):
    """Return how a student attended on a day: most often, and not by chance."""
    turn = (day.toordinal() * 7 + number * 5) % 19
    mark = {0: "absent", 4: "late", 9: "excused", 13: "late"}.get(turn, "present")
    return {
        "student_id": student.id,
        "attendance_type_id": types[mark].id,
        mark: True,
        "remark": REMARKS.get(mark),
    }
