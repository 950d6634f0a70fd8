from odoo.fields import Command

# By the end of its external id: the subject, days until it is due, marks, title, what
# is asked for, and what the student has submitted, if anything.
ASSIGNMENTS = {
    "sorting": (
        "algorithms",
        5,
        20,
        "Compare two sorting algorithms",
        "Implement merge sort and quicksort, measure both on lists of growing length,"
        " and explain in one page what you see.",
        None,
    ),
    "essay": (
        "networks",
        -3,
        10,
        "Why packets get lost",
        "Name three reasons for which a packet does not arrive, and say how the sender"
        " finds out.",
        None,
    ),
    "normal_forms": (
        "databases",
        2,
        25,
        "Bring a schema into third normal form",
        "The schema of the library is attached to the course. Hand in the tables and"
        " the dependencies that you found.",
        {
            "state": "submit",
            "description": "Six tables and a page with the dependencies.",
        },
    ),
    "integrals": (
        "mathematics",
        -12,
        15,
        "Exercises on integrals",
        "Exercises 4 to 9 of chapter 7.",
        {
            "state": "accept",
            "description": "All six exercises.",
            "marks": 13.5,
            "note": "Well done. In exercise 8, mind the constant.",
        },
    ),
    "queries": (
        "databases",
        4,
        20,
        "Ten queries for the library",
        "Write the ten queries of the list in SQL, and show the result of each.",
        {
            "state": "change",
            "description": "Queries 1 to 8.",
            "note": "Good so far. Queries 9 and 10 are missing: please add them.",
        },
    ),
}


def create_assignments(school):
    """Create an assignment at each step of its life, and one that is not published."""
    school.let_teacher_into("openeducat_assignment.group_op_assignment_user")
    assignment_type = school.provide(
        "grading.assignment.type",
        {"grading_assignment_type": {"name": "Homework", "code": "PORTAL-HW"}},
    )
    common = {
        "course_id": school.course.id,
        "batch_id": school.batch.id,
        "faculty_id": school.teacher.id,
        "assignment_type": assignment_type.id,
        "allocation_ids": [Command.set(school.students.ids)],
    }
    assignments = school.provide(
        "op.assignment",
        {
            f"op_assignment_{name}": {
                **common,
                "name": title,
                "description": description,
                "subject_id": school.ref(f"op_subject_{subject}").id,
                "issued_date": school.moment(school.day(due - 14), 9),
                "submission_date": school.moment(school.day(due), 18),
                "marks": marks,
                "state": "publish",
            }
            for name, (
                subject,
                due,
                marks,
                title,
                description,
                _submission,
            ) in ASSIGNMENTS.items()
        },
    )
    school.provide(
        "op.assignment",
        {
            "op_assignment_unpublished": {
                **common,
                "name": "Draft of the next project",
                "description": "To be written.",
                "subject_id": school.ref("op_subject_algorithms").id,
                "issued_date": school.moment(school.today, 9),
                "submission_date": school.moment(school.day(30), 18),
                "marks": 40,
            },
        },
    )
    for assignment, (name, details) in zip(
        assignments, ASSIGNMENTS.items(), strict=True
    ):
        submission = details[-1]
        if submission:
            due = details[1]
            school.provide(
                "op.assignment.sub.line",
                {
                    f"op_assignment_sub_line_{name}": {
                        "assignment_id": assignment.id,
                        "student_id": school.student.id,
                        "submission_date": school.moment(
                            school.day(min(due, 0) - 1), 17
                        ),
                        **submission,
                    }
                },
            )
