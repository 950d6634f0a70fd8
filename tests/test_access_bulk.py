import re
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_common import PortalAccessCase


@tagged("post_install", "-at_install")
class TestAccessBulk(PortalAccessCase):
    """What holds for all actions on the access, of one student or of a school."""

    def test_one_failure_never_costs_the_others(self):
        students = self._create_invited(5)
        guilty = students[2]
        log = type(students)._log_portal_access

        def refuse_the_guilty(acted_on, text):
            if guilty in acted_on:
                raise UserError(self.env._("This one is refused."))
            return log(acted_on, text)

        with patch.object(type(students), "_log_portal_access", refuse_the_guilty):
            result = self.assertDialog(
                self._as(students).action_resend_portal_invitation()
            )
        self.assertEqual((result.done_count, result.failed_count), (4, 1))
        self.assertEqual(result.line_ids.student_id, guilty)
        self.assertEqual(result.line_ids.message, "This one is refused.")
        self.assertEqual(guilty.portal_mail_state, "sent")
        self.assertEqual(
            set((students - guilty).mapped("portal_mail_state")), {"queued"}
        )

    def test_one_failure_has_few_others_tried_again(self):
        students = self._create_invited(12)
        guilty = students[5]
        log = type(students)._log_portal_access
        tried = []

        def refuse_the_guilty(acted_on, text):
            tried.append(len(acted_on))
            if guilty in acted_on:
                raise UserError(self.env._("This one is refused."))
            return log(acted_on, text)

        with (
            patch.object(type(students), "_log_portal_access", refuse_the_guilty),
            patch.object(op_student_lifecycle, "PART_SIZE", 3),
        ):
            result = self.assertDialog(self._as(students)._revoke_and_show())
        self.assertEqual((result.done_count, result.failed_count), (11, 1))
        self.assertEqual(max(tried), 3)
        # Each once, those of one part once more, and two of them a third time.
        self.assertLessEqual(sum(tried), 12 + 3 + 2)

    def test_address_is_claimed_twice_in_whatever_parts(self):
        students = self._create_active(3)
        students[0].email = students[2].email = "parent@example.com"
        logins = students.user_id.mapped("login")
        with patch.object(op_student_lifecycle, "PART_SIZE", 1):
            result = self.assertDialog(self._as(students).action_update_portal_login())
        reasons = {line.student_id: line.message for line in result.line_ids}
        for student in students[0] + students[2]:
            self.assertIn("same address", reasons[student])
        self.assertEqual(students.user_id.mapped("login"), logins)

    def test_no_action_asks_a_question_for_each_student(self):
        def cost(count, method, prepare):
            students = prepare(self._create_active(count))
            return self._count_queries(getattr(self._as(students), method))

        def revoked(students):
            students._archive_portal_users(by_archive=False)
            return students

        def invited(students):
            students.user_id.log_ids.unlink()
            return students

        for method, prepare in (
            ("action_resend_portal_invitation", invited),
            ("action_reset_portal_password", lambda students: students),
            ("action_revoke_portal_access", lambda students: students),
            ("_revoke_and_show", lambda students: students),
            ("action_restore_portal_access", revoked),
        ):
            with self.subTest(action=method):
                cost(2, method, prepare)
                small, large = cost(2, method, prepare), cost(42, method, prepare)
                self.assertLessEqual(large - small, 4)

    def test_chatter_tells_who_did_what_and_no_link(self):
        student = self._create_invited()
        self._as(student).action_resend_portal_invitation()
        self._sign_in_once(student)
        self._set_mails_sent(student)
        self._as(student).action_reset_portal_password()
        student.email = "other.login@example.com"
        self._as(student).action_update_portal_login()
        self._as(student).action_revoke_portal_access()
        self._as(student).action_restore_portal_access()
        messages = student.message_ids.filtered(
            lambda message: message.author_id == self.student_manager.partner_id
        )
        self.assertEqual(len(messages), 6)
        for message, word in zip(
            reversed(messages),
            (
                "granted, an invitation is queued",
                "Invitation queued again",
                "Password reset queued",
                "Login updated",
                "revoked",
                "restored",
            ),
            strict=True,
        ):
            self.assertIn(word, message.body)
            self.assertIn(self.group_student_portal.name, message.body)
            self.assertRegex(message.body, r"[\w.]+@example\.com")
        self.assertIn("other.login@example.com", messages[0].body)
        self.assertFalse(re.search(r"token|http|/web/", self._bodies(student)))

    def test_chatter_tells_what_is_done_in_the_settings(self):
        student, other = self._create_active(2)
        user = student.user_id.with_user(self.env.ref("base.user_admin"))
        for values, word in (
            ({"active": False}, "Portal access revoked"),
            ({"active": True}, "Portal access restored"),
            ({"login": "in.the.settings@example.com"}, "Login updated"),
        ):
            user.write(values)
            message = student.message_ids[0]
            self.assertIn(word, message.body)
            self.assertEqual(message.author_id, user.env.user.partner_id)
        self.assertIn("in.the.settings@example.com", message.body)
        messages = student.message_ids
        user.write({"active": True, "login": user.login, "password": "Horse-4-Battery"})
        self.assertEqual(student.message_ids, messages)
        wizard = self.env["portal.wizard"].create({"partner_ids": other.partner_id.ids})
        wizard.user_ids.action_revoke_access()
        self.assertIn("Portal access revoked", other.message_ids[0].body)

    def test_each_action_is_told_once(self):
        student = self._create_active()
        for method in (
            "action_revoke_portal_access",
            "action_restore_portal_access",
            "action_archive",
            "action_unarchive",
        ):
            count = len(student.message_ids)
            getattr(self._as(student), method)()
            self.assertEqual(len(student.message_ids), count + 1, method)
        student.email = "told.once@example.com"
        self._as(student).action_update_portal_login()
        self.assertEqual(len(student.message_ids), count + 2)
        student.user_id.active = False
        count = len(student.message_ids)
        self._grant(student)
        self.assertEqual(len(student.message_ids), count + 1)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_internal_users_are_never_touched(self):
        student = self._create_students(1, partner_id=self.employee.partner_id.id)
        student.user_id = self.employee
        student.email = "elsewhere@example.com"
        self.employee.partner_id.signup_type = False
        self.env.flush_all()
        names = ["login", "active", "group_ids", "student_portal_access_key"]
        before = self.employee.sudo().read(names)
        for method in (
            "action_resend_portal_invitation",
            "action_reset_portal_password",
            "action_revoke_portal_access",
            "action_restore_portal_access",
            "action_update_portal_login",
        ):
            with self.subTest(action=method):
                action = getattr(self._as(student), method)()
                self.assertIn("internal user", self.assertNotified(action, "warning"))
        student.active = False
        student.active = True
        self.assertEqual(self.employee.sudo().read(names), before)
        self.assertFalse(self.employee.partner_id.sudo().signup_type)
