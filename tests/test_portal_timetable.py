from datetime import date, datetime, timedelta

from lxml import html

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .portal_common import needs_model
from .portal_timetable_common import TimetableCase

WEEK_ADDRESS = "/my/student/timetable?week=2027-03-03"


@tagged("post_install", "-at_install")
class TestPortalTimetableSessions(TimetableCase):
    """Which classes are a student's."""

    def _sessions(self, student=None):
        student = student or self.student
        return self._pages(student.user_id).portal_records("op.session")

    def test_published_classes_of_the_batch_are_the_students(self):
        published = self.env["op.session"].union(
            *(self._create_session(state=state) for state in ("confirm", "done"))
        )
        published += self._create_session(state="cancel")
        self.assertEqual(self._sessions(), published)

    def test_draft_is_not_published(self):
        session = self._create_session(state="draft")
        self.assertFalse(self._sessions())
        session.lecture_confirm()
        self.assertEqual(self._sessions(), session)

    def test_archived_class_is_gone(self):
        self._create_session(active=False)
        self.assertFalse(self._sessions())

    def test_classes_of_another_batch_are_not_the_students(self):
        mine = self._create_session()
        course, batch = self._create_enrolment(self.other_student)
        theirs = self._create_session(course_id=course.id, batch_id=batch.id)
        self.assertEqual(self._sessions(), mine)
        self.assertEqual(self._sessions(self.other_student), theirs)

    def test_class_of_another_course_in_the_batch_is_not_the_students(self):
        course, _batch = self._create_enrolment(self.other_student)
        self._create_session(course_id=course.id)
        self.assertFalse(self._sessions())

    def test_class_of_another_batch_of_the_course_is_not_the_students(self):
        batch = self.batch.copy({"name": "Evening Batch", "code": "PT-EVENING"})
        self.assertEqual(batch.course_id, self.course)
        self._create_session(batch_id=batch.id)
        self.assertFalse(self._sessions())

    def test_student_of_two_courses_has_the_classes_of_both(self):
        course, batch = self._create_enrolment(self.student)
        sessions = self._create_session() + self._create_session(
            course_id=course.id, batch_id=batch.id
        )
        self.assertEqual(self._sessions(), sessions)

    def test_finished_enrolment_shows_no_classes(self):
        self._create_session()
        self.student.course_detail_ids.state = "finished"
        self.assertFalse(self._sessions())

    def test_enrolment_without_batch_shows_no_classes(self):
        self._create_session()
        self.student.course_detail_ids.batch_id = False
        self.assertFalse(self._sessions())

    def test_student_of_the_other_company_sees_none(self):
        school = self.env["res.company"].create({"name": "Other School"})
        elsewhere = self._create_portal_student(company_id=school.id)
        self._create_session()
        self.assertFalse(self._sessions(elsewhere))


@needs_model("op.exam")
@tagged("post_install", "-at_install")
class TestPortalTimetableExams(TimetableCase):
    """Which exams are a student's, and how the pages show them."""

    def _exams(self, student=None):
        student = student or self.student
        return self._pages(student.user_id).portal_records("op.exam")

    def test_exams_of_the_batch_are_the_students_until_attendees_are_named(self):
        everybodys = self._create_exam()
        mine = self._create_exam(attendees=self.student + self.other_student)
        theirs = self._create_exam(attendees=self.other_student)
        self.assertEqual(self._exams(), everybodys + mine)
        # Not of the batch, but named as one who takes it.
        self.assertEqual(self._exams(self.other_student), mine + theirs)
        self.student.course_detail_ids.state = "finished"
        self.assertEqual(self._exams(), mine)

    def test_exams_of_others_are_not_the_students(self):
        exam = self._create_exam()
        course, batch = self._create_enrolment(self.other_student)
        other = self._create_exam(
            session={"course_id": course.id, "batch_id": batch.id}
        )
        self.assertEqual(self._exams(), exam)
        self.assertEqual(self._exams(self.other_student), other)

    def test_draft_and_archived_exams_are_not_published(self):
        self._create_exam(state="draft")
        self._create_exam(active=False)
        self._create_exam(session={"state": "draft"})
        self._create_exam(session={"active": False})
        self.assertFalse(self._exams())

    def test_week_shows_exams_among_the_classes_and_marks_them(self):
        self._create_session()
        exam = self._create_exam(datetime(2027, 3, 3, 9))
        page = html.fromstring(self._open(WEEK_ADDRESS))
        [day] = page.xpath("//section[hasclass('o_student_timetable_day')]")
        texts = [" ".join(each.text_content().split()) for each in day.xpath("ul/li")]
        self.assertEqual(
            texts[0],
            f"9:00 AM – 11:00 AM Exam Scheduled {exam.subject_id.name} Spring Exams"
            " Room: Portal Hall",
        )
        self.assertIn("Portal Algebra", texts[1])
        self.assertNotIn("Exam", texts[1])
        [cell] = page.xpath("//table//li[contains(., 'Geometry')]")
        self.assertIn("Exam", cell.text_content())
        # Names stay apart from what is beside them, in either writing direction.
        for name in exam.subject_id.name, "Spring Exams", "Portal Hall":
            self.assertTrue(cell.xpath(".//bdi[. = $name]", name=name), name)

    def test_exam_of_a_cancelled_session_is_cancelled(self):
        exams = self._create_exam() + self._create_exam(state="cancel")
        exams[0].session_id.act_cancel()
        days = self._pages().portal_timetable_week(date(2027, 3, 3))["days"]
        classes = [each for day in days for each in day["classes"]]
        self.assertEqual(
            [each["state_text"] for each in classes], ["Exam cancelled"] * 2
        )
        self.assertEqual(self._open(WEEK_ADDRESS).count("<del"), 4)

    def test_home_tells_the_next_exam(self):
        now = fields.Datetime.now().replace(minute=0, second=0)
        self._create_exam(now + timedelta(days=1), state="cancel")
        self._create_exam(now + timedelta(days=1)).session_id.act_cancel()
        self._create_exam(now - timedelta(days=1))
        nothing = {"lines": ["There are no classes coming up."]}
        self.assertEqual(self._pages()._portal_summary_timetable(), nothing)
        later = self._create_exam(now + timedelta(days=4))
        self._create_session(now + timedelta(days=3))
        summary = self._pages()._portal_summary_timetable()
        # Each name is isolated from what stands beside it.
        self.assertEqual(
            summary["text"],
            "Next class: \u2068Portal Algebra\u2069 · \u2068Portal Room 7\u2069",
        )
        self.assertIn(
            f": exam, \u2068{later.subject_id.name}\u2069 · \u2068Portal Hall\u2069",
            summary["lines"][0],
        )
        self._create_exam(now + timedelta(days=2))
        self.assertIn("Next exam: \u2068Geometry", self._open("/my/student"))

    def test_empty_week_leads_to_the_next_exam(self):
        self._create_exam()
        week = self._pages().portal_timetable_week(date(2027, 2, 1))
        self.assertEqual(week["upcoming"], date(2027, 3, 3))

    def test_queries_do_not_grow_with_exams(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            student = self._pages()
            before = self.cr.sql_log_count
            student.portal_timetable_week(date(2027, 3, 3))
            return self.cr.sql_log_count - before

        self._create_session()
        self._create_exam()
        count()
        few = count()
        for hour in range(8, 16):
            self._create_exam(datetime(2027, 3, 4, hour), attendees=self.student)
        self.assertEqual(count(), few)


@tagged("post_install", "-at_install")
class TestPortalTimetableWeek(TimetableCase):
    """What is in a week, and when it is."""

    def _week(self, day=date(2027, 3, 3), lang="en_US"):
        return self._pages().with_context(lang=lang).portal_timetable_week(day)

    def _days(self, **options):
        """Return the dates with classes, and at what time they begin."""
        return {
            day["date"]: [f"{each['start']:%H:%M}" for each in day["classes"]]
            for day in self._week(**options)["days"]
            if day["classes"]
        }

    def test_times_are_in_the_time_zone_of_the_student(self):
        self._create_session(datetime(2027, 3, 3, 12))
        self._create_session(datetime(2027, 3, 3, 20))
        self.student.chosen_tz = "Asia/Kolkata"
        self.assertEqual(
            self._days(),
            {date(2027, 3, 3): ["17:30"], date(2027, 3, 4): ["01:30"]},
        )

    def test_week_ends_at_midnight_where_the_student_is(self):
        self._create_session(datetime(2027, 3, 6, 23))
        self.assertTrue(self._days())
        self.student.chosen_tz = "Europe/Brussels"
        self.assertFalse(self._days())
        self.assertEqual(
            self._days(day=date(2027, 3, 8)), {date(2027, 3, 7): ["00:00"]}
        )

    def test_class_past_midnight_says_that_it_ends_on_another_day(self):
        self._create_session(datetime(2027, 3, 3, 23), hours=2)
        [each] = self._week()["days"][3]["classes"]
        self.assertEqual(each["days"], 1)
        page = html.fromstring(self._open(WEEK_ADDRESS))
        for end in page.xpath("//sup"):
            self.assertEqual(end.text_content(), "+1")
            self.assertIn("1:00", end.xpath("string(..)"))
        self.assertEqual(len(page.xpath("//sup")), 2)
        self.student.chosen_tz = "Europe/Brussels"
        self.assertNotIn("<sup", self._open(WEEK_ADDRESS))

    def test_change_of_the_clocks_keeps_the_hour(self):
        # Brussels: UTC+1 until the 28th of March 2027, UTC+2 from then on.
        self._create_session(datetime(2027, 3, 26, 8))
        self._create_session(datetime(2027, 3, 29, 7))
        self.student.chosen_tz = "Europe/Brussels"
        self.assertEqual(
            self._days(day=date(2027, 3, 26)), {date(2027, 3, 26): ["09:00"]}
        )
        self.assertEqual(
            self._days(day=date(2027, 3, 29)), {date(2027, 3, 29): ["09:00"]}
        )

    def test_student_reads_the_schools_time_zone_in_spite_of_the_browsers(self):
        self._create_session()
        self.student.user_id.tz = "America/Sao_Paulo"
        self.company.partner_id.tz = "Europe/Brussels"
        self.assertEqual(self._days(), {date(2027, 3, 3): ["13:00"]})

    def test_working_hours_of_the_school_say_its_time_zone(self):
        self.company.partner_id.tz = False
        expected = "UTC"
        if "resource_calendar_id" in self.company:
            calendar = self.company.resource_calendar_id
            calendar.tz = expected = "America/Lima"
        self.assertEqual(self._pages().portal_timezone(), expected)

    def test_time_zone_that_is_no_longer_known_is_utc(self):
        self._create_session()
        self.env.cr.execute(
            "UPDATE res_partner SET tz = 'Mars/Phobos' WHERE id = %s",
            [self.company.partner_id.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._days(), {date(2027, 3, 3): ["12:00"]})

    def test_week_begins_as_in_the_language_of_the_student(self):
        language = self.env["res.lang"]._lang_get("en_US")
        language.week_start = "7"
        self.assertEqual(self._week()["day"], date(2027, 2, 28))
        language.week_start = "1"
        self.assertEqual(self._week()["day"], date(2027, 3, 1))

    def test_times_and_dates_are_in_the_language_of_the_student(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._create_session(datetime(2027, 3, 3, 14, 30))
        [each] = self._week()["days"][3]["classes"]
        self.assertRegex(each["start_text"], r"^2:30\sPM$")
        week = self._week(lang="fr_FR")
        [wednesday] = [day for day in week["days"] if day["classes"]]
        self.assertEqual(wednesday["classes"][0]["start_text"], "14:30")
        self.assertEqual(wednesday["full"], "mer. 3 mars")

    def test_weeks_beside_are_a_week_away(self):
        week = self._week()
        self.assertEqual(week["next"] - week["day"], timedelta(days=7))
        self.assertEqual(week["day"] - week["previous"], timedelta(days=7))
        self.assertFalse(week["is_current"])
        self.assertTrue(self._week(day=None)["is_current"])

    def test_grid_has_a_row_for_each_time_and_a_cell_for_each_day(self):
        self._create_session(datetime(2027, 3, 3, 12))
        self._create_session(datetime(2027, 3, 4, 12), hours=2)
        self._create_session(datetime(2027, 3, 4, 9))
        week = self._week()
        shown = [day for day in week["days"] if day["in_grid"]]
        self.assertEqual(len(week["slots"]), 2)
        for slot in week["slots"]:
            self.assertEqual(len(slot["cells"]), len(shown))
        self.assertEqual(
            [[len(cell) for cell in slot["cells"]] for slot in week["slots"]],
            [[0, 0, 0, 1, 0], [0, 0, 1, 1, 0]],
        )

    def test_weekend_is_in_the_grid_only_with_a_class(self):
        def weekdays():
            days = self._week()["days"]
            return [day["date"].weekday() for day in days if day["in_grid"]]

        self._create_session()
        self.assertEqual(weekdays(), [0, 1, 2, 3, 4])
        self._create_session(datetime(2027, 3, 6, 12))
        self.assertEqual(weekdays(), [0, 1, 2, 3, 4, 5])

    def test_classes_at_the_same_time_are_both_shown(self):
        self._create_session()
        self._create_session()
        [slot] = self._week()["slots"]
        self.assertEqual([len(cell) for cell in slot["cells"]], [0, 0, 2, 0, 0])

    def test_course_is_said_where_there_are_several(self):
        self._create_session()
        self.assertFalse(self._week()["days"][3]["classes"][0]["course"])
        course, batch = self._create_enrolment(self.student)
        self._create_session(course_id=course.id, batch_id=batch.id)
        self.assertEqual(
            {each["course"] for each in self._week()["days"][3]["classes"]},
            {self.course.name, course.name},
        )

    def test_empty_week_leads_to_the_next_classes(self):
        self._create_session()
        self.assertEqual(self._week(day=date(2027, 2, 1))["upcoming"], date(2027, 3, 3))
        self.assertFalse(self._week()["upcoming"])
        self.assertFalse(self._week(day=date(2027, 3, 20))["upcoming"])

    def test_empty_week_after_the_last_class_is_no_empty_timetable(self):
        self._create_session(self.WEDNESDAY)
        week = self._week(date(2027, 7, 7))
        self.assertFalse(week["upcoming"])
        self.assertTrue(week["has_classes"])
        page = self._open("/my/student/timetable?week=2027-07-07")
        self.assertIn("There are no classes this week.", page)

    def test_week_of_another_student_is_refused(self):
        other = self.other_student.with_user(self.student.user_id).sudo()
        for call in (other.portal_timetable_week, other._portal_summary_timetable):
            with self.assertRaises(AccessError):
                call()

    def test_queries_do_not_grow_with_classes_and_students(self):
        self._create_session()
        self._week()
        self._create_enrolment(self._create_students(20))
        for hour in range(8, 18):
            subject = self._create_subject(f"At {hour}")
            teacher = self.teacher.copy({"name": f"Teacher at {hour}"})
            self._create_session(
                datetime(2027, 3, 4, hour),
                subject_id=subject.id,
                faculty_id=teacher.id,
            )
        self.env.flush_all()
        self.env.invalidate_all()
        student = self._pages()
        # Student, user, company and enrolments; classes and exams; their subjects,
        # faculty with contacts, rooms and courses.
        with self.assertQueryCount(16):
            student.portal_timetable_week(date(2027, 3, 3))


@tagged("post_install", "-at_install")
class TestPortalTimetablePage(TimetableCase):
    """The page, and the timetable's part of the home."""

    def _document(self, address=WEEK_ADDRESS):
        return html.fromstring(self._open(address))

    def test_class_says_subject_faculty_room_time_and_state(self):
        self._create_session()
        page = self._open(WEEK_ADDRESS)
        for text in "Portal Algebra", "Emmy Noether", "Portal Room 7", "Confirmed":
            # Once in the grid, and once in the list for phones.
            self.assertEqual(page.count(text), 2, text)
        self.assertIn("Time zone:", page)

    def test_cancelled_class_is_crossed_out_and_said_in_words(self):
        self._create_session()
        self.assertNotIn("<del", self._open(WEEK_ADDRESS))
        self._create_session(state="cancel")
        document = self._document()
        for each in document.xpath("//del"):
            self.assertEqual(each.text_content(), "Portal Algebra")
            self.assertIn("Class cancelled", each.xpath("string(../..)"))
        self.assertEqual(len(document.xpath("//del")), 2)

    def test_grid_is_a_table_that_a_screen_reader_can_read(self):
        self._create_session()
        [table] = self._document().xpath("//table")
        self.assertTrue(table.xpath("string(caption)").strip())
        self.assertEqual(len(table.xpath("thead//th[@scope='col']")), 6)
        self.assertEqual(len(table.xpath("tbody//th[@scope='row']")), 1)

    def test_list_has_a_heading_for_each_day_with_classes(self):
        self._create_session()
        days = self._document().xpath("//section[contains(@class, 'timetable_day')]")
        self.assertEqual(
            [day.xpath("normalize-space(h3)") for day in days], ["Wed, Mar 3"]
        )
        self.assertTrue(days[0].xpath(".//ul/li"))

    def test_days_gone_by_do_not_push_today_off_the_phone(self):
        language = self.env["res.lang"]._lang_get("en_US")
        today = self._pages().portal_today()
        # The week began yesterday.
        language.week_start = str((today - timedelta(days=1)).isoweekday())
        noon = datetime.combine(today, datetime.min.time()) + timedelta(hours=12)
        self._create_session(noon - timedelta(days=1))
        self._create_session(noon)
        document = self._document("/my/student/timetable")
        earlier, others = (
            document.xpath(f"//section[contains(@class, 'timetable_day')]{where}")
            for where in ("[ancestor::details]", "[not(ancestor::details)]")
        )
        self.assertEqual((len(earlier), len(others)), (1, 1))
        self.assertIn("Today", others[0].xpath("string(h3)"))

    def test_markup_in_names_is_shown_as_text(self):
        self.subject.name = "<script>alert(1)</script>"
        self._create_session()
        page = self._open(WEEK_ADDRESS)
        self.assertNotIn("<script>alert(1)", page)
        self.assertIn("&lt;script&gt;alert(1)", page)

    def test_user_without_time_zone_opens_the_page(self):
        self._create_session()
        self.student.user_id.tz = False
        self.company.partner_id.tz = "Europe/Brussels"
        self.env["op.session"].flush_model()
        page = self._open(WEEK_ADDRESS)
        self.assertIn("Portal Algebra", page)
        self.assertIn("Europe/Brussels", page)

    def test_page_says_which_zone_where_the_student_chose_another(self):
        self._create_session()
        self.assertIn("Time zone:", self._open(WEEK_ADDRESS))
        self.student.chosen_tz = "Asia/Tokyo"
        self.company.partner_id.tz = "Europe/Brussels"
        text = " ".join(self._document().text_content().split())
        self.assertIn(
            "Times are in the time zone that you chose: Asia/Tokyo"
            " The time zone of your school: Europe/Brussels",
            text,
        )
        self._create_session(fields.Datetime.now() + timedelta(days=3))
        zone = "Times are in the time zone Asia/Tokyo."
        self.assertIn(zone, self._open("/my/student"))
        self.student.chosen_tz = False
        self.assertNotIn("Times are in", self._open("/my/student"))

    def test_long_words_are_broken(self):
        self._create_session()
        names = self._document().xpath("//div[normalize-space()='Portal Algebra']")
        self.assertEqual(
            [each.get("class").split() for each in names],
            [["fw-bold", "text-break"]] * 2,
        )

    def test_weeks_can_be_gone_through(self):
        self._create_session()
        document = self._document("/my/student/timetable?week=2027-02-24")
        [following] = document.xpath("//a[@rel='next']/@href")
        self.assertNotIn("Portal Algebra", html.tostring(document).decode())
        self.assertIn("Portal Algebra", self._open(following))

    def test_week_that_is_no_date_is_this_week(self):
        expected = self._document("/my/student/timetable").xpath("string(//h2)")
        for week in "", "x", "2027-02-30", "0001-01-01", "9999-12-31", "2027", "%00":
            with self.subTest(week):
                document = self._document(f"/my/student/timetable?week={week}")
                self.assertEqual(document.xpath("string(//h2)"), expected)

    def test_empty_timetable_says_what_will_appear(self):
        page = self._open("/my/student/timetable")
        self.assertIn("Classes will appear here", page)
        self._create_session()
        page = self._open("/my/student/timetable?week=2027-01-04")
        self.assertIn("There are no classes this week", page)
        self.assertIn("/my/student/timetable?week=2027-03-03", page)

    def test_page_is_refused_to_all_others(self):
        self.assertPagesRefused(["/my/student/timetable", WEEK_ADDRESS], "timetable")

    def test_parameters_do_not_choose_another_student(self):
        course, batch = self._create_enrolment(self.other_student)
        self._create_session(course_id=course.id, batch_id=batch.id)
        page = self._open(
            f"{WEEK_ADDRESS}&student={self.other_student.id}"
            f"&student_id={self.other_student.id}&batch_id={batch.id}"
        )
        self.assertNotIn("Portal Algebra", page)

    def test_page_costs_a_bounded_number_of_queries(self):
        for hour in range(8, 16):
            self._create_session(datetime(2027, 3, 4, hour))
        self._open(WEEK_ADDRESS)
        with self.assertQueryCount(40):
            self._open(WEEK_ADDRESS)

    def test_home_shows_the_next_classes(self):
        now = fields.Datetime.now().replace(minute=0, second=0)
        self._create_session(now + timedelta(days=2), state="draft")
        self.assertFalse(self._pages()._portal_summary_timetable())
        self._create_session(now - timedelta(hours=5))
        self._create_session(now + timedelta(days=1), state="cancel")
        nothing = {"lines": ["There are no classes coming up."]}
        self.assertEqual(self._pages()._portal_summary_timetable(), nothing)
        for days in 6, 5, 4, 3:
            subject = self._create_subject(f"Lesson {days}")
            self._create_session(now + timedelta(days=days), subject_id=subject.id)
        summary = self._pages()._portal_summary_timetable()
        self.assertIn("Lesson 3", summary["text"])
        self.assertEqual(len(summary["lines"]), 2)
        self.assertIn("Lesson 4", summary["lines"][0])
        self.assertIn("Portal Room 7", summary["lines"][0])
        page = self._open("/my/student")
        self.assertIn("Lesson 3", page)
        self.assertNotIn("Lesson 6", page)

    def test_home_says_that_a_class_is_today(self):
        now = fields.Datetime.now()
        # A class that is being held is still worth going to.
        self._create_session(now - timedelta(minutes=1))
        today = self._pages().portal_today()
        if (now - timedelta(minutes=1)).date() == today:
            summary = self._pages()._portal_summary_timetable()
            self.assertTrue(summary["value"].startswith("Today"))
