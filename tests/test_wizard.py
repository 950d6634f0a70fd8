from lxml import etree

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import Form, tagged

from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestWizard(StudentPortalCase):
    def _statuses(self, wizard):
        return {line.student_id: line.status for line in wizard.line_ids}

    def test_fills_itself_from_the_selection(self):
        students = self._create_students(3)
        selection = {"active_model": "op.student", "active_ids": students.ids}
        for wizard in (
            self._dialog(students),
            self.env["op.student.portal.wizard"]
            .with_user(self.student_manager)
            .with_context(**selection)
            .create({}),
        ):
            self.assertEqual(wizard.line_ids.student_id, students)
            self.assertEqual(wizard.line_ids.partner_id, students.partner_id)
            self.assertEqual(wizard.line_ids.mapped("login"), students.mapped("email"))
            self.assertTrue(wizard.send_invitation)
            self.assertEqual(wizard.portal_group_id, self.group_student_portal)

    def test_selection_of_another_model_is_not_taken_for_students(self):
        contacts = self._create_students(2).partner_id
        wizard = (
            self.env["op.student.portal.wizard"]
            .with_context(active_model="res.partner", active_ids=contacts.ids)
            .create({})
        )
        self.assertFalse(wizard.line_ids)

    def test_options_are_those_of_the_school(self):
        self.env.company.student_portal_send_invitation = False
        self.env.company.student_portal_group_id = self.group_limited
        wizard = self._dialog(self._create_students(1))
        self.assertFalse(wizard.send_invitation)
        self.assertEqual(wizard.portal_group_id, self.group_limited)

    def test_each_situation_has_its_status_and_reason(self):
        students = self._create_students(10)
        (
            ready,
            without,
            invalid,
            twin,
            sibling,
            taken,
            granted,
            revoked,
            worker,
            archived,
        ) = students
        without.email = False
        invalid.email = "a@b"
        twin.email = sibling.email = "parent@example.com"
        self.portal_user.login = "taken@example.com"
        taken.email = "taken@example.com"
        self._grant(granted + revoked)
        revoked.user_id.active = False
        worker.partner_id = self.employee.partner_id
        archived.active = False
        wizard = self._dialog(students)
        self.assertEqual(
            self._statuses(wizard),
            {
                ready: "ready",
                without: "no_email",
                invalid: "invalid_email",
                twin: "duplicate",
                sibling: "duplicate",
                taken: "login_taken",
                granted: "has_access",
                revoked: "restore",
                worker: "internal",
                archived: "archived",
            },
        )
        self.assertTrue(all(wizard.line_ids.mapped("message")))
        self.assertEqual(len(set(wizard.line_ids.mapped("message"))), 9)
        self.assertEqual((wizard.ready_count, wizard.attention_count), (2, 6))
        self.assertEqual(wizard.settled_count, 2)

        wizard.action_grant_access()
        run = wizard.run_id
        self.assertEqual(run.granted_count, 1)
        self.assertEqual(run.restored_count, 1)
        self.assertEqual(run.skipped_count, 8)
        left_out = wizard.result_line_ids
        self.assertEqual(left_out.student_id, students - ready - revoked)
        self.assertTrue(all(left_out.mapped("message")))
        self.assertEqual(
            run.attention_line_ids.student_id, left_out.student_id - granted - worker
        )

    def test_what_needs_attention_stands_first(self):
        students = self._create_students(3)
        students[2].email = False
        wizard = self._dialog(students)
        wizard.line_ids.invalidate_model()
        self.assertEqual(wizard.line_ids[0].student_id, students[2])

    def test_who_has_access_is_not_among_those_who_need_attention(self):
        students = self._create_students(3)
        self._grant(students[0])
        students[2].email = False
        lines = self._dialog(students).line_ids
        self.assertEqual(lines.filtered("needs_attention").student_id, students[2])

    def test_status_is_right_as_soon_as_an_address_is_edited(self):
        students = self._create_students(2, email="parent@example.com")
        with Form(self._dialog(students)) as form:
            self.assertEqual(form.attention_count, 2)
            with form.line_ids.edit(0) as line:
                self.assertEqual(line.status, "duplicate")
                line.login = "a@b"
                self.assertEqual(line.status, "invalid_email")
                line.login = "own.address@example.com"
                self.assertEqual(line.status, "ready")
            with form.line_ids.edit(1) as line:
                self.assertEqual(line.status, "ready")
            self.assertEqual(form.ready_count, 2)

    def test_address_of_the_one_student_is_typed_in_the_dialog(self):
        student = self._create_students(1, email=False)
        with Form(self._dialog(student)) as form:
            self.assertEqual(form.status, "no_email")
            form.login = "Typed@Example.com"
            self.assertEqual(form.status, "ready")
        wizard = form.record
        wizard.action_grant_access()
        self.assertEqual(student.user_id.login, "typed@example.com")

    def test_one_student_with_access_already_is_told_so(self):
        student = self._create_students(1)
        self._grant(student)
        with self.assertRaises(RedirectWarning) as raised:
            self._dialog(student).action_grant_access()
        message, action, _button = raised.exception.args[:3]
        self.assertTrue(message.startswith("User already exists"))
        self.assertEqual(action["res_id"], student.user_id.id)

    def test_one_student_that_is_not_ready_is_told_why(self):
        student = self._create_students(1, email="a@b")
        wizard = self._dialog(student)
        with self.assertRaises(UserError) as raised:
            wizard.action_grant_access()
        self.assertIn(wizard.line_ids.message, str(raised.exception))
        self.assertFalse(student.user_id)
        self.assertFalse(wizard.run_id)

    def test_result_stays_in_the_dialog_with_the_users(self):
        students = self._create_students(2)
        wizard = self._dialog(students)
        action = wizard.action_grant_access()
        self.assertEqual(action["res_model"], wizard._name)
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(action["target"], "new")
        users = self.env["res.users"].search(wizard.action_open_users()["domain"])
        self.assertEqual(users, students.user_id)

    def test_lines_have_a_view_for_the_phone(self):
        """Where the screen is small, the web client shows a list in a form as cards."""
        for model, shown in (
            ("op.student.portal.wizard.line", {"student_id", "login", "message"}),
            ("op.student.portal.result.line", {"student_id", "login", "message"}),
        ):
            card = etree.fromstring(
                self.env[model].get_view(view_type="kanban")["arch"]
            )
            names = set(card.xpath("//t[@t-name='card']//field/@name"))
            self.assertLessEqual(shown, names, model)
        dialog = etree.fromstring(
            self.env["op.student.portal.wizard"].get_view(view_type="form")["arch"]
        )
        cards = dialog.xpath("//field[@name='result_line_ids']/kanban//t//field/@name")
        self.assertLessEqual({"student_name", "login", "message"}, set(cards))

    def test_action_is_offered_to_managers_alone(self):
        actions = self.env["ir.actions.actions"]
        name = "Grant Portal Access"
        for user, offered in (
            (self.student_manager, True),
            (self.administrator, True),
            (self.faculty, False),
        ):
            bindings = actions.with_user(user).get_bindings("op.student")
            names = [action["name"] for action in bindings.get("action", ())]
            self.assertEqual(name in names, offered, user.login)
        binding = self.env.ref("openeducat_student_portal.action_grant_portal_access")
        self.assertEqual(binding.binding_view_types, "list,form,kanban")
