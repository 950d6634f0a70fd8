import re
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.op_student_portal_run import work
from .access_common import PortalAccessCase

#: The actions on the access of students, and how many queries one more student may
#: cost: Odoo writes logins one by one.
ACTIONS = {
    "action_resend_portal_invitation": 0,
    "action_reset_portal_password": 0,
    "action_update_portal_login": 5,
    "action_revoke_portal_access": 0,
    "action_restore_portal_access": 0,
}
#: What an action changes of an access.
CHANGED = ["login", "state", "mail_state", "link_expires_on", "invited_on"]


@tagged("post_install", "-at_install")
class TestAccessBulk(PortalAccessCase):
    """What holds for all actions on the access, of one student or of a school."""

    def setUp(self):
        super().setUp()
        self.access = self.registry["op.student.portal.access"]

    def _refuse(self, guilty, tried):
        """Have the chatter of a student refuse everything, and count who is tried."""
        log = self.access.log

        def refuse_the_guilty(accesses, text):
            tried.append(len(accesses))
            if guilty.portal_access_id in accesses:
                raise UserError(self.env._("This one is refused."))
            return log(accesses, text)

        return patch.object(self.access, "log", refuse_the_guilty)

    def test_one_failure_never_costs_the_others(self):
        students = self._create_invited(5)
        guilty = students[2]
        action = self._as(students).action_resend_portal_invitation()
        with self._refuse(guilty, []):
            result = self.assertDialog(self._confirm(action))
        self.assertEqual((result.done_count, result.failed_count), (4, 1))
        self.assertEqual(self._skipped(result), {guilty: "This one is refused."})
        self.assertEqual(guilty.portal_mail_state, "sent")
        self.assertEqual(
            set((students - guilty).mapped("portal_mail_state")), {"queued"}
        )

    def test_notification_of_several_leads_to_the_line_of_each(self):
        students = self._create_invited(2)
        action = self._as(students).action_restore_portal_access()
        self.assertDialog(action)
        students.user_id.active = False
        action = self._as(students).action_restore_portal_access()
        self.assertTrue(self.assertNotified(action, "success").endswith(" %s"))
        (link,) = action["params"]["links"]
        _start, name, run_id = link["url"].rsplit("/", 2)
        opened = self.env["ir.actions.act_window"]._for_xml_id(
            name.removeprefix("action-")
        )
        run = self.env[opened["res_model"]].browse(int(run_id))
        self.assertEqual(run.line_ids.student_id, students)

    def test_notification_of_one_names_the_student(self):
        student = self._create_invited(1)
        action = self._as(student).action_resend_portal_invitation()
        self.assertIn(student.name, self.assertNotified(action, "success"))
        self.assertFalse(action["params"]["links"])

    def test_one_failure_has_few_others_tried_again(self):
        students = self._create_invited(12)
        guilty = students[5]
        tried = []
        self._set_parameter("run_threshold", 1)
        action = self._confirm(self._as(students).action_revoke_portal_access())
        with self._refuse(guilty, tried), patch.object(work, "BATCH_SIZE", 3):
            self._work_off_runs()
        result = self.env["op.student.portal.run"].browse(action["res_id"])
        self.assertEqual((result.done_count, result.failed_count), (11, 1))
        self.assertEqual(max(tried), 3)
        # Each once, those of one batch once more, and two of them a third time.
        self.assertLessEqual(sum(tried), 12 + 3 + 2)

    def test_address_is_claimed_twice_in_any_batches(self):
        students = self._create_active(3)
        students[0].email = students[2].email = "parent@example.com"
        students[1].email = "another.address@example.com"
        logins = students.user_id.mapped("login")
        self._set_parameter("run_threshold", 1)
        with patch.object(work, "BATCH_SIZE", 1):
            action = self._as(students).action_update_portal_login()
            self._work_off_runs()
        reasons = self._skipped(self.assertDialog(action))
        self.assertEqual(reasons.keys(), {students[0], students[2]})
        for reason in reasons.values():
            self.assertIn("same address", reason)
        self.assertEqual(
            students.user_id.mapped("login"),
            [logins[0], "another.address@example.com", logins[2]],
        )

    def _prepared(self, count, method):
        """Return students for each of whom an action has something to do."""
        if method == "action_resend_portal_invitation":
            return self._create_invited(count)
        students = self._create_active(count)
        if method == "action_update_portal_login":
            for student in students:
                student.email = f"new.{student.email}"
        if method == "action_restore_portal_access":
            students.user_id.active = False
        return students

    def _done(self, action, user=None):
        """Return the action that shows the result, once it is confirmed if it asks."""
        if action.get("target") == "new":
            return self._confirm(action, user)
        return action

    def test_no_action_asks_a_question_for_each_student(self):
        def cost(count, method):
            students = self._as(self._prepared(count, method))
            return self._count_queries(lambda: self._done(getattr(students, method)()))

        for method, each in ACTIONS.items():
            with self.subTest(action=method):
                cost(2, method)
                small, large = cost(2, method), cost(42, method)
                self.assertLessEqual(large - small, 4 + 40 * each)

    def test_large_selections_of_every_action_go_to_the_scheduler(self):
        self._set_parameter("run_threshold", 5)
        cron = "openeducat_student_portal.ir_cron_portal_run"
        for method in ACTIONS:
            with self.subTest(action=method):
                students = self._prepared(12, method)
                before = students.sudo().portal_access_id.read(CHANGED)
                shown = []
                triggers = self._triggers(
                    cron,
                    lambda m=method, s=students, shown=shown: shown.append(
                        self._done(getattr(self._as(s), m)())
                    ),
                )
                self.assertTrue(triggers)
                # The run is shown; nobody waits for it.
                self.assertEqual(shown[0]["res_model"], "op.student.portal.run")
                self.assertNotIn("target", shown[0])
                run = self.env["op.student.portal.run"].browse(shown[0]["res_id"])
                self.assertEqual((run.state, run.pending_count), ("running", 12))
                self.assertEqual(students.sudo().portal_access_id.read(CHANGED), before)
                sizes = []
                perform = self.access.perform

                def count(model, action, requests, p=perform, sizes=sizes, **options):
                    sizes.append(len(requests))
                    return p(model, action, requests, **options)

                with (
                    patch.object(work, "BATCH_SIZE", 5),
                    patch.object(self.access, "perform", count),
                ):
                    self._work_off_runs()
                self.assertEqual(sizes, [5, 5, 2])
                self.assertEqual((run.state, run.done_count), ("done", 12))
                for student in students:
                    self.assertEqual(
                        student.message_ids[0].author_id,
                        self.student_manager.partner_id,
                    )

    def test_large_selections_are_started_in_a_bounded_number_of_queries(self):
        self._set_parameter("run_threshold", 1)

        def cost(count, method):
            students = self._as(self._prepared(count, method))
            return self._count_queries(lambda: self._done(getattr(students, method)()))

        for method in ACTIONS:
            with self.subTest(action=method):
                cost(2, method)
                self.assertLessEqual(cost(42, method) - cost(2, method), 2)

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
        # What is done to an archived user ends nothing, and gives nothing.
        user.active = False
        messages = student.message_ids
        user.login = "archived.login@example.com"
        [message] = student.message_ids - messages
        self.assertIn("Login updated", message.body)
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
