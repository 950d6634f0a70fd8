from dateutil.relativedelta import relativedelta

from ..models.op_student_portal_access.pattern import plain_text

#: How far students have come with the portal, but for the last one, who have no email.
STEPS = ("active", "invited", "granted", "none", "pupils")
#: The code of a course, its name, its class, and at each step the students, with the
#: gender before the name.
COURSES = {
    "BA": (
        "Business Administration",
        "Business Administration, Year 2",
        {
            "active": "f Clara Fischer, m Omar Haddad, f Júlia Kovács, m Daniel Owusu,"
            " f Elif Aydın, m Rafael Lima",
            "invited": "f Marta Nowak, m Hugo Lambert",
            "none": "m Kwame Boateng",
        },
    ),
    "MU": (
        "Music",
        "Music, Year 1",
        {
            "active": "f Léa Moreau, m Oskar Nilsson",
            "none": "f Tara Singh, m Paolo Ricci, f Hana Suzuki",
        },
    ),
    "NU": (
        "Nursing",
        "Nursing, Year 1",
        {
            "active": "f Nina Popescu, m Amadou Diallo, f Sara Lindqvist",
            "invited": "m Pedro Alves, f Hannah Vogel, f Mei Chen, m Ivan Petrov",
            "granted": "f Rosa Marino",
        },
    ),
    "PS": (
        "Primary School",
        "Class 4B",
        {
            "pupils": "f Ronja Halvorsen, f Emma Maes, m Lucas Peeters,"
            " f Julie Peeters, f Noor El Amrani, m Louis Claes, f Emma Maes,"
            " m Adam Yılmaz",
        },
    ),
}


def create_classes(school):
    """Create a class of each course with its students.

    :return: the students, by the step to which they have come
    :rtype: dict
    """
    students = dict.fromkeys(STEPS, school.env["op.student"])
    for code, (title, name, names_by_step) in COURSES.items():
        course = school.provide(
            "op.course",
            {f"op_course_{code.lower()}": {"name": title, "code": f"PORTAL-{code}"}},
        )
        batch = school.provide(
            "op.batch",
            {
                f"op_batch_{code.lower()}": {
                    "name": name,
                    "code": f"PORTAL-{code}-A",
                    "course_id": course.id,
                    "start_date": school.today - relativedelta(months=5),
                    "end_date": school.today + relativedelta(months=6),
                }
            },
        )
        number = 0
        for step, names in names_by_step.items():
            for each in names.split(", "):
                number += 1
                students[step] += _create_student(school, batch, number, step, each)
    return students


def _create_student(school, batch, number, step, text):
    """Create a student of a class, where there is none of that number."""
    gender, first_name, last_name = text.split(" ", 2)
    key = f"{batch.code.split('-')[1]}-{number:02}"
    name = key.lower().replace("-", "_")
    email = f"{plain_text(first_name)}.{plain_text(last_name)}@example.com"
    student = school.provide(
        "op.student",
        {
            f"op_student_{name}": {
                "name": f"{first_name} {last_name}",
                "first_name": first_name,
                "last_name": last_name,
                "gender": gender,
                "gr_no": f"PORTAL-{key}",
                "email": step != "pupils" and email,
            }
        },
    )
    school.provide(
        "op.student.course",
        {
            f"op_student_course_{name}": {
                "student_id": student.id,
                "course_id": batch.course_id.id,
                "batch_id": batch.id,
                "roll_number": key,
                "academic_years_id": school.ref("op_academic_year").id,
                "academic_term_id": school.ref("op_academic_term_1").id,
            }
        },
    )
    return student
