from odoo.tests import tagged

from ..wizard.op_student_portal_wizard.dialog import LISTED_STUDENTS
from .common import StudentPortalCase

# What the web client asks of the form's own list, and of the list of many.
LINE_FIELDS = {"student_id": {}, "login": {}, "status": {}, "message": {}}
MANY = LISTED_STUDENTS + 20


@tagged("post_install", "-at_install")
class TestWizardMany(StudentPortalCase):
    """The dialog for more students than a form can list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.students = cls._create_students(MANY)
        cls.without = cls.students[50:55]
        cls.without.email = False
        cls.siblings = cls.students[0] + cls.students[MANY - 1]
        cls.siblings.email = "parent@example.com"

    def test_form_for_many_reads_no_line(self):
        action = self.students.with_user(
            self.student_manager
        ).action_grant_portal_access()
        many = self.env.ref(
            "openeducat_student_portal.view_op_student_portal_wizard_form_many"
        )
        self.assertEqual(action["views"], [(many.id, "form")])
        fields = self.env[action["res_model"]].get_view(many.id)["models"]
        self.assertNotIn("line_ids", fields[action["res_model"]])
        few = self.students[:2].with_user(self.student_manager)
        self.assertNotEqual(few.action_grant_portal_access()["views"], action["views"])

    def test_opening_asks_each_question_once(self):
        few = self.students[:10].with_user(self.student_manager)
        many = self.students.with_user(self.student_manager)

        def open_dialog(students):
            action = students.action_grant_portal_access()
            students.env[action["res_model"]].browse(action["res_id"]).web_read(
                {
                    "student_count": {},
                    "ready_count": {},
                    "attention_count": {},
                    "line_ids": {"fields": LINE_FIELDS, "limit": 40},
                }
            )

        expected = self._count_queries(lambda: open_dialog(few))
        queries = self._count_queries(lambda: open_dialog(many))
        self.assertLessEqual(queries, expected)
        self.assertLessEqual(queries, 60)

    def test_lines_are_counted_searched_and_ordered(self):
        wizard = self._dialog(self.students)
        self.assertEqual(wizard.student_count, MANY)
        self.assertEqual(wizard.attention_count, 7)
        self.assertEqual(wizard.ready_count, MANY - 7)
        mine = [("wizard_id", "=", wizard.id)]
        groups = wizard.line_ids.formatted_read_group(mine, ["status"], ["__count"])
        self.assertEqual(
            {group["status"]: group["__count"] for group in groups},
            {"ready": MANY - 7, "no_email": 5, "duplicate": 2},
        )
        page = wizard.line_ids.search(mine, limit=7)
        self.assertEqual(
            set(page.student_id.ids), set((self.without + self.siblings).ids)
        )
        missing = wizard.line_ids.search([*mine, ("status", "=", "no_email")])
        self.assertEqual(missing.student_id, self.without)

    def test_line_that_is_saved_tells_those_who_shared_its_address(self):
        wizard = self._dialog(self.students)
        lines = {line.student_id: line for line in wizard.line_ids}
        first, last = (lines[student] for student in self.siblings)
        missing = lines[self.without[0]]
        self.assertEqual((first.status, last.status), ("duplicate", "duplicate"))

        first.web_save({"login": "own.address@example.com"}, LINE_FIELDS)
        self.assertEqual((first.status, last.status), ("ready", "ready"))
        missing.web_save({"login": "Parent@Example.com "}, LINE_FIELDS)
        self.assertEqual((missing.status, last.status), ("duplicate", "duplicate"))
        missing.web_save({"login": "a@b"}, LINE_FIELDS)
        self.assertEqual((missing.status, last.status), ("invalid_email", "ready"))
        # What is corrected stays where it was found.
        self.assertTrue(missing.needs_attention and first.needs_attention)
        self.assertEqual(wizard.attention_count, 5)

    def test_line_that_is_edited_is_told_before_it_is_saved(self):
        wizard = self._dialog(self.students)
        missing = wizard.line_ids.filtered(
            lambda line: line.student_id == self.without[0]
        )
        for login, status in (
            ("typed@example.com", "ready"),
            ("parent@example.com", "duplicate"),
            ("a@b", "invalid_email"),
        ):
            value = missing.onchange({"login": login}, ["login"], LINE_FIELDS)["value"]
            self.assertEqual(value["status"], status)
            self.assertTrue(value["message"])
        self.assertEqual(missing.status, "no_email")

    def test_editing_a_line_does_not_ask_for_the_others(self):
        wizard = self._dialog(self.students)
        few = self._dialog(self.students[:10])

        def edit(line):
            line.onchange({"login": "x@example.com"}, ["login"], LINE_FIELDS)
            line.web_save({"login": "x@example.com"}, LINE_FIELDS)

        expected = self._count_queries(lambda: edit(few.line_ids[1]))
        self.assertLessEqual(
            self._count_queries(lambda: edit(wizard.line_ids[1])), expected
        )

    def test_granting_many_opens_the_form_of_their_run(self):
        wizard = self._dialog(self.students)
        line = wizard.line_ids.filtered(lambda line: line.student_id == self.without[0])
        line.login = "typed@example.com"
        action = wizard.action_grant_access()
        run = wizard.run_id
        self.assertEqual((action["res_model"], action["res_id"]), (run._name, run.id))
        self.assertNotEqual(action.get("target"), "new")
        self.assertEqual(run.state, "running")
        self.assertEqual((run.pending_count, run.skipped_count), (MANY - 6, 6))
        self._work_off_runs()
        self.assertEqual(run.granted_count, MANY - 6)
        self.assertEqual(self.without[0].user_id.login, "typed@example.com")

    def test_another_dialog_that_is_open_grants_nothing(self):
        other = self._dialog(self.students[3:6])
        wizard = self._dialog(self.students[:3])
        wizard.action_grant_access()
        self.assertEqual(wizard.run_id.line_ids.student_id, self.students[:3])
        self.assertFalse(other.line_ids.student_id.user_id)

    def test_second_click_grants_nothing_twice(self):
        wizard = self._dialog(self.students[:3])
        wizard.action_grant_access()
        run = wizard.run_id
        wizard.action_grant_access()
        self.assertEqual(wizard.run_id, run)
        self.assertEqual(
            self.env["op.student.portal.run"].search_count(
                [("user_id", "=", self.student_manager.id)]
            ),
            1,
        )
