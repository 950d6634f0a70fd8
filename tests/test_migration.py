import importlib.util
from ast import literal_eval
from datetime import datetime
from pathlib import Path

from psycopg2.extras import Json

from odoo.fields import Command
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
# What 19.0.1.0.0 stored where it cannot be made by its code any more.
FORMER_TABLES = """
    CREATE TABLE op_student_portal_result (id serial PRIMARY KEY);
    CREATE TABLE op_student_portal_result_line (
        result_id int4 REFERENCES op_student_portal_result
    );
    CREATE TABLE op_student_op_student_portal_result_rel (
        op_student_portal_result_id int4 REFERENCES op_student_portal_result
    );
"""
FORMER_MAIL = """<t>
    <t t-set="hours" t-value="env.context.get('student_portal_hours') or 4" />
    <p>Your access is ready, <t t-out="object.name" />.</p>
    <a t-att-href="object.partner_id._get_signup_url()">Set your password</a>
    <p>It works for <t t-out="env['op.student']._portal_link_validity(hours)" /></p>
</t>"""
FORMER_IDS = {
    "student_portal_invitation_mail": "portal_invitation_mail",
    "view_res_groups_form": "view_student_portal_level_form",
    "action_res_groups": "action_student_portal_levels",
    "menu_res_groups": "menu_student_portal_levels",
}


@tagged("post_install", "-at_install")
class TestMigration(StudentPortalCase):
    def _migrate(self, stage="post"):
        path = SCRIPTS / f"{stage}-migrate.py"
        spec = importlib.util.spec_from_file_location("migrate", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.cr, "19.0.1.0.0")
        self._forget()

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
        self.cr.execute(
            "UPDATE op_student_portal_run SET uses_school_guardian_groups = NULL"
        )
        self.cr.execute(FORMER_TABLES)
        self.env.invalidate_all()

    def _store_mail(self, **values):
        """Make the invitation what 19.0.1.0.0 said, in a view of the name it had.

        :param values: of further columns, as the school has edited it
        """
        self._store_as_before()
        columns = {"arch_db": {"en_US": FORMER_MAIL}, "arch_updated": False, **values}
        name, former = next(iter(FORMER_IDS.items()))
        view = self.env.ref(f"{ADDON}.{name}")
        self.env.flush_all()
        for column, value in columns.items():
            self.cr.execute(
                f"UPDATE ir_ui_view SET key = %s, {column} = %s WHERE id = %s",
                (
                    f"{ADDON}.{former}",
                    Json(value) if isinstance(value, dict) else value,
                    view.id,
                ),
            )
        self.cr.execute(
            "UPDATE ir_model_data SET name = %s, noupdate = FALSE"
            " WHERE module = %s AND name = %s",
            (former, ADDON, name),
        )
        self.cr.execute(
            "UPDATE mail_template SET body_html ="
            " replace(body_html::text, %s, %s)::jsonb",
            (f"{ADDON}.{name}", f"{ADDON}.{former}"),
        )
        self._forget()
        return view

    def _forget(self):
        self.env.invalidate_all()
        self.registry.clear_all_caches()

    def _invite(self):
        """Return the body of a new student's invitation."""
        student = self._create_students(1)
        self._grant(student)
        return str(student.portal_access_id.sudo().mail_id.body_html)

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
        self.cr.execute(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE '%portal_result%'"
        )
        self.assertFalse(self.cr.fetchall())

    def test_internal_users_that_were_never_granted_have_no_access(self):
        student = self._create_students(1)
        granted = self._create_students(1)
        self._grant(granted)
        granted.user_id.group_ids = self.env.ref("base.group_user")
        student.partner_id = self.employee.partner_id
        student.user_id = self.employee
        self._store_as_before()
        self._migrate()
        self.assertFalse(student.portal_access_id)
        self.assertEqual(granted.portal_access_id.state, "internal")

    def test_runs_go_on(self):
        self._set_parameter("run_threshold", 1)
        run = self._start_run(self._create_students(3))
        self._store_as_before()
        self._migrate()
        self._work_off_runs()
        self.assertEqual((run.state, run.granted_count), ("done", 3))

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

    def test_mails_have_the_new_wording(self):
        template = self.env.ref(f"{ADDON}.mail_template_portal_invitation")
        self._store_mail()
        self.assertIn(f"{ADDON}.portal_invitation_mail", template.body_html)
        self._migrate("pre")
        self._migrate()
        body = self._invite()
        self.assertIn("Your access to the student portal is ready", body)
        self.assertIn("/my/start", body)

    def test_mails_keep_what_the_school_has_written(self):
        french = FORMER_MAIL.replace("Your access is ready", "Votre accès est prêt")
        for edited in (
            {"arch_updated": True},
            {"arch_db": {"en_US": FORMER_MAIL, "fr_FR": french}},
        ):
            with self.subTest(edited):
                view = self._store_mail(**edited)
                self._migrate("pre")
                self._migrate()
                self.assertIn("Your access is ready", view.arch_db)
                body = self._invite()
                self.assertIn("Your access is ready", body)
                self.assertIn("It works for 6 days", body)
                self.assertIn("token=", body)
                convert_file(
                    self.env,
                    ADDON,
                    "views/student_portal_invitation_mail.xml",
                    {},
                    mode="update",
                )
                self.assertIn("Your access is ready", view.arch_db)

    def test_the_text_of_a_template_calls_what_is_there(self):
        template = self.env.ref(f"{ADDON}.mail_template_portal_invitation")
        self.env.flush_all()
        self.cr.execute(
            "UPDATE mail_template SET body_html = %s WHERE id = %s",
            (Json({"en_US": FORMER_MAIL}), template.id),
        )
        self._migrate("pre")
        self.assertIn("It works for 6 days", self._invite())

    def test_records_keep_what_is_on_them(self):
        """Such as saved filters on an action."""
        records = {name: self.env.ref(f"{ADDON}.{name}") for name in FORMER_IDS}
        for name, former in FORMER_IDS.items():
            self.cr.execute(
                "UPDATE ir_model_data SET name = %s WHERE module = %s AND name = %s",
                (former, ADDON, name),
            )
        self._forget()
        self._migrate("pre")
        for name, record in records.items():
            self.assertEqual(self.env.ref(f"{ADDON}.{name}"), record)

    def test_what_users_have_saved_has_the_new_names(self):
        failed = self._create_students(1)
        self._grant(failed)
        failed.portal_access_id.sudo().mail_id.write(
            {"state": "exception", "failure_reason": "No such mailbox"}
        )
        saved = self.env["ir.filters"].create(
            {
                "name": "Failed",
                "model_id": "op.student",
                "domain": "[('portal_invitation_state', '=', 'failed'),"
                " ('portal_invitation_failure', 'ilike', 'mailbox')]",
                "context": "{'group_by': ['portal_invitation_expires_on:month']}",
                "sort": '["portal_invitation_state desc"]',
            }
        )
        others = self.env["ir.filters"].create(
            {"name": "Skipped", "model_id": "op.student.portal.run"}
            | {"domain": "[('left_out_line_ids.state', '=', 'failed')]"}
        )
        template = self.env["ir.exports"].create(
            {
                "name": "Invitations",
                "resource": "op.student",
                "export_fields": [
                    Command.create({"name": "portal_invitation_failure"}),
                    Command.create({"name": "portal_invitation_mail_id/subject"}),
                    Command.create(
                        {"name": "portal_report_ids/portal_invitation_state"}
                    ),
                ],
            }
        )
        action = self.env["ir.actions.act_window"].create(
            {"name": "Failed", "res_model": "op.student"}
            | {"domain": "[('portal_invitation_state', '=', 'failed')]"}
        )
        view = self.env["ir.ui.view"].create(
            {
                "name": "Our list of students",
                "model": "op.student",
                "arch": "<list><field name='portal_mail_state' /></list>",
            }
        )
        self.env.flush_all()
        self.cr.execute(
            "UPDATE ir_ui_view SET arch_db = replace(arch_db::text,"
            " 'portal_mail_state', 'portal_invitation_state')::jsonb WHERE id = %s",
            view.ids,
        )
        self._forget()

        self._migrate("pre")

        students = self.env["op.student"]
        for domain in (saved.domain, action.domain):
            self.assertIn(failed, students.search(literal_eval(domain)))
        students.search([], order=literal_eval(saved.sort)[0])
        students.formatted_read_group([], literal_eval(saved.context)["group_by"])
        self.env[others.model_id].search(literal_eval(others.domain))
        exported = failed.export_data(template.export_fields.mapped("name"))
        subject = failed.portal_access_id.sudo().mail_id.subject
        self.assertEqual(exported["datas"], [["No such mailbox", subject, "Failed"]])
        self.assertIn("portal_mail_state", view.arch)

    def test_reworded_texts_are_renewed_unless_they_are_the_schools(self):
        cron = self.env.ref(f"{ADDON}.ir_cron_portal_run")
        cron.name = "Student Portal: grant access"
        fees = self.env.ref(f"{ADDON}.section_fees")
        fees.empty_text = "Your fees, their invoices and what is paid will appear here."
        grades = self.env.ref(f"{ADDON}.section_grades")
        grades.empty_text = "Ask the office."
        self._store_as_before()
        self._migrate()
        self.assertEqual(cron.name, "Student Portal: process runs")
        self.assertNotIn("Your", fees.empty_text)
        self.assertEqual(grades.empty_text, "Ask the office.")

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
