import socket
from unittest.mock import patch

from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import config, mute_logger
from odoo.tools.safe_eval import safe_eval

from .access_common import PortalAccessCase
from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestAccessSettings(PortalAccessCase):
    """What an Administrator sets up."""

    def _settings(self, **values):
        settings = self.env["res.config.settings"].with_user(self.administrator)
        settings.create(values).execute()

    def test_settings_are_kept(self):
        self._settings(
            student_portal_enabled=False,
            student_portal_group_id=self.group_limited.id,
            student_portal_send_invitation=False,
            student_portal_invitation_validity=12,
            student_portal_invitation_unit="hours",
            student_portal_revoke_on_archive=False,
            student_portal_run_threshold=7,
            student_portal_invitations_per_hour=50,
            student_portal_run_retention_days=30,
        )
        company = self.env.company
        self.assertFalse(company.student_portal_enabled)
        self.assertEqual(company.student_portal_group_id, self.group_limited)
        self.assertFalse(company.student_portal_send_invitation)
        self.assertEqual(company.student_portal_invitation_hours, 12)
        self.assertFalse(company.student_portal_revoke_on_archive)
        parameters = self.env["ir.config_parameter"].sudo()
        for name, value in (
            ("run_threshold", "7"),
            ("invitations_per_hour", "50"),
            ("run_retention_days", "30"),
        ):
            self.assertEqual(
                parameters.get_param(f"openeducat_student_portal.{name}"), value
            )
        shown = self.env["res.config.settings"].with_user(self.administrator).create({})
        self.assertEqual(shown.student_portal_run_threshold, 7)
        self.assertEqual(shown.student_portal_invitation_validity, 12)
        self.assertEqual(shown.student_portal_invitation_unit, "hours")

    def test_validity_is_in_days_where_these_are_whole(self):
        company = self.env.company
        settings = self.env["res.config.settings"].with_user(self.administrator)
        for hours, shown in (
            (144, (6, "days")),
            (24, (1, "days")),
            (36, (36, "hours")),
            (8760, (365, "days")),
        ):
            company.student_portal_invitation_hours = hours
            with self.subTest(hours=hours), Form(settings) as form:
                self.assertEqual(
                    (
                        form.student_portal_invitation_validity,
                        form.student_portal_invitation_unit,
                    ),
                    shown,
                )
            form.record.execute()
            self.assertEqual(company.student_portal_invitation_hours, hours)
        with Form(settings) as form:
            form.student_portal_invitation_validity = 2
        form.record.execute()
        self.assertEqual(company.student_portal_invitation_hours, 48)
        self._settings(student_portal_invitation_validity=3)
        self.assertEqual(company.student_portal_invitation_hours, 72)

    def test_numbers_that_make_no_sense_are_refused(self):
        for values in (
            {"student_portal_run_threshold": 0},
            {"student_portal_run_threshold": -1},
            {"student_portal_invitations_per_hour": -1},
            {"student_portal_run_retention_days": 0},
            {"student_portal_run_retention_days": 10**9},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._settings(**values)
        for days in (0, -1, 366, 10**7):
            with (
                self.subTest(days=days),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._settings(student_portal_invitation_validity=days)

    def test_group_that_is_no_level_is_refused(self):
        for group in ("base.group_user", "base.group_public"):
            with self.assertRaises(ValidationError):
                self._settings(student_portal_group_id=self.env.ref(group).id)

    def test_page_of_the_settings_has_them(self):
        view = self.env.ref("openeducat_student_portal.view_res_config_settings_form")
        arch = (
            self.env["res.config.settings"]
            .with_user(self.administrator)
            .get_view(self.env.ref("base.res_config_settings_view_form").id, "form")[
                "arch"
            ]
        )
        self.assertEqual(view.inherit_id.model, "res.config.settings")
        for name in ("student_portal_enabled", "student_portal_run_retention_days"):
            self.assertIn(f'name="{name}"', arch)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_settings_are_the_administrators(self):
        student = self._create_active()
        for user in (
            self.student_manager
            + self.faculty
            + self.employee
            + self.portal_user
            + student.user_id
            + self.env.ref("base.public_user")
        ):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.env["res.config.settings"].with_user(user).create({})
                with self.assertRaises(AccessError):
                    self.env.company.with_user(user).student_portal_enabled = False
                with self.assertRaises(AccessError):
                    self.group_limited.with_user(user).create({"name": "Mine"})
                with self.assertRaises(AccessError):
                    self.group_limited.with_user(user).name = "Mine"

    # -- the portal off ----------------------------------------------------------

    def test_portal_that_is_off_leads_administrators_to_the_settings(self):
        students = self._create_students(1) + self._create_invited()
        self.env.company.student_portal_enabled = False
        for method in (
            "action_grant_portal_access",
            "create_student_user",
            "action_resend_portal_invitation",
            "action_reset_portal_password",
            "action_print_access_letters",
        ):
            with self.subTest(action=method):
                with self.assertRaises(RedirectWarning) as raised:
                    getattr(self._as(students, self.administrator), method)()
                message, action, _button = raised.exception.args[:3]
                self.assertIn("switched off", message)
                self.assertEqual(
                    self.env["ir.actions.act_window"].browse(action).res_model,
                    "res.config.settings",
                )
        for method in ("action_grant_portal_access", "action_resend_portal_invitation"):
            with self.assertRaises(UserError) as raised:
                getattr(self._as(students), method)()
            self.assertIn(
                "Settings > OpenEduCat > Student Portal", str(raised.exception)
            )

    def test_portal_that_is_off_loses_nothing_and_still_lets_revoke(self):
        student = self._create_active()
        self.env.company.student_portal_enabled = False
        self.assertEqual(student.portal_state, "active")
        self._as(student).action_revoke_portal_access()
        self.assertEqual(student.portal_state, "revoked")
        self._as(student).action_restore_portal_access()
        self.assertEqual(student.portal_state, "active")

    # -- portal groups -----------------------------------------------------------

    def _portal_group(self, **values):
        privilege = self.env.ref("openeducat_student_portal.privilege_student_portal")
        return (
            self.env["res.groups"]
            .with_user(self.administrator)
            .create({"name": "First Year", "privilege_id": privilege.id, **values})
        )

    def test_school_adds_a_level_that_is_granted(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "openeducat_student_portal.action_res_groups"
        )
        self.assertIn("default_privilege_id", action["context"])
        groups = self.env["res.groups"].with_user(self.administrator)
        privilege = self.env.ref("openeducat_student_portal.privilege_student_portal")
        view = "openeducat_student_portal.view_res_groups_form"
        with Form(groups.with_context(default_privilege_id=privilege.id), view) as form:
            form.name = "First Year"
            form.comment = "Those who have just begun"
            form.student_portal_section_ids.add(
                self.env.ref("openeducat_student_portal.section_profile")
            )
        group = form.record
        self.assertIn(self.env.ref("base.group_portal"), group.implied_ids)
        self.assertTrue(group.are_student_portal_groups())
        self.assertIn(group, groups.student_portal_groups())
        student = self._create_students(1)
        self._grant(student, portal_group=group)
        self.assertEqual(student.portal_group_id, group)
        self.assertTrue(student.user_id._is_portal())
        self.assertFalse(student.user_id._is_internal())

    def test_portal_group_never_gives_more_than_the_portal(self):
        portal_group = self._portal_group()
        internal = self._create_group("base.group_user")
        for group in (
            self.env.ref("base.group_user"),
            self.env.ref("base.group_system"),
            self.env.ref("openeducat_core.group_op_faculty"),
            self.env.ref("openeducat_student_portal.group_student_manager"),
            internal,
            self._create_group(),
        ):
            with self.subTest(group=group.full_name):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    portal_group.implied_ids = [Command.link(group.id)]
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self._portal_group(
                        name="Second Year", implied_ids=[Command.link(group.id)]
                    )

    def test_portal_group_gives_nothing_more_by_way_of_another_group(self):
        group = self._portal_group()
        between = self._portal_group(name="Between")
        group.implied_ids = [Command.link(between.id)]
        user = self.env.ref("base.group_user")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            between.implied_ids = [Command.link(user.id)]
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            user.implied_by_ids = [Command.link(between.id)]

    def test_group_of_staff_becomes_no_portal_group(self):
        privilege = self.env.ref("openeducat_student_portal.privilege_student_portal")
        group = self._create_group("base.group_user")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            group.privilege_id = privilege

    def test_level_that_students_have_is_not_deleted(self):
        group = self._portal_group()
        student = self._create_students(1)
        self._grant(student, portal_group=group)
        student.user_id.active = False
        with self.assertRaises(UserError) as raised:
            group.unlink()
        self.assertIn(student.name, str(raised.exception))
        student.user_id.group_ids = self.group_limited
        group.unlink()
        self.assertFalse(group.exists())

    def test_portal_group_that_students_have_stays_one(self):
        group = self._portal_group()
        portal = self.env.ref("base.group_portal")
        student = self._create_students(1)
        self._grant(student, portal_group=group)
        for values in (
            {"privilege_id": False},
            {"implied_ids": [Command.unlink(portal.id)]},
            {"implied_ids": [Command.clear()]},
        ):
            with self.assertRaises(UserError) as raised, self.env.cr.savepoint():
                group.write(values)
            self.assertIn(student.name, str(raised.exception))
        # What is written again is no change.
        group.write({"privilege_id": group.privilege_id.id, "name": "Third Year"})
        student.user_id.group_ids = self.group_limited
        group.privilege_id = False
        self.assertTrue(student.user_id._is_portal())

    def test_group_that_is_none_of_the_portals_is_the_schools_to_change(self):
        group = self._create_group("base.group_user")
        self.employee.group_ids += group
        group.privilege_id = self.env["res.groups.privilege"].create({"name": "Staff"})
        group.unlink()
        self.assertFalse(group.exists())

    def test_levels_are_the_administrators(self):
        menu = self.env.ref("openeducat_student_portal.menu_res_groups")
        menus = self.env["ir.ui.menu"]
        for user, visible in (
            (self.administrator, True),
            (self.student_manager, False),
            (self.faculty, False),
        ):
            shown = menus.with_user(user)._visible_menu_ids()
            self.assertEqual(menu.id in shown, visible, user.login)


@tagged("post_install", "-at_install")
class TestOutgoingServer(StudentPortalCase):
    """Whether there is a server to send mails with."""

    def setUp(self):
        super().setUp()
        self.servers = self.env["ir.mail_server"]
        self.servers.search([]).active = False

    def _configured(self, **options):
        return patch.dict(config.options.maps[0], options)

    def test_server_in_the_database(self):
        with self._configured(smtp_server=False):
            self.assertFalse(self.servers.has_outgoing_server())
            server = self.servers.create(
                {"name": "School", "smtp_host": "mail.example"}
            )
            self.assertTrue(self.servers.has_outgoing_server())
            server.active = False
            self.assertFalse(self.servers.has_outgoing_server())

    def test_server_in_the_configuration(self):
        with self._configured(smtp_server="mail.example.com"):
            self.assertTrue(self.servers.has_outgoing_server())
        with self._configured(smtp_server=False):
            self.assertFalse(self.servers.has_outgoing_server())

    def test_server_of_the_machine_itself(self):
        with socket.create_server(("localhost", 0)) as listening:
            port = listening.getsockname()[1]
            with self._configured(smtp_server="localhost", smtp_port=port):
                self.assertTrue(self.servers.has_outgoing_server())
        with self._configured(smtp_server="localhost", smtp_port=port):
            self.assertFalse(self.servers.has_outgoing_server())

    def test_dialog_and_settings_say_so(self):
        for present in (True, False):
            with patch.object(
                self.registry["ir.mail_server"],
                "has_outgoing_server",
                return_value=present,
            ):
                dialog = self._dialog(self._create_students(1))
                self.assertEqual(dialog.has_outgoing_server, present)
                settings = self.env["res.config.settings"].with_user(self.administrator)
                self.assertEqual(settings.create({}).has_outgoing_server, present)

    def test_result_does_not_promise_what_no_server_sends(self):
        arch = etree.fromstring(
            self.env["op.student.portal.wizard"].get_view(view_type="form")["arch"]
        )
        for present, told in (
            (True, "The invitations are on their way."),
            (False, "The invitations wait: there is no outgoing mail server."),
        ):
            values = {
                "send_invitation": True,
                "has_outgoing_server": present,
                "letter_count": 0,
                "given_count": 1,
            }
            shown = [
                " ".join(each.text.split())
                for each in arch.xpath("//div[@name='result']//t[@invisible]")
                if "send_invitation" in each.get("invisible")
                and not safe_eval(each.get("invisible"), values)
            ]
            self.assertEqual(shown, [told])
