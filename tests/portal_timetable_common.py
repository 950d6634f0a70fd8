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
        cls.student.user_id.tz = "UTC"

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
