import base64
import io
from datetime import timedelta
from zipfile import ZipFile

from lxml import html
from PIL import Image
from werkzeug.datastructures import FileStorage

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import StudentPortalPagesCase, needs_model
from .portal_profile_common import picture

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"


class PortalAssignmentsCase(StudentPortalPagesCase):
    """A student with an assignment of the own batch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.teacher_user = cls._create_user(
            "portal.test.teacher",
            "openeducat_core.group_op_faculty,"
            "openeducat_assignment.group_op_assignment_user",
        )
        cls.teacher = cls.env["op.faculty"].create(
            {
                "first_name": "Test",
                "last_name": "Teacher",
                "name": "Test Teacher",
                "birth_date": "1980-01-01",
                "gender": "female",
                "user_id": cls.teacher_user.id,
            }
        )
        cls.assignment_type = cls.env["grading.assignment.type"].create(
            {"name": "Homework"}
        )
        cls.course, cls.batch = cls._create_enrolment(cls.student)
        cls.other_course, cls.other_batch = cls._create_enrolment(cls.other_student)
        cls.assignment = cls._create_assignment()
        cls.url = f"/my/student/assignments/{cls.assignment.id}"

    @classmethod
    def _create_assignment(cls, days=3, **values):
        """Create an assignment that is due in so many days."""
        due = fields.Datetime.now() + timedelta(days=days)
        return cls.env["op.assignment"].create(
            {
                "name": "Ten queries",
                "description": "Write them.\nShow the results.",
                "course_id": cls.course.id,
                "batch_id": cls.batch.id,
                "faculty_id": cls.teacher.id,
                "assignment_type": cls.assignment_type.id,
                "issued_date": min(due, fields.Datetime.now()) - timedelta(days=14),
                "submission_date": due,
                "marks": 20,
                "state": "publish",
                **values,
            }
        )

    def _submission(self, assignment=None, student=None):
        return self.env["op.assignment.sub.line"].search(
            [
                ("assignment_id", "=", (assignment or self.assignment).id),
                ("student_id", "=", (student or self.student).id),
            ]
        )

    def _files(self, assignment=None):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "op.assignment.sub.line"),
                ("res_id", "in", self._submission(assignment).ids),
            ],
            order="id",
        )

    def _submit(self, text="My answer", files=(), url=None, user=None, **values):
        """Submit an assignment with the page's form."""
        return self._post(
            url or self.url,
            {"text": text, **values},
            user,
            files=[("files", file) for file in files] or None,
        )

    def _refused(self, *args, **kwargs):
        """Submit what cannot be, and return why."""
        response = self._submit(*args, **kwargs)
        self.assertEqual(response.status_code, 422)
        [alert] = html.fromstring(response.text).xpath("//div[@role='alert']")
        return " ".join(alert.text_content().split())

    def _words(self, page):
        """Return what a page says, with single blanks."""
        return " ".join(html.fromstring(page).text_content().split())


@tagged("post_install", "-at_install")
@needs_model("op.assignment")
class TestPortalAssignments(PortalAssignmentsCase):
    def _names(self, **parameters):
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        page = html.fromstring(self._open(f"/my/student/assignments?{query}"))
        return [link.text_content() for link in page.xpath("//article//h2/a")]

    def test_list_shows_what_is_published_for_the_batch_or_the_student(self):
        self._create_assignment(name="Draft", state="draft")
        self._create_assignment(
            name="To come", issued_date=fields.Datetime.now() + timedelta(hours=1)
        )
        self._create_assignment(name="Archived", active=False)
        self._create_assignment(name="Closed", state="finish")
        other = {
            "course_id": self.other_course.id,
            "batch_id": self.other_batch.id,
        }
        self._create_assignment(name="Other batch", **other)
        self._create_assignment(
            name="Allocated",
            allocation_ids=[Command.set(self.student.ids)],
            **other,
        )
        self.assertCountEqual(self._names(), ["Ten queries", "Closed", "Allocated"])

    def test_filters_part_the_assignments(self):
        line = self.env["op.assignment.sub.line"]
        statuses = {
            "Open": ({}, None, "open"),
            "Prepared": ({}, "draft", "open"),
            "Change": ({"days": -2}, "change", "open"),
            "Submitted": ({}, "submit", "submitted"),
            "Accepted": ({"days": -1}, "accept", "done"),
            "Rejected": ({}, "reject", "done"),
            "Late": ({"days": -1}, None, "overdue"),
            "Closed": ({"state": "finish"}, None, "closed"),
            "Cancelled": ({"state": "cancel"}, None, "closed"),
            "Cancelled mine": ({"state": "cancel"}, "submit", "closed"),
            "Change, cancelled": ({"state": "cancel"}, "change", "closed"),
        }
        self.assignment.active = False
        for name, (values, state, _filter) in statuses.items():
            assignment = self._create_assignment(name=name, **values)
            if state:
                line.create(
                    {
                        "assignment_id": assignment.id,
                        "student_id": self.student.id,
                        "state": state,
                    }
                )
        # What somebody else has submitted is of no account.
        line.create(
            {
                "assignment_id": self.env["op.assignment"]
                .search([("name", "=", "Open"), ("batch_id", "=", self.batch.id)])
                .id,
                "student_id": self.other_student.id,
                "state": "accept",
            }
        )
        for wanted in ("open", "submitted", "done", "overdue", "closed"):
            with self.subTest(filter=wanted):
                self.assertCountEqual(
                    self._names(filterby=wanted),
                    [name for name, each in statuses.items() if each[2] == wanted],
                )
        self.assertCountEqual(self._names(), statuses)

    def test_finished_enrolment_asks_for_no_work(self):
        line = self.env["op.assignment.sub.line"]
        late = self._create_assignment(name="Late", days=-1)
        sent, returned = (
            self._create_assignment(name=name) for name in ("Sent", "Returned")
        )
        for assignment, state in (sent, "accept"), (returned, "change"):
            line.create(
                {
                    "assignment_id": assignment.id,
                    "student_id": self.student.id,
                    "state": state,
                    "marks": 11,
                }
            )
        self._create_assignment(
            name="Allocated", allocation_ids=[Command.set(self.student.ids)]
        )
        self.student.course_detail_ids.state = "finished"
        _course, batch = self._create_enrolment(self.student)
        self._create_assignment(name="Now", batch_id=batch.id)
        self.assertEqual(self._names(filterby="open"), ["Now"])
        self.assertEqual(self._names(filterby="overdue"), [])
        self.assertEqual(self._names(filterby="done"), ["Sent"])
        self.assertCountEqual(
            self._names(filterby="closed"),
            ["Ten queries", "Late", "Returned", "Allocated"],
        )
        summary = self._pages()._portal_summary_assignments()
        self.assertEqual((summary["value"], summary["tone"]), ("1", ""))
        page = self._words(self._open(f"/my/student/assignments/{sent.id}"))
        self.assertIn("11 of 20 marks", page)
        for assignment in late, returned:
            url = f"/my/student/assignments/{assignment.id}"
            self.assertIn("an assignment of a former batch", self._refused(url=url))

    def test_allocated_is_theirs_alone(self):
        self.assignment.allocation_ids = self.other_student
        self.assertEqual(self._names(), [])
        self._open(self.url, status=404)
        self.assertEqual(self._pages()._portal_summary_assignments(), {})
        self._sign_in(self.other_student.user_id)
        self.assertIn("Submit", self._open(self.url, self.other_student.user_id))

    def test_who_submitted_before_others_were_allocated_keeps_it(self):
        self._submit("Mine")
        summary = self._pages()._portal_summary_assignments()
        self.assertEqual(summary, {"value": "Nothing to do", "tone": "success"})
        self.assignment.allocation_ids = self.other_student
        self.assertEqual(self._names(filterby="submitted"), ["Ten queries"])
        self.assertIn("Mine", self._open(self.url))

    def test_cancelled_is_shown_with_the_submission(self):
        self._submit("Mine", [("answer.pdf", PDF)])
        self.assignment.state = "cancel"
        page = self._words(self._open(self.url))
        for text in (
            "Assignment cancelled",
            "Mine",
            "answer.pdf",
            "has cancelled this assignment",
        ):
            self.assertIn(text, page)
        self.assertIn("has cancelled this assignment", self._refused("Another"))
        self.assertIn(
            "Assignment cancelled", self._words(self._open("/my/student/assignments"))
        )

    def test_not_shown_before_it_is_issued(self):
        self.assignment.issued_date = fields.Datetime.now() + timedelta(hours=1)
        self._open(self.url, status=404)
        self.assertEqual(self._submit().status_code, 404)
        self.assertEqual(self._pages()._portal_summary_assignments(), {})

    def test_files_of_the_assignment_can_be_downloaded(self):
        sheet = self.env["ir.attachment"].create(
            {
                "name": "worksheet.pdf",
                "raw": PDF,
                "res_model": "op.assignment",
                "res_id": self.assignment.id,
            }
        )
        url = f"{self.url}/file/{sheet.id}"
        self.assertIn(f'href="{url}"', self._open(self.url))
        self._sign_in()
        self.assertEqual(self.url_open(url).content, PDF)
        self._open(url, self.other_student.user_id, status=404)

    def test_comments_with_their_files_are_shown_and_notes_are_not(self):
        self._submit("Mine")
        submission = self._submission().with_user(self.teacher_user)
        comment = submission.message_post(
            body="See the corrections.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("corrected.pdf", PDF)],
        )
        notes = [
            record.with_user(self.teacher_user).message_post(
                body="For us alone.",
                message_type="comment",
                subtype_xmlid="mail.mt_note",
                attachments=[("internal.pdf", PDF)],
            )
            for record in (submission, self.assignment)
        ]
        url = f"{self.url}/file/{comment.attachment_ids.id}"
        page = self._open(self.url)
        self.assertIn("See the corrections.", page)
        self.assertIn(f'href="{url}"', page)
        self.assertNotIn("For us alone.", page)
        self.assertNotIn("internal.pdf", page)
        for note in notes:
            self._open(f"{self.url}/file/{note.attachment_ids.id}", status=404)
        self._sign_in()
        self.assertEqual(self.url_open(url).content, PDF)
        self._open(url, self.other_student.user_id, status=404)
        # What the faculty attached is not taken away with the student's own.
        self._submit("Again", removed_ids=comment.attachment_ids.id)
        self.assertTrue(comment.attachment_ids.exists())

    def test_file_to_take_away_that_is_no_number_is_ignored(self):
        self._submit("Once", [("answer.pdf", PDF)])
        self._submit("Twice", removed_ids="all")
        self.assertEqual(self._submission().description, "Twice")
        self.assertEqual(self._files().mapped("name"), ["answer.pdf"])

    def test_sorting(self):
        self._create_assignment(name="Zeta", days=1)
        self._create_assignment(name="Alpha", days=9)
        self.assertEqual(self._names(sortby="first"), ["Zeta", "Ten queries", "Alpha"])
        self.assertEqual(self._names(sortby="due"), ["Alpha", "Ten queries", "Zeta"])
        self.assertEqual(self._names(sortby="name"), ["Alpha", "Ten queries", "Zeta"])
        self.assertEqual(
            self._names(sortby="nonsense"), ["Zeta", "Ten queries", "Alpha"]
        )

    def test_what_is_to_do_comes_first_on_every_page(self):
        self.assignment.active = False
        for number in range(23):
            self._create_assignment(name=f"Open {number}", days=number + 1)
        for number in range(21):
            self._create_assignment(name=f"Late {number}", days=-number - 1)
        wanted = [f"Open {number}" for number in range(23)]
        wanted += [f"Late {number}" for number in range(21)]
        names = []
        for number in (1, 2, 3):
            page = html.fromstring(self._open(f"/my/student/assignments/page/{number}"))
            names.append(
                [link.text_content() for link in page.xpath("//article//h2/a")]
            )
        self.assertEqual(names, [wanted[:20], wanted[20:40], wanted[40:]])

    def test_list_says_how_long_there_is(self):
        self.assertIn("(in 3 days)", self._words(self._open("/my/student/assignments")))
        self.assertIn("in 3 days", self._words(self._open(self.url)))
        self._speak(self.student, "de_DE")
        self.assertIn("in 3 Tagen", self._words(self._open(self.url)))
        self.assignment.submission_date = fields.Datetime.now() - timedelta(days=1)
        self.assertNotIn("Tag", self._words(self._open(self.url)).split("Beschreib")[0])

    def test_due_date_has_its_weekday(self):
        self.assignment.submission_date = "2030-06-01 12:00:00"
        self.company.partner_id.tz = "UTC"
        self.assertIn("Sat, Jun 1, 2030, 12:00", self._words(self._open(self.url)))

    def test_empty_list_says_what_will_be_there(self):
        self.assignment.state = "draft"
        self.assertIn(
            self._section("assignments").empty_text,
            self._open("/my/student/assignments"),
        )

    def test_list_costs_the_same_at_any_length(self):
        def count():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertTrue(self._open("/my/student/assignments"))
            return self.cr.sql_log_count - before

        self.env["op.assignment.sub.line"].create(
            {"assignment_id": self.assignment.id, "student_id": self.student.id}
        )
        self._open("/my/student/assignments")
        few = count()
        for number in range(12):
            assignment = self._create_assignment(name=f"Number {number}")
            self.env["op.assignment.sub.line"].create(
                {"assignment_id": assignment.id, "student_id": self.student.id}
            )
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 40)

    def test_page_tells_the_task_and_the_limits(self):
        page = self._open(self.url)
        self.assertIn("Show the results.", page)
        self.assertIn("Test Teacher", page)
        text = self._words(page)
        for limit in (
            "Files at most: 5",
            "Megabytes of each file at most: 10",
            "Kinds of files: PDF, DOC, DOCX",
        ):
            self.assertIn(limit, text)

    def test_description_is_escaped(self):
        self.assignment.description = "<script>alert('description')</script>"
        self.assertNotIn("<script>alert('description')", self._open(self.url))

    def test_times_are_those_of_the_student(self):
        self.assignment.submission_date = "2030-06-01 12:00:00"
        self.student.chosen_tz = "Asia/Tokyo"
        self.assertIn("9:00", self._open(self.url))
        self.student.chosen_tz = False
        self.company.partner_id.tz = "Europe/Lisbon"
        self.assertIn("1:00", self._open(self.url))

    def test_home_tells_what_is_due(self):
        self._create_assignment(days=-1)
        summary = self._pages()._portal_summary_assignments()
        self.assertEqual(summary["value"], "1")
        self.assertEqual(summary["tone"], "danger")
        self.assertIn("\u2068Ten queries\u2069, due", summary["lines"][0])
        self.assertEqual(summary["lines"][-1], "Overdue: 1")

    def test_home_tells_what_is_overdue_alone(self):
        self.assignment.submission_date = fields.Datetime.now() - timedelta(days=1)
        summary = self._pages()._portal_summary_assignments()
        self.assertEqual(summary, {"value": "1", "text": "overdue", "tone": "danger"})

    def test_marks_and_note_are_there_once_it_is_marked(self):
        self._submit()
        self.assertNotIn("of 20 marks", self._open(self.url))
        self._submission().with_user(self.teacher_user).write(
            {"marks": 17.5, "note": "Mind the joins.", "state": "accept"}
        )
        page = self._words(self._open(self.url))
        self.assertIn("17.50 of 20 marks", page)
        self.assertIn("Mind the joins.", page)


@tagged("post_install", "-at_install")
@needs_model("op.assignment")
class TestPortalSubmission(PortalAssignmentsCase):
    def test_faculty_sees_what_was_submitted(self):
        response = self._submit("My answer", [("answer.pdf", PDF), ("figure.png", PNG)])
        self.assertEqual(response.status_code, 303)
        self.assertIn("has been received", self._open(response.headers["Location"]))
        submission = self._submission().with_user(self.teacher_user)
        self.assertEqual(submission.state, "submit")
        self.assertEqual(submission.description, "My answer")
        self.assertEqual(submission.company_id, self.company)
        files = self.env["ir.attachment"].with_user(self.teacher_user)
        files = files.search(
            [
                ("res_model", "=", submission._name),
                ("res_id", "=", submission.id),
            ],
            order="id",
        )
        self.assertEqual(files.mapped("name"), ["answer.pdf", "figure.png"])
        self.assertEqual(files.mapped("mimetype"), ["application/pdf", "image/png"])
        self.assertEqual(files[0].raw, PDF)
        self.assertEqual(files.create_uid, self.student.user_id)
        message = submission.message_ids[:1]
        self.assertEqual(message.author_id, self.student.partner_id)
        self.assertIn("Submitted in the student portal", message.body)
        self.assertEqual(message.attachment_ids, files)

    def test_submission_is_replaced_until_it_is_due(self):
        self._submit("First", [("first.pdf", PDF), ("kept.pdf", PDF)])
        first = self._submission()
        before = first.submission_date = fields.Datetime.now() - timedelta(hours=1)
        removed = self._files()[:1]
        self._submit("Second", [("second.png", PNG)], removed_ids=removed.id)
        self.assertEqual(self._submission(), first)
        self.assertEqual(first.description, "Second")
        self.assertGreater(first.submission_date, before)
        self.assertEqual(self._files().mapped("name"), ["kept.pdf", "second.png"])

    def test_the_same_twice_makes_one(self):
        self._submit("Once", [("answer.pdf", PDF)])
        messages = self._submission().message_ids
        self._submit("Once", [("answer.pdf", PDF)])
        self.assertEqual(len(self._submission()), 1)
        self.assertEqual(len(self._files()), 1)
        self.assertEqual(self._submission().message_ids, messages)

    def test_what_differs_in_one_thing_is_submitted_again(self):
        self._submit("Once", [("answer.pdf", PDF)])
        submission = self._submission()
        removed = self._files()
        for changed, values in (
            ("text", {"text": "Twice"}),
            ("added", {"text": "Twice", "files": [("more.png", PNG)]}),
            ("removed", {"text": "Twice", "removed_ids": removed.id}),
        ):
            with self.subTest(changed=changed):
                messages = submission.message_ids
                self._submit(**values)
                self.env.invalidate_all()
                self.assertTrue(submission.message_ids - messages)
        self.assertEqual(submission.description, "Twice")
        self.assertEqual(self._files().mapped("name"), ["more.png"])
        # What the faculty wants changed may come back as it was.
        submission.with_user(self.teacher_user).act_change_req()
        self._submit("Twice")
        self.assertEqual(submission.state, "submit")

    def test_two_at_the_same_moment_cannot_both_go_on(self):
        # Changing the student's row lets one of two transactions fail to serialize.
        def version():
            self.cr.execute(
                "SELECT ctid FROM op_student WHERE id = %s", [self.student.id]
            )
            return self.cr.fetchone()

        before = version()
        self._pages().portal_submit(self.assignment, "At once")
        self.assertNotEqual(version(), before)

    def test_late_is_refused(self):
        late = self._create_assignment(days=-1)
        url = f"/my/student/assignments/{late.id}"
        self.assertIn("it is too late to submit", self._open(url))
        self.assertIn("it is too late to submit", self._refused(url=url))
        self.assertFalse(self._submission(late))

    def test_late_replacement_is_refused(self):
        self._submit("In time")
        self.assignment.submission_date = fields.Datetime.now() - timedelta(seconds=1)
        self.assertIn(
            "it is too late to replace", self._refused("Too late", [("a.pdf", PDF)])
        )
        self.assertEqual(self._submission().description, "In time")
        self.assertFalse(self._files())

    def test_change_request_is_answered_even_when_it_was_due(self):
        self._submit("In time")
        self.assignment.write(
            {
                "submission_date": fields.Datetime.now() - timedelta(days=1),
                "state": "finish",
            }
        )
        self._submission().with_user(self.teacher_user).act_change_req()
        self.assertEqual(self._submit("Changed").status_code, 303)
        self.assertEqual(self._submission().description, "Changed")
        self.assertEqual(self._submission().state, "submit")

    def test_what_is_marked_is_not_replaced(self):
        for state in "accept", "reject":
            with self.subTest(state=state):
                self._submission().state = "draft"
                self._submit("Mine")
                self._submission().state = state
                self.assertIn("has been marked", self._refused("Another"))
                self.assertEqual(self._submission().description, "Mine")

    def test_closed_assignment_is_refused(self):
        self.assignment.state = "finish"
        self.assertIn("is closed", self._refused())
        self.assertFalse(self._submission())

    def test_replacement_is_refused_once_the_assignment_is_closed(self):
        self._submit("In time")
        self.assignment.state = "finish"
        self.assertIn("can no longer be replaced", self._refused("Too late"))
        self.assertEqual(self._submission().description, "In time")

    def test_student_whose_contact_has_contacts_submits(self):
        self.env["res.partner"].create(
            {"name": "Guardian", "parent_id": self.student.partner_id.id}
        )
        self.assertEqual(self._submit().status_code, 303)
        self.assertTrue(self._submission())

    def test_what_cannot_be_submitted_changes_nothing(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("openeducat_student_portal.submission_files", "2")
        parameters.set_param("openeducat_student_portal.submission_file_megabytes", "1")
        office = io.BytesIO()
        with ZipFile(office, "w") as archive:
            archive.writestr("anything", "at all")
        refused = {
            "nothing": ("  ", [], "nothing to submit"),
            "too many": ("", [(f"{n}.pdf", PDF) for n in range(3)], "2 files at most"),
            "too large": ("", [("a.pdf", PDF + bytes(2**20))], "larger than 1 MB"),
            "empty": ("", [("a.pdf", b"")], "is empty"),
            "page": ("", [("a.html", PAGE)], "kind that cannot be submitted"),
            "drawing": ("", [("a.svg", SVG)], "kind that cannot be submitted"),
            "program": ("", [("a.exe", b"MZ\x90")], "kind that cannot be submitted"),
            "no kind": ("", [("answer", PDF)], "kind that cannot be submitted"),
            "two kinds": ("", [("a.pdf.html", PAGE)], "kind that cannot be submitted"),
            "page as pdf": ("", [("a.pdf", PAGE)], "not what its name says"),
            "page as text": ("", [("a.txt", PAGE)], "not what its name says"),
            "drawing as picture": ("", [("a.png", SVG)], "not what its name says"),
            "program as text": ("", [("a.txt", b"MZ\x90\x00")], "not what its name"),
            "archive as document": (
                "",
                [("a.docx", office.getvalue())],
                "not what its name says",
            ),
            "one of two": ("", [("a.pdf", PDF), ("b.exe", b"MZ")], "b.exe"),
            "long text": ("x" * 20_001, [], "20001 characters"),
        }
        for name, (text, files, reason) in refused.items():
            with self.subTest(name):
                self.assertIn(reason, self._refused(text, files))
                self.assertFalse(self._submission())
        self._submit("Mine", [("1.pdf", PDF), ("2.pdf", PDF)])
        self.assertIn("these are 3", self._refused("Mine", [("3.pdf", PDF)]))
        self.assertEqual(len(self._files()), 2)

    def test_file_that_was_not_chosen_is_no_file(self):
        """Browsers send one without a name where none was chosen."""
        uploads = [FileStorage(io.BytesIO(), "")]
        self.assertEqual(self._pages().portal_uploaded_files(uploads), [])

    @mute_logger("odoo.http")
    def test_nothing_is_read_of_too_many_files(self):
        class Unread(io.BytesIO):
            def read(self, *arguments):
                raise AssertionError("It is read")

        limit = self._pages().portal_submission_limits().files
        uploads = [FileStorage(Unread(), f"{n}.pdf") for n in range(limit + 1)]
        with self.assertRaises(ValidationError):
            self._pages().portal_uploaded_files(uploads)

    def test_file_that_is_sent_as_the_text_is_no_text(self):
        self._sign_in()
        response = self.url_open(
            self.url,
            data={"csrf_token": Request.csrf_token(self)},
            files=[("text", ("text.txt", b"text"))],
        )
        self.assertEqual(response.status_code, 422)
        self.assertFalse(self._submission())

    def test_files_have_to_be_chosen_again(self):
        self.assertIn(
            "choose your files again", self._refused(files=[("x.html", PAGE)])
        )
        self.assertNotIn("choose your files again", self._refused(text=""))

    def test_refused_text_is_not_lost(self):
        response = self._submit("A long <b>answer</b>", [("a.exe", b"MZ")])
        [area] = html.fromstring(response.text).xpath("//textarea[@name='text']")
        self.assertEqual(area.text_content().strip(), "A long <b>answer</b>")

    def test_text_of_any_language_is_text(self):
        program = "def prüfe(x):\n    return x < 3 and '<p>' # ö\n".encode()
        self.assertEqual(
            self._submit(
                "", [("a.txt", program), ("b.csv", b"a;b\n1;2\n")]
            ).status_code,
            303,
        )
        self.assertEqual(self._files().mapped("mimetype"), ["text/plain", "text/csv"])

    def test_picture_is_accepted_as_what_it_is(self):
        file = io.BytesIO()
        Image.new("RGB", (4, 3)).save(file, "JPEG")
        self._submit("", [("photo.png", file.getvalue())])
        self.assertEqual(self._files().name, "photo.jpg")
        self.assertEqual(self._files().mimetype, "image/jpeg")

    def test_nothing_but_a_picture_is_taken_for_another_one(self):
        file = io.BytesIO()
        Image.new("RGB", (4, 3)).save(file, "JPEG")
        for name, content in (("photo.png", PDF), ("answer.pdf", file.getvalue())):
            with self.subTest(name=name):
                refusal = self._refused("", [(name, content)])
                self.assertIn("not what its name says", refusal)
        self._submit("", [("photo.jpeg", file.getvalue())])
        self.assertEqual(self._files().name, "photo.jpeg")

    def test_large_photo_twice_makes_one(self):
        # Odoo stores a smaller one.
        photo = picture(size=(2400, 900))
        for _time in range(2):
            self._submit("Once", [("photo.jpg", photo)])
        self.assertEqual(len(self._files()), 1)

    def test_photo_loses_its_location(self):
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (50.0, 51.0, 1.0)}
        exif[0x0112] = 6
        self._submit("", [("photo.jpg", picture(exif=exif))])
        stored = Image.open(io.BytesIO(self._files().raw)).getexif()
        self.assertFalse(stored.get_ifd(0x8825))
        # How it is turned stays.
        self.assertEqual(stored[0x0112], 6)

    def test_kinds_of_files_are_a_setting(self):
        ftyp = b"\x00\x00\x00\x18ftyp"
        files = {
            "a.heic": (ftyp + b"heic" + bytes(20), "image/heic"),
            "a.webp": (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(9), "image/webp"),
            "a.mp3": (b"ID3\x04" + bytes(20), "audio/mpeg"),
            "a.mp4": (ftyp + b"isom" + bytes(20), "video/mp4"),
            "a.py": (b"print('<p>')\n", "text/plain"),
            "a.ipynb": (b'{"cells": []}', "application/json"),
        }
        for name, (content, _mimetype) in files.items():
            self.assertIn("kind that", self._refused("", [(name, content)]))
        self.company.student_portal_file_kinds = ".PDF heic, webp mp3 mp4 py ipynb"
        for name, (content, mimetype) in files.items():
            with self.subTest(name):
                self.assertIn("not what", self._refused("", [(name, b"\x00\x01" * 9)]))
                assignment = self._create_assignment(name=name)
                url = f"/my/student/assignments/{assignment.id}"
                self.assertEqual(
                    self._submit("", [(name, content)], url).status_code, 303
                )
                self.assertEqual(self._files(assignment).mimetype, mimetype)
        self.assertIn(
            "Kinds of files: PDF, HEIC, WEBP", self._words(self._open(self.url))
        )
        self.assertIn("kind that", self._refused("", [("a.png", PNG)]))
        for wrong in "pdf svg", "html", "":
            with self.assertRaises(ValidationError):
                self.company.student_portal_file_kinds = wrong

    def test_names_of_files_are_made_safe(self):
        student = self._pages()
        names = {
            "../../etc/passwd.txt": "passwd.txt",
            "C:\\Users\\me\\Answer.PDF": "Answer.pdf",
            ".htaccess.txt": "htaccess.txt",
            "a\u202etxt.pdf": "atxt.pdf",
            "line\r\nbreak.txt": "linebreak.txt",
            'a"<b>.txt': "a__b_.txt",
            "हिन्दी में.pdf": "हिन्दी में.pdf",
            "x" * 300 + ".pdf": "x" * 96 + ".pdf",
            "": "file",
        }
        for name, safe in names.items():
            with self.subTest(name):
                self.assertEqual(student._portal_file_name(name), safe)

    def test_nobody_submits_for_another(self):
        with self.assertRaises(AccessError):
            self.student.with_user(self.other_student.user_id).sudo().portal_submit(
                self.assignment, "Not mine"
            )
        self.assertEqual(self._submit(user=self.other_student.user_id).status_code, 404)
        self.assertFalse(self._submission(student=self.other_student))


@tagged("post_install", "-at_install")
@needs_model("op.assignment")
class TestPortalAssignmentsSecurity(PortalAssignmentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classmate = cls._create_portal_student()
        cls.env["op.student.course"].create(
            {
                "student_id": cls.classmate.id,
                "course_id": cls.course.id,
                "batch_id": cls.batch.id,
                "roll_number": "classmate",
            }
        )

    def setUp(self):
        super().setUp()
        self._submit("Only mine", [("answer.pdf", PDF)])
        self.submission = self._submission()
        self.file = self._files()
        self.file_url = f"{self.url}/file/{self.file.id}"

    def test_pages_are_refused_to_who_may_not(self):
        self.assertPagesRefused(
            ["/my/student/assignments", self.url, self.file_url], "assignments"
        )

    def test_limited_level_has_no_assignments(self):
        limited = self._create_portal_student(self.group_limited)
        for url in "/my/student/assignments", self.url, self.file_url:
            self._open(url, limited.user_id, status=403)
        self.assertEqual(self._submit(user=limited.user_id).status_code, 403)
        self.assertNotIn("/my/student/assignments", self._open("/my", limited.user_id))

    def test_submitting_is_refused_to_who_may_not(self):
        self.assertFormRefused(self.url, {"text": "x"}, "assignments")
        self.assertEqual(self.submission.description, "Only mine")
        self.assertEqual(self._submission(), self.submission)

    def test_submitting_needs_the_token_of_the_form(self):
        self._sign_in()
        with mute_logger("odoo.http"):
            response = self.url_open(self.url, data={"text": "Forged"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.submission.description, "Only mine")

    def test_text_is_kept_when_the_token_is_of_another_session(self):
        self._sign_in()
        response = self.url_open(self.url, data={"text": "Typed", "csrf_token": "old"})
        self.assertEqual(response.status_code, 400)
        [area] = html.fromstring(response.text).xpath("//textarea[@name='text']")
        self.assertEqual(area.text_content().strip(), "Typed")

    def test_text_can_be_copied_when_it_can_no_longer_be_submitted(self):
        self.submission.state = "accept"
        response = self._submit("Typed meanwhile")
        [area] = html.fromstring(response.text).xpath("//textarea[@readonly]")
        self.assertEqual(area.text_content().strip(), "Typed meanwhile")

    def test_file_is_sent_to_be_saved_never_shown(self):
        self._sign_in()
        response = self.url_open(self.file_url)
        self.assertEqual(response.content, PDF)
        self.assertTrue(
            response.headers["Content-Disposition"].startswith("attachment;")
        )
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("no-store", response.headers["Cache-Control"])

    def test_classmate_sees_the_assignment_and_not_the_submission(self):
        user = self.classmate.user_id
        page = self._open(self.url, user)
        self.assertNotIn("Only mine", page)
        self.assertNotIn("answer.pdf", page)
        self._open(self.file_url, user, status=404)
        self._open(f"/web/content/{self.file.id}", user, status=404)

    def test_student_of_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other School"})
        stranger = self._create_students(1, company_id=company.id)
        self.env["res.users"].browse(self.student_manager.id).company_ids += company
        self._grant(stranger.with_company(company), send_invitation=False)
        self._open(self.url, stranger.user_id, status=404)
        self._open(self.file_url, stranger.user_id, status=404)
        self.assertIn(
            self._section("assignments").empty_text,
            self._open("/my/student/assignments", stranger.user_id),
        )

    def test_no_other_attachment_is_sent(self):
        attachments = self.env["ir.attachment"]
        other = self._create_assignment()
        for attachment in (
            attachments.create({"name": "any.pdf", "raw": PDF}),
            # What the faculty keeps on the submission is not for the student.
            attachments.with_user(self.teacher_user).create(
                {
                    "name": "model answer.pdf",
                    "raw": PDF,
                    "res_model": self.submission._name,
                    "res_id": self.submission.id,
                }
            ),
        ):
            self._open(f"{self.url}/file/{attachment.id}", status=404)
        self._open(
            f"/my/student/assignments/{other.id}/file/{self.file.id}", status=404
        )
        self._open(f"{self.url}/file/{2**40}", status=404)

    def test_what_only_looks_like_a_file_of_the_student_is_none(self):
        self._submit("Not theirs", user=self.classmate.user_id)
        theirs = self._submission(student=self.classmate)
        strangers = self._create_assignment(
            course_id=self.other_course.id, batch_id=self.other_batch.id
        )
        own = self.env["ir.attachment"].with_user(self.student.user_id).sudo()
        on = {"res_model": self.submission._name, "res_id": self.submission.id}
        pdf = {"name": "any.pdf", "raw": PDF}
        others = own.create(
            [
                {**pdf, **on, "res_id": theirs.id},
                {**pdf, "res_model": strangers._name, "res_id": strangers.id},
                # Of records of another model, of the same ids.
                {**pdf, **on, "res_model": "res.partner"},
                {**pdf, "res_model": "res.partner", "res_id": self.assignment.id},
                # What a field holds, and an address.
                {**pdf, **on, "res_field": "description"},
                {"name": "any", "type": "url", "url": "https://example.com", **on},
            ]
        )
        found = self._pages().portal_records(
            "ir.attachment", Domain("id", "in", (others + self.file).ids)
        )
        self.assertEqual(found, self.file)

    def test_file_stays_without_the_message_that_told_of_it(self):
        self.submission.message_ids.unlink()
        self.assertIn("answer.pdf", self._open(self.url))
        self._open(self.file_url)

    def test_comments_are_those_of_the_own_submissions(self):
        self._submit("Not theirs", user=self.classmate.user_id)
        comment = {
            "model": self.submission._name,
            "res_id": self.submission.id,
            "message_type": "comment",
            "subtype_id": self.env.ref("mail.mt_comment").id,
            "body": "Well done.",
        }
        mine, *others = self.env["mail.message"].create(
            [
                comment,
                {**comment, "model": "res.partner"},
                {**comment, "res_id": self._submission(student=self.classmate).id},
                {**comment, "message_type": "notification"},
            ]
        )
        found = self._pages().portal_records(
            "mail.message", Domain("id", "in", mine.union(*others).ids)
        )
        self.assertEqual(found, mine)

    def test_unpublished_assignment_is_not_found(self):
        self.assignment.state = "draft"
        self._open(self.url, status=404)
        self.assertEqual(self._submit().status_code, 404)

    def test_faculty_keeps_its_rights(self):
        submission = self.submission.with_user(self.teacher_user)
        submission.marks = 12
        self.assertEqual(submission.read(["marks"])[0]["marks"], 12)
