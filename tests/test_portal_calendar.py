import logging
from datetime import UTC, timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from freezegun import freeze_time
from icalendar import Calendar

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .portal_common import needs_model
from .portal_timetable_common import TimetableCase


class CalendarCase(TimetableCase):
    """A student whose phone subscribes to the timetable."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tomorrow = fields.Datetime.now().replace(
            minute=0, second=0, microsecond=0
        ) + timedelta(days=1)
        cls.address = cls._renew(cls.student)

    @classmethod
    def _renew(cls, student):
        own = cls.env["op.student"].with_user(student.user_id).portal_student()
        own.portal_renew_calendar_address()
        return urlsplit(own.portal_calendar_address()).path

    def _fetch(self, address=None, status=200, **request):
        """Fetch a calendar as a phone does: without signing in."""
        self.authenticate(None, None)
        response = self.url_open(address or self.address, **request)
        self.assertEqual(response.status_code, status)
        return response

    def _events(self, address=None):
        """Return the events of a calendar, as another program understands them."""
        calendar = Calendar.from_ical(self._fetch(address).content)
        self.assertFalse(calendar.errors)
        events = calendar.walk("VEVENT")
        for event in events:
            self.assertFalse(event.errors)
        return events

    def _secret(self, student):
        return student.sudo().portal_calendar_token


@tagged("post_install", "-at_install")
class TestPortalCalendarEvents(CalendarCase):
    """What is in the calendar."""

    def test_class_is_an_event(self):
        self._create_session(self.tomorrow, hours=2)
        [event] = self._events()
        self.assertEqual(event["SUMMARY"], "Portal Algebra")
        self.assertEqual(event["LOCATION"], "Portal Room 7")
        self.assertIn("Emmy Noether", event["DESCRIPTION"])
        self.assertEqual(event["STATUS"], "CONFIRMED")
        self.assertEqual(event["DTSTART"].dt, self.tomorrow.replace(tzinfo=UTC))
        self.assertEqual(
            event["DTEND"].dt, (self.tomorrow + timedelta(hours=2)).replace(tzinfo=UTC)
        )

    def test_times_do_not_depend_on_any_time_zone(self):
        self._create_session(self.tomorrow)
        before = self._fetch().content
        self.company.partner_id.tz = "Asia/Kolkata"
        self.assertEqual(self._fetch().content, before)
        self.assertIn(f"DTSTART:{self.tomorrow:%Y%m%dT%H%M%SZ}".encode(), before)

    def test_cancelled_class_stays_and_says_so(self):
        session = self._create_session(self.tomorrow)
        session.message_unsubscribe(session.message_partner_ids.ids)
        [before] = self._events()
        tag = self._fetch().headers["ETag"]
        session.lecture_cancel()
        self._age([session])
        self._fetch(headers={"If-None-Match": tag})
        [after] = self._events()
        self.assertGreater(after["SEQUENCE"], before["SEQUENCE"])
        self.assertGreater(after["LAST-MODIFIED"].dt, before["LAST-MODIFIED"].dt)
        self.assertEqual(after["STATUS"], "CANCELLED")
        self.assertEqual(after["SUMMARY"], "Cancelled: Portal Algebra")
        self.assertEqual(after["UID"], before["UID"])

    def test_draft_is_not_in_the_calendar(self):
        self._create_session(self.tomorrow, state="draft")
        self.assertFalse(self._events())

    def test_event_is_the_same_one_whenever_it_changes(self):
        session = self._create_session(self.tomorrow)
        self._create_session(self.tomorrow)
        [before, other] = self._events()
        self.assertNotEqual(before["UID"], other["UID"])
        session.message_unsubscribe(session.message_partner_ids.ids)
        session.end_datetime += timedelta(hours=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE op_session SET write_date = write_date + interval '5 min'"
            " WHERE id = %s",
            [session.id],
        )
        self.env.invalidate_all()
        after, _other = self._events()
        self.assertEqual(after["UID"], before["UID"])
        self.assertGreater(after["SEQUENCE"], before["SEQUENCE"])
        self.assertGreater(after["LAST-MODIFIED"].dt, before["LAST-MODIFIED"].dt)
        self.assertGreater(after["DTSTAMP"].dt, before["DTSTAMP"].dt)

    def test_once_something_is_renamed_the_event_is_a_newer_one(self):
        self._create_session(self.tomorrow)
        [before] = self._events()
        for record in self.subject, self.room, self.teacher.partner_id, self.course:
            with self.subTest(record=record):
                tag = self._fetch().headers["ETag"]
                record.name = "Another Name"
                self._age([record])
                response = self._fetch(headers={"If-None-Match": tag})
                [after] = Calendar.from_ical(response.content).walk("VEVENT")
                self.assertGreater(after["SEQUENCE"], before["SEQUENCE"])
                self.assertGreater(
                    after["LAST-MODIFIED"].dt, before["LAST-MODIFIED"].dt
                )
                before = after
        self.assertEqual(after["SUMMARY"], "Another Name")
        self.assertEqual(after["LOCATION"], "Another Name")
        self.assertIn("Another Name", after["DESCRIPTION"])

    def test_deleted_room_makes_the_event_a_newer_one(self):
        records = [self._create_session(self.tomorrow), self.room]
        if "op.exam" in self.env:
            exam = self._create_exam(self.tomorrow + timedelta(hours=1))
            hall = exam.session_id.venue
            records += [exam, exam.session_id, exam.subject_id, hall]
        self.env.flush_all()
        for number, record in enumerate(records):
            # The room has been renamed after the class was made.
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET create_date = create_date - interval '2 hours',"
                    " write_date = write_date - %s * interval '1 minute'"
                    " WHERE id = %s",
                    SQL.identifier(record._table),
                    90 - number,
                    record.id,
                )
            )
        self.env.invalidate_all()
        before = self._events()
        # What else the events show has been written just now.
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            self.room.unlink()
            if len(before) > 1:
                hall.unlink()
        self.env.invalidate_all()
        for old, new in zip(before, self._events(), strict=True):
            self.assertIn("LOCATION", old)
            self.assertNotIn("LOCATION", new)
            self.assertGreater(new["SEQUENCE"], old["SEQUENCE"])
            self.assertGreater(new["LAST-MODIFIED"].dt, old["LAST-MODIFIED"].dt)

    def _age(self, records):
        """Let records have been written later than all that was before them."""
        self.env.flush_all()
        self.minutes = getattr(self, "minutes", 0) + 5
        for record in records:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date + %s * interval '1 min'"
                    " WHERE id = %s",
                    SQL.identifier(record._table),
                    self.minutes,
                    record.id,
                )
            )
        self.env.invalidate_all()

    def test_class_of_another_course_changes_no_event(self):
        """What says another thing has another SEQUENCE, which this has not."""
        course, batch = self._create_enrolment(self.student)
        self._create_session(self.tomorrow)
        [before] = self._events()
        self._create_session(
            self.tomorrow, hours=3, course_id=course.id, batch_id=batch.id
        )
        after = {str(event["UID"]): event for event in self._events()}
        self.assertEqual(after.pop(str(before["UID"])), before)
        self.assertEqual(len(after), 1)

    @needs_model("op.exam")
    def test_exam_is_an_event_and_says_so(self):
        exam = self._create_exam(self.tomorrow)
        [event] = self._events()
        self.assertEqual(event["SUMMARY"], f"Exam: {exam.subject_id.name}")
        self.assertEqual(event["LOCATION"], "Portal Hall")
        self.assertEqual(
            event["DESCRIPTION"], f"Spring Exams\nCourse: {exam.course_id.name}"
        )
        self.assertEqual(event["DTSTART"].dt, self.tomorrow.replace(tzinfo=UTC))
        session = self._create_session(self.tomorrow)
        self.assertEqual(len({each["UID"] for each in self._events()}), 2)
        session.active = False
        exam.session_id.act_cancel()
        self._age([exam.session_id])
        [after] = self._events()
        self.assertEqual(after["STATUS"], "CANCELLED")
        self.assertGreater(after["SEQUENCE"], event["SEQUENCE"])

    def test_event_is_the_same_in_the_calendars_of_two_students(self):
        self._create_session(self.tomorrow)
        self.env["op.student.course"].create(
            {
                "student_id": self.other_student.id,
                "course_id": self.course.id,
                "batch_id": self.batch.id,
            }
        )
        other_address = self._renew(self.other_student)
        self.assertEqual(
            self._events()[0]["UID"], self._events(other_address)[0]["UID"]
        )

    def test_calendar_ends_somewhere_in_both_directions(self):
        now = self.tomorrow
        inside = [now - timedelta(weeks=3), now, now + timedelta(weeks=25)]
        for start in (
            now - timedelta(weeks=5),
            *inside,
            now + timedelta(weeks=27),
        ):
            self._create_session(start)
        self.assertEqual(
            [event["DTSTART"].dt.replace(tzinfo=None) for event in self._events()],
            inside,
        )

    def test_class_that_ends_when_it_starts_is_valid(self):
        self._create_session(self.tomorrow, hours=0)
        [event] = self._events()
        self.assertNotIn("DTEND", event)

    def test_any_name_is_escaped(self):
        name = 'A, b; c\\d "e"\nBEGIN:VEVENT\r\nX:1 – ü 日本語 🎓 ' + "long " * 15
        self.subject.name = name + "\x0b\x1b"
        self._create_session(self.tomorrow)
        [event] = self._events()
        self.assertEqual(event["SUMMARY"].split(), name.replace("\r\n", "\n").split())
        content = self._fetch().content
        self.assertNotIn(b"\x1b", content)
        self.assertTrue(content.endswith(b"END:VCALENDAR\r\n"))
        for line in content.split(b"\r\n"):
            self.assertNotIn(b"\n", line)
            self.assertLessEqual(len(line), 75)

    def test_calendar_has_a_name_and_says_how_often_to_look(self):
        calendar = Calendar.from_ical(self._fetch().content)
        self.assertEqual(calendar["X-WR-CALNAME"], f"Timetable of {self.student.name}")
        self.assertEqual(calendar["VERSION"], "2.0")
        self.assertEqual(calendar["METHOD"], "PUBLISH")
        self.assertEqual(calendar["REFRESH-INTERVAL"].dt, timedelta(hours=1))

    def test_calendar_of_a_student_without_classes_is_empty(self):
        self.assertFalse(self._events())

    def test_queries_do_not_grow_with_classes(self):
        self._create_session(self.tomorrow)
        self._fetch()
        for hour in range(20):
            self._create_session(
                self.tomorrow + timedelta(hours=hour),
                subject_id=self._create_subject(f"In {hour}").id,
                faculty_id=self.teacher.copy({"name": f"Teacher {hour}"}).id,
            )
            if "op.exam" in self.env:
                self._create_exam(self.tomorrow + timedelta(hours=hour))
        with self.assertQueryCount(40):
            tag = self._fetch().headers["ETag"]
        with self.assertQueryCount(14):
            self._fetch(status=304, headers={"If-None-Match": tag})

    def test_phone_is_told_when_nothing_has_changed(self):
        self._create_session(self.tomorrow)
        response = self._fetch()
        self.assertEqual(
            response.headers["Content-Type"], "text/calendar; charset=utf-8"
        )
        self.assertIn("private", response.headers["Cache-Control"])
        self.assertIn("no-cache", response.headers["Cache-Control"])
        tag = response.headers["ETag"]
        student = self.env.registry["op.student"]
        # No class is even read. A proxy that compresses it weakens the tag.
        with patch.object(student, "portal_classes", side_effect=AssertionError):
            for known in tag, f"W/{tag}", f'"x", {tag}':
                response = self._fetch(status=304, headers={"If-None-Match": known})
                self.assertFalse(response.content)
        self._create_session(self.tomorrow)
        self._fetch(headers={"If-None-Match": tag})

    def test_change_that_is_older_than_another_one_is_seen(self):
        sessions = self._create_session(self.tomorrow) + self._create_session(
            self.tomorrow
        )
        self._age([sessions[0]])
        tag = self._fetch().headers["ETag"]
        # What began before, and was committed after it.
        self.minutes = -10
        self._age([sessions[1]])
        self._fetch(headers={"If-None-Match": tag})

    def test_classes_that_are_gone_and_another_language_are_seen(self):
        session = self._create_session(self.tomorrow)
        self._create_session(self.tomorrow)
        tag = self._fetch().headers["ETag"]
        session.active = False
        tag = self._fetch(headers={"If-None-Match": tag}).headers["ETag"]
        session.unlink()
        self._fetch(status=304, headers={"If-None-Match": tag})
        self._create_session(self.tomorrow).unlink()
        self.room.unlink()
        tag = self._fetch(headers={"If-None-Match": tag}).headers["ETag"]
        self._speak(self.student, "fr_FR")
        tag = self._fetch(headers={"If-None-Match": tag}).headers["ETag"]
        self.student.name = "Another Student"
        self._fetch(headers={"If-None-Match": tag})

    def test_phone_gets_no_session(self):
        self.authenticate(None, None)
        del self.opener.cookies["session_id"]
        response = self.url_open(self.address)
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("session_id", response.cookies)


@tagged("post_install", "-at_install")
class TestPortalCalendarAddress(CalendarCase):
    """Who has the calendar's address, and for how long."""

    def test_student_asks_for_an_address_and_sees_it(self):
        user = self.other_student.user_id
        page = self._open("/my/student/timetable", user)
        self.assertNotIn(".ics", page)
        response = self._post("/my/student/timetable/calendar", {}, user)
        self.assertEqual(response.status_code, 303)
        secret = self._secret(self.other_student)
        page = self._open("/my/student/timetable", user)
        self.assertIn(f"/my/student/timetable/{secret}.ics", page)
        self.assertIn('href="webcal://', page)
        self.assertNotIn(self._secret(self.student), page)
        self._fetch(f"/my/student/timetable/{secret}.ics")

    def test_renewed_address_replaces_the_former_one(self):
        self._fetch()
        self._post("/my/student/timetable/calendar", {})
        self._fetch(status=404)
        secret = self._secret(self.student)
        self.assertNotIn(secret, self.address)
        self._fetch(f"/my/student/timetable/{secret}.ics")

    def test_renewing_concerns_no_other_student(self):
        address = self._renew(self.other_student)
        self._post(
            "/my/student/timetable/calendar",
            {"student": self.other_student.id, "student_id": self.other_student.id},
        )
        self._fetch(address)

    @mute_logger("odoo.http")
    def test_form_of_another_site_renews_nothing(self):
        self._sign_in()
        response = self.url_open("/my/student/timetable/calendar", data={"x": "1"})
        self.assertEqual(response.status_code, 400)
        self._fetch()

    def test_link_renews_nothing(self):
        self._sign_in()
        response = self.url_open("/my/student/timetable/calendar")
        self.assertIn(response.status_code, (404, 405))
        self._fetch()

    def test_form_is_refused_to_all_others(self):
        students = self.registry["op.student"]
        with patch.object(students, "portal_renew_calendar_address") as renew:
            self.assertFormRefused("/my/student/timetable/calendar", {}, "timetable")
        renew.assert_not_called()

    def test_address_is_dead_while_the_student_may_not_see_the_timetable(self):
        section = self._section("timetable")
        for record, values in (
            (self.student.user_id, {"active": False}),
            (self.student, {"active": False}),
            (self.company, {"student_portal_enabled": False}),
            (section, {"active": False}),
            (section, {"group_ids": [Command.clear()]}),
            (section, {"model_name": "op.no.such.model"}),
            (self.student, {"user_id": False}),
            (self.student, {"user_id": self.portal_user.id}),
            (self.student, {"user_id": self.other_student.user_id.id}),
            (self.student, {"user_id": self.employee.id}),
        ):
            with self.subTest(record=record, values=values):
                former = self._secret(self.student)
                user = self.student.user_id
                with self._changed(record, **values):
                    self._fetch(status=404)
                # Archiving a student archives the user as well, which ends it for good.
                user.active = True
                if "active" in values and record != section:
                    self.assertNotEqual(self._secret(self.student), former)
                    self._fetch(status=404)
                self._fetch(f"/my/student/timetable/{self._secret(self.student)}.ics")

    def test_address_of_a_level_without_the_section_is_dead(self):
        group = self._create_group("base.group_portal")
        student = self._create_portal_student(group=group)
        self._section("timetable").group_ids += group
        address = self._renew(student)
        self._fetch(address)
        self._section("timetable").group_ids -= group
        self._fetch(address, status=404)

    def test_address_of_a_former_student_record_is_dead(self):
        again = self.student.copy(
            {"partner_id": self.student.partner_id.id, "gr_no": False}
        )
        again.user_id = self.student.user_id
        self._fetch()
        self.student.course_detail_ids.state = "finished"
        self._fetch(status=404)

    def test_unknown_addresses_do_not_exist(self):
        secret = self._secret(self.student)
        dead = self._fetch("/my/student/timetable/x.ics", status=404)
        for guess in (
            "A" * 43,
            secret[:-1],
            secret + "A",
            secret.swapcase(),
            secret[:42] + "%00",
            "%",
            "false",
            "1",
            str(self.student.id),
            "x" * 3000,
        ):
            with self.subTest(guess):
                response = self._fetch(f"/my/student/timetable/{guess}.ics", status=404)
                self.assertEqual(response.content, dead.content)

    def test_student_without_address_has_no_calendar(self):
        self.assertFalse(self._secret(self.other_student))
        for guess in "False", "", "None":
            self._fetch(f"/my/student/timetable/{guess}.ics", status=404)

    def test_nobody_reads_or_writes_the_secret(self):
        secret = self._secret(self.student)
        for user in (
            self.student.user_id,
            self.other_student.user_id,
            self.faculty,
            self.student_manager,
            self.administrator,
        ):
            student = self.student.with_user(user)
            with self.subTest(user.login):
                for call in (
                    lambda student=student: student.read(["portal_calendar_token"]),
                    lambda student=student: student.search(
                        [("portal_calendar_token", "=", secret)]
                    ),
                    lambda student=student: student.write(
                        {"portal_calendar_token": "x"}
                    ),
                    lambda student=student: student.export_data(
                        ["portal_calendar_token"]
                    ),
                    lambda student=student: student.search([]).grouped(
                        "portal_calendar_token"
                    ),
                ):
                    with mute_logger("odoo.models", "odoo.addons.base.models.ir_model"):
                        with self.assertRaises(UserError):
                            call()
        for user in self.student_manager, self.administrator:
            student = self.student.with_user(user)
            self.assertNotIn("portal_calendar_token", student.fields_get())

    def test_address_of_another_student_is_refused(self):
        other = self.other_student.with_user(self.student.user_id).sudo()
        for call in (
            other.portal_calendar_address,
            other.portal_renew_calendar_address,
            other.portal_calendar_version,
            other.portal_calendar,
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertFalse(self._secret(self.other_student))

    def test_copy_of_a_student_has_no_address(self):
        self.assertFalse(self._secret(self.student.copy({"gr_no": False})))

    def test_secret_is_long_and_everybody_has_another(self):
        self._renew(self.other_student)
        secrets = [self._secret(each) for each in self.student + self.other_student]
        self.assertNotEqual(*secrets)
        for secret in secrets:
            # 256 bits.
            self.assertGreaterEqual(len(secret), 43)

    def test_secret_is_not_in_the_log_of_requests(self):
        secret = self._secret(self.student)
        with self.assertLogs("werkzeug", logging.INFO) as log:
            self._fetch()
            for written in (
                secret,
                f"{secret}%2Eics",
                f"{secret}.ICS",
                f"{secret}.ics?a",
            ):
                self.url_open(f"/my/student/timetable/{written}")
            self._wait_remaining_requests()
        self.assertIn("/my/student/timetable/***.ics", "".join(log.output))
        self.assertNotIn(secret, "".join(log.output))

    def test_secret_is_not_in_the_chatter(self):
        student = self.student.with_context(tracking_disable=False)
        student.sudo().portal_calendar_token = "B" * 43
        self.env.flush_all()
        self.env.cr.precommit.run()
        messages = self.student.message_ids
        self.assertFalse(messages.filtered(lambda each: "BBB" in (each.body or "")))
        self.assertFalse(
            messages.tracking_value_ids.filtered(
                lambda each: each.field_id.name == "portal_calendar_token"
            )
        )
