from contextlib import suppress

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..apps import APPS, extend_installed
from ..apps.openeducat_parent import create_groups
from ..models.res_groups import GUARDIANS_PRIVILEGE
from .common import StudentPortalCase
from .guardian_common import GuardianCase
from .portal_common import needs_model
from .translation_template import ADDON


@tagged("post_install", "-at_install")
class TestAppsThatMayBeMissing(StudentPortalCase):
    """Without the app, guardians are mentioned nowhere."""

    def test_nothing_is_offered_without_the_app(self):
        installed = "op.parent" in self.env
        records = self.env["ir.model.data"].search_count(
            [
                ("module", "=", "openeducat_student_portal"),
                ("name", "=like", "openeducat_parent_%"),
            ]
        )
        self.assertEqual(bool(records), installed)
        dialog = self._dialog(self._create_students(1))
        self.assertEqual(dialog.can_choose, installed)
        if not installed:
            for model in "op.student.portal.wizard", "res.config.settings":
                views = self.env[model].get_view(view_type="form")["arch"]
                fields = etree.fromstring(views).xpath("//field/@name")
                self.assertFalse([name for name in fields if "guardian" in name])
            names = self.env["res.groups"].search([]).mapped("full_name")
            self.assertFalse([name for name in names if "Guardian" in name])
            # Whom a hostile caller asks for is nobody.
            dialog.grant_to = "guardians"
            self.assertFalse(dialog.line_ids.guardian_id)

    def test_models_are_extended_once(self):
        for app in APPS:
            if app.MODEL not in self.env:
                continue
            for definition in app.DEFINITIONS:
                classes = self.registry[definition._name]._base_classes__
                self.assertEqual(classes.count(definition), 1)
                # It comes before those of all modules, in any order.
                self.assertEqual(classes[0], definition)
        before = {name: model._base_classes__ for name, model in self.registry.items()}
        extend_installed(self.env)
        for name, model in self.registry.items():
            self.assertEqual(model._base_classes__, before[name])

    def test_start_of_a_server_asks_the_database_nothing(self):
        """Each worker loads the models, and again whenever a module is installed."""
        self.patch(self.registry, "updated_modules", [])
        with self.assertQueryCount(0):
            extend_installed(self.env)


@tagged("post_install", "-at_install")
@needs_model("op.parent")
class TestGuardianApp(GuardianCase):
    """What the app's own views, and its ways to make a user, do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.students = cls._create_students(2)
        cls.guardian = cls._create_guardian(cls.students)

    def test_portal_groups_are_made_once_and_open_what_students_open(self):
        groups = self.env["res.groups"].guardian_portal_groups()
        groups.with_context(active_test=False).user_ids.group_ids = self.env.ref(
            "base.group_portal"
        )
        groups.unlink()
        self.env.ref(GUARDIANS_PRIVILEGE).unlink()
        sections = self.env["op.student.portal.section"]
        sections = sections.with_context(active_test=False).search([])
        closed = sections[0]
        closed.group_ids = False
        create_groups(self.env)
        groups = self.env["res.groups"].guardian_portal_groups()
        for section in sections - closed:
            count = 1 if section.code == "fees" else 2
            self.assertEqual(len(section.group_ids & groups), count, section.code)
        self.assertFalse(closed.group_ids)
        sections[1].group_ids -= groups
        create_groups(self.env)
        self.assertFalse(sections[1].group_ids & groups)

    def test_what_is_loaded_for_the_app_is_translated(self):
        self.env["res.lang"]._activate_lang("de_DE")
        name = f"{ADDON}.openeducat_parent_action_res_groups"
        action = self.env.ref(name).with_context(lang="de_DE")
        self.assertEqual(action.name, "Portal Groups of Guardians")
        self.patch(self.registry, "updated_modules", [ADDON])
        extend_installed(self.env)
        self.assertNotEqual(action.name, "Portal Groups of Guardians")

    def test_create_parent_user_makes_the_same_user_as_a_grant(self):
        self.guardian.with_user(self.administrator).create_parent_user()
        user = self.guardian.user_id
        self.assertEqual(user.group_ids, self.group_guardian)
        self.assertEqual(user.login, "vera.tester@example.com")
        self.assertFalse(self._access(self.guardian).mail_id)
        self.assertEqual(self.guardian.portal_state, "granted")
        # OpenEduCat's children with a user are left to it.
        self.assertFalse(user.child_ids)

    def test_create_parent_user_is_refused_to_who_may_not_grant(self):
        with self.assertRaises(AccessError):
            self.guardian.with_user(self.faculty).create_parent_user()
        self.assertFalse(self.guardian.user_id)

    def test_several_guardians_are_made_users_at_once(self):
        other = self._create_guardian(self.students[0], "Otto Tester")
        empty = self._create_guardian(self.students[0], "Empty", email=False)
        guardians = self.guardian | empty | other
        action = guardians.with_user(self.administrator).create_parent_user()
        run = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(
            run.line_ids.mapped("state"), ["granted", "skipped", "granted"]
        )

    def test_user_of_before_is_linked(self):
        user = self._create_user("vera.tester@example.com", "base.group_portal")
        user.partner_id = self.guardian.name
        self.guardian.user_id = user
        self.assertTrue(self._access(self.guardian).has_linked_user)
        self.assertEqual(self.guardian.portal_state, "none")
        self._perform("grant", self.guardian)
        self.assertEqual(self.guardian.user_id, user)
        self.assertIn(self.group_guardian, user.group_ids)

    def test_students_are_deleted_with_any_users(self):
        """OpenEduCat fails where a child or the parent has no user of its making."""
        self._perform("grant", self.guardian)
        without_user, with_user = self.students
        without_user.unlink()
        self.assertEqual(self.guardian.student_ids, with_user)
        self._perform("grant", with_user)
        with_user.unlink()
        self.assertFalse(self.guardian.student_ids)
        more = self._create_students(2)
        self._create_guardian(more, "Without User")
        more.unlink()
        self.assertFalse(more.exists())

    def test_students_are_not_parted_by_who_may_not_delete_them(self):
        # Nothing is taken back where other code goes on after the refusal.
        with suppress(AccessError):
            self.students.with_user(self.employee).unlink()
        self.assertTrue(self.students.exists())
        self.assertEqual(self.guardian.student_ids, self.students)

    def test_granting_several_children_of_a_guardian_with_access(self):
        self._perform("grant", self.guardian)
        self._perform("grant", self.students)
        self.assertEqual(len(self.students.user_id), 2)
        self._perform("revoke", self.students)
        self.assertTrue(self.guardian.user_id.active)

    def test_actions_are_on_the_form_and_the_list(self):
        bindings = self.env["ir.actions.actions"].with_user(self.student_manager)
        actions = bindings.get_bindings("op.parent").get("action", ())
        names = {action["name"] for action in actions}
        self.assertLessEqual(
            {"Grant Portal Access", "Resend Invitation", "Revoke Access"}, names
        )
        self.assertNotIn("Access Letters", names)
        printers = self.env.ref("openeducat_student_portal.group_letter_printer")
        self.student_manager.group_ids |= printers
        actions = bindings.get_bindings("op.parent").get("action", ())
        self.assertIn("Access Letters", [action["name"] for action in actions])
        faculty = bindings.with_user(self.faculty).get_bindings("op.parent")
        self.assertNotIn(
            "Grant Portal Access",
            [action["name"] for action in faculty.get("action", ())],
        )

    def test_views_show_the_state_to_who_manages_it(self):
        managers = self.env.ref("openeducat_parent.group_op_parent_manager")
        self.student_manager.group_ids |= managers
        self.employee.group_ids |= managers
        for view_type in "form", "list":
            for user, shown in (self.student_manager, True), (self.employee, False):
                guardians = self.env["op.parent"].with_user(user)
                arch = guardians.get_view(view_type=view_type)["arch"]
                names = etree.fromstring(arch).xpath("//field/@name")
                self.assertEqual("portal_state" in names, shown)

    def test_choices_have_their_labels(self):
        """Odoo itself knows those of the fields of modules alone."""
        for name in "portal_state", "portal_progress", "portal_mail_state":
            of_students, of_guardians = (
                self.env[model]
                .with_context(lang="en_US")
                .fields_get([name], ["selection"])[name]["selection"]
                for model in ("op.student", "op.parent")
            )
            self.assertTrue(of_students)
            self.assertEqual(of_guardians, of_students, name)

    def test_bar_of_the_form_has_all_steps(self):
        managers = self.env.ref("openeducat_parent.group_op_parent_manager")
        self.administrator.group_ids |= managers
        for model in "op.student", "op.parent":
            records = self.env[model].with_user(self.administrator)
            form = etree.fromstring(records.get_view(view_type="form")["arch"])
            (bar,) = form.xpath("//header//field[@name='portal_state']")
            self.assertEqual(
                bar.get("statusbar_visible"), "none,granted,invited,active", model
            )

    def test_run_says_which_portal_group_guardians_were_given(self):
        form = etree.fromstring(
            self.env["op.student.portal.run"].get_view(view_type="form")["arch"]
        )
        of_guardians, of_students = (
            form.xpath(f"//field[@name='{name}']")[0].get("invisible")
            for name in ("guardian_group_id", "portal_group_id")
        )
        run = {
            "uses_school_groups": True,
            "uses_school_guardian_groups": False,
            "guardian_count": 2,
            "total_count": 2,
        }
        self.assertFalse(safe_eval(of_guardians, dict(run)))
        self.assertTrue(safe_eval(of_students, dict(run)))
        self.assertTrue(safe_eval(of_guardians, {**run, "guardian_count": 0}))

    def test_guardians_are_found_by_their_state(self):
        other = self._create_guardian(self.students[0], "Otto Tester")
        teacher = self._create_guardian(
            self.students[0], contact=self.faculty.partner_id
        )
        former = self._create_guardian(self.students[0], "Fay Tester")
        studying = self._create_guardian(
            self.students[0], contact=self.students[1].partner_id
        )
        self._perform("grant", self.guardian, former, self.students[1])
        # One who works here since, and one who has access as a student alone.
        former.user_id.group_ids = self.env.ref("base.group_user")
        guardians = self.env["op.parent"]
        everybody = self.guardian | other | teacher | former | studying
        mine = [("id", "in", everybody.ids)]
        for state, found in (
            ("invited", self.guardian),
            ("none", other | studying),
            ("internal", teacher | former),
            ("active", guardians),
        ):
            with self.subTest(state=state):
                domain = [*mine, ("portal_state", "=", state)]
                self.assertEqual(guardians.search(domain), found)
                told = everybody.grouped("portal_state").get(state, guardians)
                self.assertEqual(told, found)
        domain = [*mine, ("portal_state", "not in", ("none", "internal"))]
        self.assertEqual(guardians.search(domain), self.guardian)
        domain = [*mine, ("portal_login", "=", "vera.tester@example.com")]
        self.assertEqual(guardians.search(domain), self.guardian)
