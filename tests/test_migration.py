import importlib.util
from datetime import datetime
from pathlib import Path

from psycopg2.extras import Json

from odoo.tests import tagged
from odoo.tools import convert_file

from .common import StudentPortalCase

ADDON = "openeducat_student_portal"
FILES_WITH_WHAT_SCHOOLS_EDIT = (
    "security/student_portal_groups.xml",
    "views/op_student_portal_run_views.xml",
    "views/student_portal_invitation_mail.xml",
)
SCRIPTS = Path(__file__).parent.parent / "migrations/19.0.2.0.0"


@tagged("post_install", "-at_install")
class TestMigration(StudentPortalCase):
    def _migrate(self, stage="post"):
        path = SCRIPTS / f"{stage}-migrate.py"
        spec = importlib.util.spec_from_file_location("migrate", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def _store_as_before(self):
        """Make the database what 19.0.1.0.0 has left."""
        self.env.flush_all()
        self.cr.execute(
            """
            ALTER TABLE op_student
                ADD portal_granted_on timestamp,
                ADD portal_granted_by_id int4,
                ADD portal_invited_on timestamp,
                ADD portal_invitation_expires_on timestamp,
                ADD portal_invitation_state varchar,
                ADD portal_invitation_failure text,
                ADD portal_invitation_mail_id int4,
                ADD portal_revoked_by_archive bool,
                ADD portal_group_id int4,
                ADD portal_last_sign_in timestamp
            """
        )
        self.cr.execute(
            """
            UPDATE op_student SET
                portal_granted_on = access.granted_on,
                portal_granted_by_id = access.granted_by_id,
                portal_invited_on = access.invited_on,
                portal_invitation_expires_on = access.link_expires_on,
                portal_invitation_state = access.mail_state,
                portal_invitation_failure = access.mail_failure,
                portal_invitation_mail_id = access.mail_id,
                portal_revoked_by_archive = access.revoked_by_archive
            FROM op_student_portal_access access
            WHERE access.id = op_student.portal_access_id
            """
        )
        self.cr.execute("DELETE FROM op_student_portal_access")
        self.env.invalidate_all()

    def test_every_access_is_kept(self):
        students = self._create_students(4)
        twin = self._create_students(1, partner_id=students[0].partner_id.id)
        self._grant(students[:3])
        students[1].active = False
        user = self._create_user("linked@example.com", "base.group_portal")
        linked = self._create_students(1)
        linked.partner_id = user.partner_id
        linked.user_id = user
        names = [
            *("user_id", "state", "login", "portal_group_id", "granted_on"),
            *("granted_by_id", "invited_on", "link_expires_on", "mail_state"),
            *("mail_id", "revoked_by_archive", "has_linked_user", "company_id"),
        ]
        before = {
            student: student.portal_access_id.read(names, load=None)[0]
            for student in students[:3] + twin + linked
        }
        self.assertTrue(before[students[1]]["revoked_by_archive"])
        self._store_as_before()

        self._migrate()

        for student, values in before.items():
            after = student.portal_access_id.read(names, load=None)[0]
            self.assertEqual({**values, "id": after["id"]}, after, student.name)
        self.assertEqual(twin.portal_access_id, students[0].portal_access_id)
        self.assertFalse(students[3].portal_access_id)
        self.assertEqual(students[2].portal_state, "invited")
        self.assertEqual(students[1].portal_state, "revoked")
        self.assertEqual(students[2].portal_progress, "granted")
        self.assertFalse(students[3].portal_progress)
        mail = students[2].portal_access_id.mail_id
        mail.write({"state": "exception", "failure_reason": "No such mailbox"})
        self.assertEqual(students[2].portal_mail_failure, "No such mailbox")
        students[1].active = True
        self.assertEqual(students[1].portal_state, "granted")

    def test_nothing_of_it_is_left_on_the_students(self):
        self._store_as_before()
        self._migrate()
        self.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'op_student' AND column_name LIKE 'portal_%'"
        )
        self.assertEqual(
            {name for (name,) in self.cr.fetchall()},
            {
                *("portal_access_id", "portal_state", "portal_progress"),
                "portal_calendar_token",
            },
        )

    def test_of_two_records_of_a_contact_the_last_grant_counts(self):
        student = self._create_students(1)
        twin = self._create_students(1, partner_id=student.partner_id.id)
        self._grant(student)
        self._store_as_before()
        self.cr.execute(
            "UPDATE op_student SET portal_granted_on = '2020-01-01' WHERE id = %s",
            twin.ids,
        )
        self._migrate()
        self.assertGreater(student.portal_granted_on, datetime(2020, 1, 1))

    def test_mail_templates_call_the_views_by_their_new_names(self):
        template = self.env.ref(f"{ADDON}.mail_template_portal_invitation")
        body = f'<p>Hello</p><t t-call="{ADDON}.portal_invitation_mail" />'
        self.env.flush_all()
        self.cr.execute(
            "UPDATE mail_template SET body_html = %s WHERE id = %s",
            (Json({"en_US": body}), template.id),
        )
        self._migrate("pre")
        self.assertIn("<p>Hello</p>", template.body_html)
        student = self._create_students(1)
        self._grant(student)
        self.assertIn(
            "/my/start", str(student.portal_access_id.sudo().mail_id.body_html)
        )

    def test_an_update_leaves_what_the_school_has_edited(self):
        """From 19.0.2.0.0 on, and for a database that is older than that."""
        edited = {
            f"{ADDON}.group_student_portal": ("name", "Pupils' Portal"),
            f"{ADDON}.group_student_manager": ("name", "Registrar"),
            f"{ADDON}.menu_op_student_portal_run": ("name", "Bulk Work"),
            f"{ADDON}.student_portal_invitation_mail": ("arch", "<p>Our words</p>"),
        }
        self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "in", ("ir.ui.menu", "res.groups"))]
        ).noupdate = False
        for external_id, (name, value) in edited.items():
            self.env.ref(external_id)[name] = value
        administrators = self.env.ref("openeducat_core.group_op_back_office_admin")
        manager = self.env.ref(f"{ADDON}.group_student_manager")
        administrators.implied_ids -= manager
        self._migrate("pre")
        for filename in FILES_WITH_WHAT_SCHOOLS_EDIT:
            convert_file(self.env, ADDON, filename, {}, mode="update")
        for external_id, (name, value) in edited.items():
            self.assertEqual(self.env.ref(external_id)[name], value)
        self.assertNotIn(manager, administrators.implied_ids)
