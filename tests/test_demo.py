from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file

ADDON = "openeducat_student_portal"
#: A model of each section, by the app that feeds it.
SECTION_MODELS = {
    "openeducat_timetable": "op.session",
    "openeducat_attendance": "op.attendance.sheet",
    "openeducat_exam": "op.marksheet.line",
    "openeducat_assignment": "op.assignment.sub.line",
    "openeducat_fees": "op.student.fees.details",
}


def load_demo(env):
    """Have the demo students, whether or not the database has demo data."""
    for name in ("res_users", "op_course", "op_student"):
        file = f"demo/{name}_demo.xml"
        convert_file(env, ADDON, file, {}, mode="init", noupdate=True)


@tagged("-at_install", "post_install")
class TestDemo(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load_demo(cls.env)
        cls.student = cls.env.ref(f"{ADDON}.op_student_mira_halvorsen")

    def _count_by_model(self):
        models = ["op.student", "res.users", "mail.mail", *self._section_models()]
        return {model: self.env[model].search_count([]) for model in models}

    def _section_models(self):
        return [
            model
            for app, model in SECTION_MODELS.items()
            if self.env["ir.module.module"]._get(app).state == "installed"
        ]

    def test_students_of_every_kind_are_there(self):
        students = self.env["op.student"].search([("gr_no", "=like", "PORTAL-%")])
        emails = students.mapped("email")
        self.assertGreater(len(students), 9)
        self.assertGreater(emails.count(False), 1)
        self.assertEqual(emails.count("novak.family@example.com"), 2)
        self.assertFalse(self.env.ref(f"{ADDON}.op_student_greta_lind").active)

    def test_student_with_full_pages_may_sign_in(self):
        user = self.student.user_id
        self.assertEqual(user.partner_id, self.student.partner_id)
        self.assertTrue(user.has_group(f"{ADDON}.group_student_portal"))
        credential = {"type": "password", "login": user.login, "password": "student"}
        self.env["res.users"].authenticate(credential, {"interactive": False})

    def test_mother_of_three_may_sign_in(self):
        if "op.parent" not in self.env:
            self.skipTest("OpenEduCat has no parents here")
        user = self.env.ref(f"{ADDON}.user_ingrid_halvorsen")
        credential = {"type": "password", "login": user.login, "password": "student"}
        self.env["res.users"].authenticate(credential, {"interactive": False})
        children = self.env["op.student"].with_user(user).portal_children()
        self.assertEqual(len(children), 3)
        self.assertIn(self.student, children)

    def test_every_installed_section_is_filled(self):
        details = self.student.course_detail_ids
        for model in self._section_models():
            with self.subTest(model=model):
                by_student = "student_id" in self.env[model]._fields
                self.assertTrue(
                    self.env[model].search_count(
                        [("student_id", "=", self.student.id)]
                        if by_student
                        else [("batch_id", "=", details.batch_id.id)]
                    )
                )

    def test_assignments_show_files_a_comment_and_a_cancelled_one(self):
        if "op.assignment" not in self.env:
            self.skipTest("There are no assignments")
        student = self.env["op.student"].with_user(self.student.user_id)
        student = student.portal_student()
        views = {
            view.assignment: view
            for view in student.portal_assignments(
                student.portal_records("op.assignment")
            )
        }
        sorting = self.env.ref(f"{ADDON}.op_assignment_sorting").sudo()
        none = self.env["op.assignment.sub.line"]
        worksheet, _none = student.portal_assignment_files(sorting, none)
        self.assertEqual(worksheet.name, "Lists to sort.csv")
        integrals = self.env.ref(f"{ADDON}.op_assignment_integrals")
        comment = student.portal_comments(views[integrals].submission)
        self.assertIn("corrected copy", comment.body)
        self.assertIn("corrected", comment.attachment_ids.name)
        cancelled = self.env.ref(f"{ADDON}.op_assignment_excursion")
        self.assertEqual(views[cancelled].status, "cancelled")

    def test_again_adds_nothing(self):
        before = self._count_by_model()
        self.assertTrue(self.env["op.student"]._create_portal_demo())
        self.assertEqual(self._count_by_model(), before)

    def test_without_demo_students_nothing_is_made(self):
        self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("name", "=", "op_student_mira_halvorsen")]
        ).unlink()
        before = self._count_by_model()
        self.assertFalse(self.env["op.student"]._create_portal_demo())
        self.assertEqual(self._count_by_model(), before)

    def test_app_that_is_installed_later_is_filled(self):
        """The order in which the apps are installed makes no difference."""
        cron = self.env.ref(f"{ADDON}.ir_cron_portal_demo")
        triggers = [("cron_id", "=", cron.id)]
        self.env["ir.cron.trigger"].search(triggers).unlink()
        for modules, count in (([], 0), (["openeducat_exam"], 1)):
            with patch.object(self.registry, "updated_modules", modules):
                self.env["op.student"]._register_hook()
            self.assertEqual(
                self.env["ir.cron.trigger"].search_count(triggers), count, modules
            )
        before = self._count_by_model()
        cron.ir_actions_server_id.run()
        self.assertEqual(self._count_by_model(), before)
