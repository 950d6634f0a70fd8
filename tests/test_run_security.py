from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestRunSecurity(StudentPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_parameter("run_threshold", 1)
        cls.students = cls._create_students(3)
        cls.run_of_school = cls._start_run(cls.students)
        cls.public_user = cls.env.ref("base.public_user")
        cls.outsiders = cls.faculty + cls.employee + cls.portal_user + cls.public_user

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_is_no_manager_neither_sees_nor_steers_runs(self):
        for user in self.outsiders:
            run = self.run_of_school.with_user(user)
            for act in (
                lambda run=run: run.read(["state"]),
                lambda run=run: run.line_ids.read(["login"]),
                lambda run=run: run.search([]),
                lambda run=run: run.line_ids.browse().search([]),
                run.action_cancel,
                run.action_resume,
                run.action_retry_failed,
                run.action_fix_addresses,
                run.action_open_users,
                lambda run=run: run.start(
                    "grant", self.students.with_user(run.env.user)
                ),
            ):
                with (
                    self.subTest(user=user.login, act=act),
                    self.assertRaises(AccessError),
                ):
                    act()
        self.assertEqual(self.run_of_school.state, "running")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_who_may_only_look_at_runs_does_not_steer_them(self):
        self.env["ir.model.access"].create(
            {
                "name": "Runs, for an auditor",
                "model_id": self.env["ir.model"]._get_id("op.student.portal.run"),
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
            }
        )
        run = self.run_of_school.with_user(self.employee)
        self.assertEqual(run.state, "running")
        for act in (run.action_cancel, run.action_resume, run.action_retry_failed):
            with self.assertRaises(AccessError):
                act()

    def test_run_is_started_with_a_portal_group_alone(self):
        """The dialog offers no other; other code of this addon starts runs, too."""
        runs = self.env["op.student.portal.run"].with_user(self.administrator)
        for group in self.env.ref("base.group_user") + self.env.ref(
            "base.group_public"
        ):
            with self.subTest(group=group.name), self.assertRaises(UserError):
                runs.start("grant", self.students, portal_group=group)

    def test_managers_and_administrators_steer_runs_of_each_other(self):
        for user in (self.administrator, self.student_manager):
            run = self._start_run(self._create_students(2), user=self.administrator)
            run = run.with_user(user)
            run.action_cancel()
            run.action_resume()
            self.assertEqual(run.state, "running")
            # No matter who resumes it, it is the work of who started it.
            self._work_off_runs()
            self.assertEqual(
                run.line_ids.student_id.portal_granted_by_id, self.administrator
            )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nobody_writes_the_history(self):
        for user in (self.student_manager, self.administrator):
            run = self.run_of_school.with_user(user)
            for act in (
                lambda run=run: run.write({"state": "done"}),
                lambda run=run: run.line_ids.write({"state": "granted"}),
                run.unlink,
                lambda run=run: run.line_ids.unlink(),
                lambda run=run: run.create({"user_id": run.env.uid}),
                lambda run=run: run.line_ids.create(
                    {"run_id": run.id, "student_name": "Forged"}
                ),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    act()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_manager_of_another_company_does_not_see_the_run(self):
        elsewhere = self._create_manager_elsewhere()
        run = self.run_of_school.with_user(elsewhere)
        self.assertFalse(run.search([("id", "=", run.id)]))
        lines = self.env["op.student.portal.run.line"].with_user(elsewhere)
        self.assertFalse(lines.search([("run_id", "=", run.id)]))
        for act in (
            lambda: run.read(["state"]),
            lambda: self.run_of_school.line_ids.with_user(elsewhere).read(["login"]),
            run.action_cancel,
            run.action_open_users,
        ):
            with self.assertRaises(AccessError):
                act()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_turns_of_invitations_are_nobodys_to_take(self):
        turns = self.env["op.student.portal.turn"]
        for user in self.outsiders + self.student_manager:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                turns.with_user(user).search([])
        with self.assertRaises(AccessError):
            turns.with_user(self.administrator).create(
                {"leaves_on": "2026-01-01 00:00:00", "invitation_count": 1}
            )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_student_that_a_rule_hides_is_in_no_run(self):
        hidden = self._create_students(1)
        self._grant(hidden)
        self.env["ir.rule"].create(
            {
                "name": "Students of one's own",
                "model_id": self.env["ir.model"]._get_id("op.student"),
                "domain_force": [("id", "!=", hidden.id)],
            }
        )
        runs = self.env["op.student.portal.run"].with_user(self.student_manager)
        hidden = hidden.with_user(self.student_manager)
        for action in ("grant", "resend", "reset", "update_login", "revoke", "restore"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                runs.start(action, hidden)
