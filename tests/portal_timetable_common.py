from datetime import date, datetime, timedelta

from .portal_common import StudentPortalPagesCase, needs_model


@needs_model("op.session")
class TimetableCase(StudentPortalPagesCase):
    """A student of a batch, and the classes of the batch."""

    #: A Wednesday, at noon in UTC, of a week without any other classes.
    WEDNESDAY = datetime(2027, 3, 3, 12)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # OpenEduCat makes no class for a user without a time zone.
        cls.env.user.tz = "UTC"
        cls.course, cls.batch = cls._create_enrolment(cls.student)
        cls.subject = cls.env["op.subject"].create(
            {"name": "Portal Algebra", "code": "PORTAL-TEST-ALG"}
        )
        cls.teacher = cls.env["op.faculty"].create(
            {
                "name": "Emmy Noether",
                "first_name": "Emmy",
                "last_name": "Noether",
                "birth_date": date(1982, 3, 23),
                "gender": "female",
            }
        )
        cls.room = cls.env["op.classroom"].create(
            {"name": "Portal Room 7", "code": "PT-R7", "capacity": 30}
        )
        cls.company.partner_id.tz = "UTC"

    @classmethod
    def _create_session(cls, start=WEDNESDAY, hours=1, **values):
        return cls.env["op.session"].create(
            {
                "course_id": cls.course.id,
                "batch_id": cls.batch.id,
                "subject_id": cls.subject.id,
                "faculty_id": cls.teacher.id,
                "classroom_id": cls.room.id,
                "start_datetime": start,
                "end_datetime": start + timedelta(hours=hours),
                "state": "confirm",
                **values,
            }
        )

    @classmethod
    def _create_subject(cls, name):
        return cls.env["op.subject"].create({"name": name, "code": f"PORTAL-{name}"})

    @classmethod
    def _create_exam(
        cls, start=WEDNESDAY, hours=2, session=None, attendees=(), **values
    ):
        """Create a scheduled exam of the batch, in an exam session of that day."""
        number = cls.env["op.exam.session"].with_context(active_test=False)
        number = number.search_count([])
        kind = cls.env["op.exam.type"].search([], limit=1) or cls.env[
            "op.exam.type"
        ].create({"name": "Written", "code": "PT-WRITTEN"})
        exam_session = cls.env["op.exam.session"].create(
            {
                "name": "Spring Exams",
                "exam_code": f"PTS{number}",
                "course_id": cls.course.id,
                "batch_id": cls.batch.id,
                "exam_type": kind.id,
                "venue": cls.env["res.partner"].create({"name": "Portal Hall"}).id,
                "start_date": start.date(),
                "end_date": start.date() + timedelta(days=2),
                "state": "schedule",
                **(session or {}),
            }
        )
        exam = cls.env["op.exam"].create(
            {
                "name": f"PTE{number}",
                "exam_code": f"PTE{number}",
                "session_id": exam_session.id,
                "subject_id": cls._create_subject(f"Geometry {number}").id,
                "start_time": start,
                "end_time": start + timedelta(hours=hours),
                "total_marks": 100,
                "min_marks": 40,
                "state": "schedule",
                **values,
            }
        )
        cls.env["op.exam.attendees"].create(
            [{"student_id": student.id, "exam_id": exam.id} for student in attendees]
        )
        return exam
