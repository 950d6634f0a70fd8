from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestGrantSecurity(StudentPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.student = cls._create_students(1)
        cls.outsiders = (
            cls.faculty
            + cls.employee
            + cls.portal_user
            + cls.env.ref("base.public_user")
        )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_only_managers_open_create_read_and_run_the_dialog(self):
        wizard = self._dialog(self.student)
        for user in self.outsiders:
            with self.subTest(user=user.login):
                student = self.student.with_user(user)
                dialog = wizard.with_user(user)
                dialogs = dialog.browse()
                for forbidden in (
                    student.action_grant_portal_access,
                    student.create_student_user,
                    lambda s=student: s._grant_portal_access(self.group_student_portal),
                    lambda d=dialogs: d.create({}),
                    lambda d=dialogs, s=student: d.with_context(
                        active_model="op.student", active_ids=s.ids
                    ).create({}),
                    lambda d=dialogs, s=student: d.with_context(
                        active_ids=s.ids
                    ).default_get(["line_ids"]),
                    lambda d=dialog: d.read(["line_ids"]),
                    lambda d=dialog: d.line_ids.read(["login"]),
                    dialog.action_grant_access,
                    lambda d=dialog: d.run_id.browse().search([]),
                    lambda d=dialog: d.run_id.line_ids.browse().search([]),
                ):
                    with self.assertRaises(AccessError):
                        forbidden()
        self.assertFalse(self.student.user_id)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_dialog_of_another_manager_is_closed(self):
        wizard = self._dialog(self.student)
        other = self._create_user(
            "portal.test.other", "openeducat_student_portal.group_student_manager"
        )
        for forbidden in (
            lambda: wizard.with_user(other).read(["send_invitation"]),
            lambda: wizard.with_user(other).write({"send_invitation": False}),
            lambda: wizard.line_ids.with_user(other).read(["login"]),
            lambda: wizard.line_ids.with_user(other).write({"login": "x@example.com"}),
            lambda: wizard.with_user(other).action_grant_access(),
            lambda: wizard.line_ids.with_user(other).create(
                {"wizard_id": wizard.id, "student_id": self._create_students(1).id}
            ),
        ):
            with self.assertRaises(AccessError):
                forbidden()
        self.assertFalse(self.student.user_id)

    def test_managers_and_administrators_grant(self):
        for user in self.student_manager + self.administrator:
            student = self._create_students(1)
            self._dialog(student, user).action_grant_access()
            self.assertTrue(student.user_id.active)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_manager_gains_no_other_right(self):
        self._grant(self.student)
        user = self.student.user_id.with_user(self.student_manager)
        run = self._dialog(self._create_students(1))
        run.action_grant_access()
        run = run.run_id
        for forbidden in (
            lambda: user.browse().create({"name": "X", "login": "x@example.com"}),
            lambda: user.write({"login": "x@example.com"}),
            lambda: user.write({"password": "x"}),
            lambda: user.write(
                {"group_ids": [Command.link(self.env.ref("base.group_user").id)]}
            ),
            lambda: self.student.with_user(self.student_manager).unlink(),
            lambda: run.write({"state": "running"}),
            lambda: run.line_ids.write({"state": "pending"}),
            lambda: run.create({"user_id": self.student_manager.id}),
            lambda: run.unlink(),
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_group_that_is_no_access_level_is_refused(self):
        groups = [
            self.env.ref(xmlid)
            for xmlid in (
                "base.group_user",
                "base.group_system",
                "base.group_public",
                "base.group_no_one",
                "openeducat_core.group_op_faculty",
                "openeducat_student_portal.group_student_manager",
            )
        ] + [self._create_group(), self.env["res.groups"]]
        for group in groups:
            with self.subTest(group=group.full_name), self.assertRaises(UserError):
                self._grant(self.student, portal_group=group)
        self.assertFalse(self.student.user_id)

    def test_group_that_becomes_internal_is_refused(self):
        level = self._create_group("base.group_portal")
        wizard = self._dialog(self.student)
        wizard.portal_group_id = level
        level.implied_ids = [
            Command.set(self._create_group("base.group_user").ids),
        ]
        with self.assertRaises(UserError):
            wizard.action_grant_access()
        self.assertFalse(self.student.user_id)

    def test_level_of_the_school_is_granted(self):
        level = self._create_group("base.group_portal")
        self._grant(self.student, portal_group=level)
        self.assertIn(level, self.student.user_id.group_ids)

    def _internal_user_of(self, student):
        user = self._create_user("portal.test.worker", "base.group_user")
        user.partner_id.signup_type = False
        student.partner_id = user.partner_id
        return user

    def assertUntouched(self, user, act):
        fields = ["login", "email", "group_ids", "active", "partner_id"]
        user.flush_recordset()
        before = user.read(fields)
        self.cr.execute("SELECT password FROM res_users WHERE id = %s", user.ids)
        password = self.cr.fetchone()
        signup_type = user.partner_id.signup_type
        mails_to_user = [("email_to", "ilike", user.email)]
        mails = self.env["mail.mail"].search(mails_to_user)
        act()
        self.env.flush_all()
        user.invalidate_recordset()
        self.assertEqual(user.read(fields), before)
        self.cr.execute("SELECT password FROM res_users WHERE id = %s", user.ids)
        self.assertEqual(self.cr.fetchone(), password)
        self.assertEqual(user.partner_id.signup_type, signup_type)
        self.assertEqual(self.env["mail.mail"].search(mails_to_user), mails)

    def test_internal_user_is_never_changed(self):
        user = self._internal_user_of(self.student)
        logins = {self.student.id: "elsewhere@example.com"}
        self.assertUntouched(user, lambda: self._grant(self.student, logins=logins))
        self.assertUntouched(
            user,
            lambda: self.student.with_user(self.administrator).create_student_user(),
        )
        self.student.user_id = user
        self.assertUntouched(user, lambda: self._grant(self.student, logins=logins))

    def test_archived_internal_user_is_never_restored(self):
        user = self._internal_user_of(self.student)
        user.active = False
        self.assertUntouched(user, lambda: self._grant(self.student))

    def test_internal_user_of_another_contact_is_never_changed(self):
        self.student.user_id = self.employee
        self.assertUntouched(self.employee, lambda: self._grant(self.student))
        self.assertNotEqual(self.student.user_id, self.employee)

    def test_address_of_an_internal_user_is_refused(self):
        self.employee.login = "worker@example.com"
        logins = {self.student.id: "worker@example.com"}
        self.assertUntouched(
            self.employee, lambda: self._grant(self.student, logins=logins)
        )
        self.assertFalse(self.student.user_id)

    def test_users_that_odoo_needs_are_never_a_students(self):
        for xmlid in ("base.public_user", "base.template_portal_user_id"):
            user = self.env.ref(xmlid)
            student = self._create_students(1, partner_id=user.partner_id.id)
            logins = {student.id: "public@example.com"}
            self.assertUntouched(
                user, lambda s=student, t=logins: self._grant(s, logins=t)
            )

    def test_portal_that_is_off_grants_nothing(self):
        self.env.company.student_portal_enabled = False
        with self.assertRaises(UserError):
            self._grant(self.student)
        self.assertFalse(self.student.user_id)
