from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .access_common import PortalAccessCase

ACTIONS = (
    "action_resend_portal_invitation",
    "action_reset_portal_password",
    "action_revoke_portal_access",
    "action_restore_portal_access",
    "action_update_portal_login",
)
NAMES = (
    "Resend Invitation",
    "Reset Password",
    "Revoke Access",
    "Restore Access",
    "Update Login",
)
SHOWN = (
    "portal_state",
    "portal_last_sign_in",
    "portal_group_id",
    "portal_login",
    "portal_login_differs",
    "portal_granted_on",
    "portal_granted_by_id",
    "portal_invited_on",
    "portal_link_expires_on",
    "portal_mail_state",
    "portal_mail_failure",
    "portal_revoked_by_archive",
    "portal_report_ids",
)


@tagged("post_install", "-at_install")
class TestAccessRoles(PortalAccessCase, HttpCase):
    """Who may see and change the access of students."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.student = cls._create_active()
        cls.other = cls._create_active()
        cls.managers = cls.student_manager + cls.administrator
        cls.outsiders = (
            cls.faculty
            + cls.employee
            + cls.student.user_id
            + cls.other.user_id
            + cls.portal_user
            + cls.env.ref("base.public_user")
        )

    @mute_logger("odoo.models")
    def test_outsiders_run_no_action(self):
        acting = patch.object(self.registry["op.student.portal.access"], "perform")
        for user in self.outsiders:
            for name in ACTIONS:
                with self.subTest(user=user.login, action=name):
                    with acting as acted, self.assertRaises(AccessError):
                        getattr(self._as(self.student, user), name)()
                    acted.assert_not_called()
        self.assertEqual(self.student.portal_state, "active")
        self.assertEqual(self.student.portal_mail_state, "sent")

    def test_managers_run_each_action(self):
        for user in self.managers:
            for name in ACTIONS:
                with self.subTest(user=user.login, action=name):
                    action = getattr(self._as(self.student, user), name)()
                    self.assertEqual(action["tag"], "display_notification")

    def test_actions_are_offered_to_managers_alone(self):
        bindings = self.env["ir.actions.actions"]
        for user, names in (
            (self.administrator, {*NAMES, "Access Letters"}),
            (self.student_manager, {*NAMES}),
            (self.faculty, set()),
            (self.employee, set()),
        ):
            offered = {
                action["name"]
                for action in bindings.with_user(user)
                .get_bindings("op.student")
                .get("action", ())
            }
            self.assertEqual(offered & {*NAMES, "Access Letters"}, names, user.login)

    def test_buttons_are_the_managers(self):
        form = self.env.ref("openeducat_core.view_op_student_form")
        for user, names in (
            (self.administrator, {*ACTIONS, "action_print_access_letters"}),
            (self.student_manager, {*ACTIONS}),
            (self.faculty, set()),
        ):
            arch = self.env["op.student"].with_user(user).get_view(form.id)["arch"]
            for name in (*ACTIONS, "action_print_access_letters"):
                self.assertEqual(
                    f'name="{name}"' in arch, name in names, (user.login, name)
                )
            self.assertEqual(
                'name="portal_mail_failure"' in arch, bool(names), user.login
            )

    @mute_logger("odoo.models")
    def test_outsiders_read_search_and_group_by_nothing_of_it(self):
        for user in self.outsiders:
            student = self._as(self.student, user)
            for name in SHOWN:
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(AccessError):
                        student.read([name])
                    # Logins are no secret to who works here: res.users shows them.
                    if name != "portal_login":
                        with self.assertRaises(AccessError):
                            student.search([(name, "!=", False)])
            with self.assertRaises(AccessError):
                student._read_group([], ["portal_state"], ["__count"])
        shown = self._as(self.student, self.faculty).fields_get()
        self.assertFalse(set(SHOWN) & set(shown))

    def test_managers_read_all_of_it(self):
        for user in self.managers:
            (values,) = self._as(self.student, user).read(list(SHOWN))
            self.assertEqual(values["portal_state"], "active")
            self.assertEqual(values["portal_login"], self.student.user_id.login)

    @mute_logger("odoo.models")
    def test_nobody_reads_the_key_that_signs_the_links(self):
        for user in self.managers + self.outsiders:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.student.user_id.with_user(user).read(["student_portal_access_key"])
        access = self.student.portal_access_id
        with self.assertRaises(AccessError):
            access.with_user(self.student_manager).read(["mail_id"])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_manager_of_another_company_reads_neither_accesses_nor_bars(self):
        elsewhere = self._create_manager_elsewhere()
        self.student.partner_id.company_id = self.env.company
        bar = self.env["op.student.portal.bar"].create(
            {
                "student_id": self.student.id,
                "partner_id": self.portal_user.partner_id.id,
            }
        )
        for record, name in (
            (self.student.portal_access_id, "granted_on"),
            (bar, "date_from"),
        ):
            record.with_user(self.student_manager).read([name])
            with self.assertRaises(AccessError):
                record.with_user(elsewhere).read([name])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_question_is_answered_by_who_was_asked_alone(self):
        students = self._create_invited(2)
        run = self.assertDialog(self._as(students).action_revoke_portal_access())
        mine = run.with_user(self.student_manager)
        self.assertTrue(mine.question)
        for forbidden in (
            lambda: mine.write({"action": "restore"}),
            lambda: mine.line_ids.write({"student_id": self.student.id}),
            lambda: mine.copy(),
            lambda: mine.create({"action": "revoke"}),
            lambda: mine.line_ids.create({"run_id": run.id, "student_name": "Me"}),
            lambda: mine.unlink(),
            lambda: mine.line_ids.unlink(),
        ):
            with self.assertRaises(AccessError):
                forbidden()
        for user in self.administrator + self.outsiders:
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    run.with_user(user).action_confirm()
                if user != self.administrator:
                    with self.assertRaises(AccessError):
                        run.with_user(user).read(["question"])
                    with self.assertRaises(AccessError):
                        run.line_ids.with_user(user).read(["student_name"])
        self.assertEqual(set(students.mapped("portal_state")), {"invited"})

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_rpc_is_refused_like_the_methods(self):
        for user, refused in ((self.faculty, True), (self.student_manager, False)):
            user.password = user.login
            self.authenticate(user.login, user.login)
            response = self.url_open(
                "/web/dataset/call_kw/op.student/action_revoke_portal_access",
                json={
                    "params": {
                        "model": "op.student",
                        "method": "action_revoke_portal_access",
                        "args": [self.student.ids],
                        "kwargs": {},
                    }
                },
            ).json()
            self.assertEqual("error" in response, refused, response)
            access = self.other.portal_access_id
            for record, name, arguments in (
                (access, "_revoke", []),
                (access, "_archive_users", [False]),
                (access, "close_links", []),
                (access, "letters", []),
                (access, "perform", ["revoke", []]),
                (self.other.user_id, "become_student_portal_user", []),
                (self.env["op.student.portal.run"], "start", ["revoke", []]),
                (self.env["op.student.portal.run.line"], "work_off", []),
                (self.env["op.student.portal.run.line"], "print_letters", []),
            ):
                response = self.url_open(
                    f"/web/dataset/call_kw/{record._name}/{name}",
                    json={
                        "params": {
                            "model": record._name,
                            "method": name,
                            "args": [record.ids, *arguments],
                            "kwargs": {},
                        }
                    },
                ).json()
                # As a method that no remote call reaches, no matter who calls.
                self.assertIn(
                    "rivate method", response["error"]["data"]["message"], name
                )
        self.assertEqual(self.student.portal_state, "revoked")
        self.assertEqual(self.other.portal_state, "active")
