from datetime import timedelta

# Day of the week, hour, subject, room; even hours are the other teacher's.
CLASSES = [
    (0, 9, "algorithms", "lecture_hall"),
    (0, 11, "mathematics", "lecture_hall"),
    (0, 14, "networks", "laboratory"),
    (1, 10, "databases", "laboratory"),
    (1, 13, "mathematics", "lecture_hall"),
    (2, 9, "algorithms", "laboratory"),
    (2, 11, "networks", "lecture_hall"),
    (3, 10, "databases", "lecture_hall"),
    (3, 14, "networks", "laboratory"),
    (4, 9, "mathematics", "lecture_hall"),
    (4, 11, "algorithms", "lecture_hall"),
    (4, 13, "databases", "laboratory"),
]
CANCELLED = (3, 14)


def create_timetable(school):
    """Create the classes of last week, this week and the next."""
    school.let_teacher_into("openeducat_timetable.group_op_timetable_user")
    rooms = school.provide(
        "op.classroom",
        {
            "op_classroom_lecture_hall": {
                "name": "Lecture Hall 1",
                "code": "PORTAL-L1",
                "capacity": 80,
            },
            "op_classroom_laboratory": {
                "name": "Laboratory 3",
                "code": "PORTAL-LAB3",
                "capacity": 24,
            },
        },
    )
    rooms = dict(zip(("lecture_hall", "laboratory"), rooms, strict=True))
    values_by_name = {}
    for week in (-1, 0, 1):
        for weekday, hour, subject, room in CLASSES:
            day = school.monday + timedelta(weeks=week, days=weekday)
            teacher = school.teacher if hour % 2 else school.other_teacher
            values_by_name[f"op_session_{day:%Y%m%d}_{hour:02}"] = {
                "course_id": school.course.id,
                "batch_id": school.batch.id,
                "subject_id": school.ref(f"op_subject_{subject}").id,
                "faculty_id": teacher.id,
                "classroom_id": rooms[room].id,
                "start_datetime": school.moment(day, hour),
                "end_datetime": school.moment(day, hour + 1, 30),
            }
    sessions = school.provide("op.session", values_by_name)
    new = sessions.filtered(lambda session: session.state == "draft")
    # Who follows a class is sent a mail when it is confirmed or cancelled.
    for session in new:
        session.message_unsubscribe(session.message_partner_ids.ids)
    cancelled = new.filtered(
        lambda session: school.weekday_and_hour(session.start_datetime) == CANCELLED
    )
    now = school.env.cr.now()
    held = (new - cancelled).filtered(lambda session: session.end_datetime < now)
    cancelled.write({"state": "cancel"})
    held.write({"state": "done"})
    (new - cancelled - held).write({"state": "confirm"})
