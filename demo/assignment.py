from odoo.fields import Command

WORKSHEET = b"""List,Length,First numbers
1,10,"7 3 9 1 4"
2,100,"52 18 97 33 6"
3,1000,"481 12 905 77 640"
"""
CORRECTED_COPY = b"""Exercise 8, corrected

The integral of 2x + 3 is x^2 + 3x + c: the constant c was missing.
"""
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
    "excursion": (
        "networks",
        8,
        5,
        "Report on the visit to the data centre",
        "The visit does not take place, and neither does the report.",
        None,
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
    assignments = _create_assignments(school)
    submissions = {
        name: _create_submission(school, name, assignment)
        for name, assignment in assignments.items()
        if ASSIGNMENTS[name][-1]
    }
    school.provide(
        "ir.attachment",
        {
            "ir_attachment_worksheet": {
                "name": "Lists to sort.csv",
                "raw": WORKSHEET,
                "res_model": "op.assignment",
                "res_id": assignments["sorting"].id,
            }
        },
    )
    submission = submissions["integrals"]
    copy = school.provide(
        "ir.attachment",
        {
            "ir_attachment_corrected_copy": {
                "name": "Exercises on integrals, corrected.txt",
                "raw": CORRECTED_COPY,
                "res_model": submission._name,
                "res_id": submission.id,
            }
        },
    )
    school.provide(
        "mail.message",
        {
            "mail_message_corrected_copy": {
                "model": submission._name,
                "res_id": submission.id,
                "author_id": school.teacher.partner_id.id,
                "date": school.moment(school.day(-8), 16),
                "body": "The corrected copy is attached: look at exercise 8 again.",
                "message_type": "comment",
                "subtype_id": school.env.ref("mail.mt_comment").id,
                "attachment_ids": [Command.set(copy.ids)],
            }
        },
    )


def _create_assignments(school):
    """Return those of which the students know, by their names in ASSIGNMENTS."""
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
                "state": "cancel" if name == "excursion" else "publish",
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
    return dict(zip(ASSIGNMENTS, assignments, strict=True))


def _create_submission(school, name, assignment):
    due, submission = ASSIGNMENTS[name][1], ASSIGNMENTS[name][-1]
    return school.provide(
        "op.assignment.sub.line",
        {
            f"op_assignment_sub_line_{name}": {
                "assignment_id": assignment.id,
                "student_id": school.student.id,
                "submission_date": school.moment(school.day(min(due, 0) - 1), 17),
                **submission,
            }
        },
    )
