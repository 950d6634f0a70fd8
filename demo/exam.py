from datetime import timedelta

from odoo.fields import Command

GRADES = {"A": (85, 100), "B": (70, 84), "C": (55, 69), "D": (40, 54), "F": (0, 39)}
SUBJECTS = ("algorithms", "databases", "mathematics", "networks")
# The name of each exam session, its evaluation, how many days ago it began, and the
# marks in each subject, None for who was absent: those of the student with full pages
# come first.
SESSIONS = {
    "midterm": (
        "Midterm Exams",
        "normal",
        110,
        [
            (78, 64, 35, 88),
            (55, 71, 62, 49),
            (91, 84, 77, 93),
            (40, 38, 51, 60),
            (66, 72, 58, 70),
            (83, 79, 90, 74),
        ],
    ),
    "final": (
        "Final Exams",
        "grade",
        30,
        [
            (84, 72, 58, 91),
            (61, 70, 66, 52),
            (88, 90, 81, 95),
            (45, 41, None, 63),
            (62, 75, 69, 71),
            (86, 82, 94, 77),
        ],
    ),
    "quiz": (
        "Monthly Quizzes",
        "normal",
        70,
        [
            (69, None, 74, 80),
            (58, 60, None, 66),
            (90, 88, 92, 95),
            (44, 52, 47, 61),
            (70, 64, 59, 73),
            (80, 85, 88, 71),
        ],
    ),
}
# In how many days the exams of the coming session are, in the first subjects.
COMING_DAYS = (2, 9)


def create_exams(school):
    """Create exam sessions that are over, with marksheets, and one to come."""
    school.let_teacher_into("openeducat_exam.group_op_exam_user")
    exam_type = school.provide(
        "op.exam.type",
        {"op_exam_type": {"name": "Written Exam", "code": "PORTAL-WRITTEN"}},
    )
    grades = school.provide(
        "op.grade.configuration",
        {
            f"op_grade_configuration_{result.lower()}": {
                "result": result,
                "min_per": low,
                "max_per": high,
            }
            for result, (low, high) in GRADES.items()
        },
    )
    for name, (title, evaluation, days_ago, marks) in SESSIONS.items():
        first_day = school.day(-days_ago)
        session = school.provide(
            "op.exam.session",
            {
                f"op_exam_session_{name}": {
                    "name": title,
                    "exam_code": f"PORTAL-{name.upper()}",
                    "course_id": school.course.id,
                    "batch_id": school.batch.id,
                    "exam_type": exam_type.id,
                    "evaluation_type": evaluation,
                    "start_date": first_day,
                    "end_date": first_day + timedelta(days=len(SUBJECTS)),
                    "state": "done",
                }
            },
        )
        _create_session_exams(school, session, name, first_day, marks)
        template = school.provide(
            "op.result.template",
            {
                f"op_result_template_{name}": {
                    "name": f"Results of the {title}",
                    "exam_session_id": session.id,
                    "result_date": first_day + timedelta(days=14),
                    "grade_ids": [Command.set(grades.ids)],
                }
            },
        )
        if template.state == "draft":
            template.generate_result()
            school.env["op.marksheet.register"].search(
                [("result_template_id", "=", template.id)]
            ).action_validate()
    _create_coming_session(school, exam_type)


def _create_coming_session(school, exam_type):
    """Create a session that is announced: its exams are in the timetable."""
    days = [school.day(days) for days in COMING_DAYS]
    # Nobody is examined on a weekend.
    days = [day + timedelta(days=2 * (day.weekday() > 4)) for day in days]
    session = school.provide(
        "op.exam.session",
        {
            "op_exam_session_coming": {
                "name": "Practical Exams",
                "exam_code": "PORTAL-PRACTICAL",
                "course_id": school.course.id,
                "batch_id": school.batch.id,
                "exam_type": exam_type.id,
                "start_date": days[0],
                "end_date": days[-1],
                "state": "schedule",
            }
        },
    )
    school.provide(
        "op.exam",
        {
            f"op_exam_coming_{subject}": {
                "name": school.ref(f"op_subject_{subject}").name,
                "exam_code": f"PORTAL-P-{subject[:3].upper()}",
                "session_id": session.id,
                "subject_id": school.ref(f"op_subject_{subject}").id,
                "start_time": school.moment(day, 16),
                "end_time": school.moment(day, 18),
                "total_marks": 100,
                "min_marks": 40,
                "state": "schedule",
            }
            for subject, day in zip(SUBJECTS, days, strict=False)
        },
    )


def _create_session_exams(school, session, name, first_day, marks):
    """Create an exam a day, with the marks of the students."""
    school.provide(
        "op.exam",
        {
            f"op_exam_{name}_{subject}": {
                "name": school.ref(f"op_subject_{subject}").name,
                "exam_code": f"PORTAL-{name[0].upper()}-{subject[:3].upper()}",
                "session_id": session.id,
                "subject_id": school.ref(f"op_subject_{subject}").id,
                "start_time": school.moment(first_day + timedelta(days=number), 9),
                "end_time": school.moment(first_day + timedelta(days=number), 11),
                "total_marks": 100,
                "min_marks": 40,
                "state": "done",
                "attendees_line": [
                    Command.create(
                        {
                            "student_id": student.id,
                            "status": "absent"
                            if student_marks[number] is None
                            else "present",
                            "marks": student_marks[number] or 0,
                        }
                    )
                    for student, student_marks in zip(
                        school.students, marks, strict=False
                    )
                ],
            }
            for number, subject in enumerate(SUBJECTS)
        },
    )
