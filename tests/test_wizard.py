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
        # The ids of students are those of other records, too.
        students = self._create_students(2)
        wizard = (
            self.env["op.student.portal.wizard"]
            .with_context(active_model="res.partner", active_ids=students.ids)
            .create({})
        )
        self.assertFalse(wizard.line_ids)

    def test_options_are_those_of_the_school(self):
        self.env.company.student_portal_send_invitation = False
        self.env.company.student_portal_group_id = self.group_limited
        wizard = self._dialog(self._create_students(1))
        self.assertFalse(wizard.send_invitation)
        self.assertEqual(wizard.portal_group_id, self.group_limited)

    def test_options_of_several_schools_are_those_they_share(self):
        other = self.env["res.company"].create(
            {"name": "Other School", "student_portal_group_id": self.group_limited.id}
        )
        self.student_manager.company_ids += other
        here, there = self._create_students(2)
        there.partner_id.company_id = other
        here.partner_id.company_id = self.env.company
        students = (
            (here + there)
            .with_user(self.student_manager)
            .with_context(allowed_company_ids=(self.env.company + other).ids)
        )
        action = students.action_grant_portal_access()
        wizard = students.env[action["res_model"]].browse(action["res_id"])
        self.assertFalse(wizard.portal_group_id)
        self.assertTrue(wizard.send_invitation)
        wizard.action_grant_access()
        self.assertEqual(
            here.portal_access_id.portal_group_id, self.group_student_portal
        )
        self.assertEqual(there.portal_access_id.portal_group_id, self.group_limited)

        other.student_portal_send_invitation = False
        other.student_portal_group_id = self.group_student_portal
        action = students.action_grant_portal_access()
        wizard = students.env[action["res_model"]].browse(action["res_id"])
        self.assertFalse(wizard.send_invitation)
        self.assertEqual(wizard.portal_group_id, self.group_student_portal)

    def test_contact_that_is_selected_twice_gets_one_access(self):
        first, second = self._create_students(2)
        second.partner_id = first.partner_id
        wizard = self._dialog(first + second)
        lines = {line.student_id: line for line in wizard.line_ids}
        self.assertEqual(lines[first].status, "ready")
        self.assertEqual(lines[second].status, "same_contact")
        lines[second].login = "second.address@example.com"
        self.assertEqual(lines[second].status, "same_contact")
        wizard.action_grant_access()
        users = (
            self.env["res.users"]
            .with_context(active_test=False)
            .search([("partner_id", "=", first.partner_id.id)])
        )
        self.assertEqual(len(users), 1)
        self.assertEqual((first + second).portal_access_id.user_id, users)
        self.assertEqual(first.portal_access_id, second.portal_access_id)
        self.assertEqual(
            [first.portal_state, second.portal_state], ["invited", "invited"]
        )
        self.assertEqual(
            wizard.run_id.line_ids.sorted("id").mapped("state"), ["granted", "skipped"]
        )

    def test_login_of_another_record_is_taken_over_line_by_line(self):
        students = self._create_students(3)
        former, again, other = students
        self._grant(former)
        user = former.user_id
        former.active = False
        again.email = former.email
        self.portal_user.login = "website@example.com"
        other.email = "website@example.com"
        wizard = self._dialog(again + other)
        lines = {line.student_id: line for line in wizard.line_ids}
        self.assertEqual(set(wizard.line_ids.mapped("status")), {"take_over"})
        self.assertFalse(any(wizard.line_ids.mapped("take_over")))
        self.assertIn("archived record", lines[again].message)
        self.assertIn("website account", lines[other].message)

        lines[again].take_over = True
        self.assertEqual(lines[again].status, "ready")
        self.assertEqual(lines[other].status, "take_over")
        wizard.action_grant_access()
        self.assertEqual(again.user_id, user)
        self.assertEqual(user.partner_id, again.partner_id)
        self.assertFalse(other.portal_access_id)
        self.assertNotEqual(self.portal_user.partner_id, other.partner_id)

    def test_login_of_an_active_sibling_is_not_offered(self):
        sibling, student = self._create_students(2)
        self._grant(sibling)
        student.email = sibling.email
        wizard = self._dialog(student)
        line = wizard.line_ids
        for take_over in (False, True):
            line.take_over = take_over
            self.assertEqual(line.status, "login_taken")
            with self.assertRaises(UserError):
                wizard.action_grant_access()
        self.assertFalse(student.portal_access_id)
        self.assertEqual(sibling.user_id.partner_id, sibling.partner_id)

    def test_take_over_holds_for_the_address_it_was_ticked_for(self):
        student, other = self._create_students(2)
        self.portal_user.login = "website@example.com"
        student.email = "website@example.com"
        with Form(self._dialog(student)) as form:
            self.assertEqual(form.status, "take_over")
            form.take_over = True
            self.assertEqual(form.status, "ready")
            form.login = "own.address@example.com"
            form.login = "website@example.com"
            self.assertFalse(form.take_over)
            self.assertEqual(form.status, "take_over")
        wizard = self._dialog(student + other)
        line = wizard.line_ids.filtered(lambda line: line.student_id == student)
        line.take_over = True
        line.login = "own.address@example.com"
        line.login = "website@example.com"
        self.assertEqual((line.take_over, line.status), (False, "take_over"))

    def test_each_situation_has_its_status_and_reason(self):
        students = self._create_students(11)
        (
            ready,
            without,
            invalid,
            twin,
            sibling,
            taken,
            website,
            granted,
            revoked,
            worker,
            archived,
        ) = students
        without.email = False
        invalid.email = "a@b"
        twin.email = sibling.email = "parent@example.com"
        self._grant(granted + revoked)
        taken.email = granted.email
        self.portal_user.login = "website@example.com"
        website.email = "website@example.com"
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
                website: "take_over",
                granted: "has_access",
                revoked: "restore",
                worker: "internal",
                archived: "archived",
            },
        )
        self.assertTrue(all(wizard.line_ids.mapped("message")))
        self.assertEqual(len(set(wizard.line_ids.mapped("message"))), 10)
        self.assertEqual((wizard.ready_count, wizard.attention_count), (2, 7))
        self.assertEqual(wizard.settled_count, 2)

        wizard.action_grant_access()
        run = wizard.run_id
        self.assertEqual(run.granted_count, 1)
        self.assertEqual(run.restored_count, 1)
        self.assertEqual(run.skipped_count, 9)
        skipped = wizard.result_line_ids
        self.assertEqual(skipped.student_id, students - ready - revoked)
        self.assertTrue(all(skipped.mapped("message")))
        self.assertEqual(
            run.attention_line_ids.student_id, skipped.student_id - granted - worker
        )

    def test_what_needs_attention_comes_first(self):
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
        lines = self.env["op.student.portal.wizard.line"]
        card = etree.fromstring(lines.get_view(view_type="kanban")["arch"])
        names = set(card.xpath("//t[@t-name='card']//field/@name"))
        self.assertLessEqual({"student_id", "login", "message"}, names)
        for view, name in (
            ("view_op_student_portal_wizard_form", "result_line_ids"),
            ("view_op_student_portal_run_form_dialog", "skipped_line_ids"),
        ):
            view = self.env.ref(f"openeducat_student_portal.{view}")
            dialog = self.env[view.model].get_view(view.id, mobile=True)["arch"]
            dialog = etree.fromstring(dialog)
            cards = dialog.xpath(f"//field[@name='{name}']/kanban//t//field/@name")
            self.assertLessEqual({"student_name", "login", "message"}, set(cards))

    def test_runs_have_cards_for_the_phone(self):
        runs = self.env["op.student.portal.run"]
        form = etree.fromstring(runs.get_view(view_type="form")["arch"])
        (lines,) = form.xpath("//widget[@name='portal_access_lines']")
        cards = self.env.ref(lines.get("kanban_view"))
        self.assertEqual((cards.model, cards.type), (lines.get("model"), "kanban"))
        for name in "run", "run_line":
            action = f"openeducat_student_portal.action_op_student_portal_{name}"
            self.assertIn("kanban", self.env.ref(action).view_mode)

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
