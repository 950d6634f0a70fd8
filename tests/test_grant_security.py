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

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_line_is_not_moved_into_the_dialog_of_another_manager(self):
        other = self._create_user(
            "portal.test.other", "openeducat_student_portal.group_student_manager"
        )
        dialog = self._dialog(self.student)
        line = self._dialog(self._create_students(1), other).line_ids
        with self.assertRaises(AccessError):
            line.wizard_id = dialog

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_student_that_a_rule_hides_is_kept_from_the_dialog(self):
        other = self._create_students(1)
        line = self._dialog(other).line_ids
        self.env["ir.rule"].create(
            {
                "name": "Students of one's own",
                "model_id": self.env["ir.model"]._get_id("op.student"),
                "domain_force": [("id", "!=", self.student.id)],
            }
        )
        dialogs = line.wizard_id.browse()
        selection = {"active_model": "op.student", "active_ids": self.student.ids}
        for forbidden in (
            lambda: self._dialog(self.student),
            lambda: dialogs.with_context(**selection).create({}),
            lambda: dialogs.with_context(**selection).default_get(["line_ids"]),
            lambda: dialogs.create(
                {"line_ids": [Command.create({"student_id": self.student.id})]}
            ),
            lambda: line.write({"student_id": self.student.id}),
        ):
            with self.assertRaises(AccessError):
                forbidden()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_run_of_another_company_is_not_shown_in_the_dialog(self):
        run = self._start_run(self.student).sudo()
        run.company_id = self.env["res.company"].create({"name": "Other School"})
        dialog = self._dialog(self._create_students(1))
        with self.assertRaises(AccessError):
            dialog.run_id = run

    def test_context_of_the_caller_adds_nothing_to_user_and_mail(self):
        """The remote caller names the context: its default values must not count."""
        thief = self.student_manager
        context = {
            "default_email_cc": thief.email,
            "default_recipient_ids": [Command.set(thief.partner_id.ids)],
            "default_headers": repr({"Bcc": thief.email}),
            "default_password": "known to the thief",
            "default_new_password": "known to the thief",
            "default_group_ids": [Command.link(self.env.ref("base.group_system").id)],
        }
        student = self._create_students(1).with_user(thief).with_context(**context)
        action = student.action_grant_portal_access()
        student.env[action["res_model"]].browse(action["res_id"]).action_grant_access()
        user = student.sudo().user_id
        self.assertEqual(user.group_ids, self.group_student_portal)
        self.cr.execute("SELECT password FROM res_users WHERE id = %s", user.ids)
        self.assertFalse(self.cr.fetchone()[0])
        self.assertMailOnlyTo(user)
        student.sudo().portal_access_id.mail_id.cancel()
        student.action_resend_portal_invitation()
        self.assertMailOnlyTo(user)
        student.sudo().portal_access_id.mail_id.cancel()
        self.env["res.users.log"].with_user(user).sudo().create({})
        self.env.invalidate_all()
        student.action_reset_portal_password()
        self.assertMailOnlyTo(user)

    def assertMailOnlyTo(self, user):
        mail = user.partner_id.students_of_contacts().portal_access_id.mail_id
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_to, user.email)
        self.assertFalse(mail.email_cc)
        self.assertFalse(mail.recipient_ids)
        self.assertFalse(mail.headers)

    def test_context_of_the_caller_hides_no_change_of_an_internal_user(self):
        """Odoo tells whose email or password is changed; a thief must not stop it."""
        mails = self.env["mail.mail"].sudo().search([])
        self.employee.with_user(self.employee).with_context(
            student_portal_told=True
        ).write({"email": "thief@example.com"})
        told = self.env["mail.mail"].sudo().search([]) - mails
        self.assertIn("portal.test.employee@school.example.com", told.email_to)

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
        ] + [
            self._create_group(),
            self.env["res.groups"],
            self.group_student_portal + self.group_limited,
            # These give no role, but rights of staff.
            self._create_group("base.group_portal", "base.group_partner_manager"),
            self._create_group("base.group_portal", "base.group_sanitize_override"),
        ]
        for group in groups:
            with self.subTest(groups=group.mapped("full_name")):
                with self.assertRaises(UserError) as raised:
                    self._grant(self.student, portal_group=group)
                name = group[:1].name or "A group that was deleted"
                self.assertIn(f"{name} cannot be given", str(raised.exception))
        self.assertFalse(self.student.user_id)

    def test_group_that_becomes_internal_is_refused(self):
        group = self._create_group("base.group_portal")
        wizard = self._dialog(self.student)
        wizard.portal_group_id = group
        group.implied_ids = [
            Command.set(self._create_group("base.group_user").ids),
        ]
        with self.assertRaises(UserError):
            wizard.action_grant_access()
        self.assertFalse(self.student.user_id)

    def test_portal_group_of_the_school_is_granted(self):
        group = self._create_group("base.group_portal")
        self._grant(self.student, portal_group=group)
        self.assertIn(group, self.student.user_id.group_ids)

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

    def test_user_that_odoo_needs_is_no_access_and_no_login_to_take_over(self):
        self.env.company.student_portal_login_pattern = "{gr_no}"
        user = self.env.ref("base.template_portal_user_id")
        student = self._create_students(1, partner_id=user.partner_id.id)
        student.user_id = user
        self.assertFalse(student.portal_access_id)
        other = self._create_students(1)
        [assessment] = self._assess(other, {other.id: user.login}).values()
        self.assertEqual(assessment.status, "login_taken")

    def test_portal_that_is_off_grants_nothing(self):
        self.env.company.student_portal_enabled = False
        with self.assertRaises(UserError):
            self._dialog(self.student)
        outcomes = self._grant(self.student)
        self.assertIn("switched off", outcomes[self.student].message)
        self.assertFalse(self.student.user_id)
