from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_common import PortalAccessCase


@tagged("post_install", "-at_install")
class TestAccessReport(PortalAccessCase):
    """The adoption of the portal, by course, batch and state."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["op.student.portal.report"].with_user(cls.student_manager)
        cls.courses = cls.env["op.course"].create(
            [
                {"name": f"Course {code}", "code": code}
                for code in ("ADOPT-A", "ADOPT-B")
            ]
        )
        today = fields.Date.today()
        cls.batches = cls.env["op.batch"].create(
            [
                {
                    "name": f"Batch {course.code}",
                    "code": f"BATCH-{course.code}",
                    "course_id": course.id,
                    "start_date": today,
                    "end_date": today + timedelta(days=100),
                }
                for course in cls.courses
            ]
        )
        cls.once, cls.twice, cls.never = cls._create_students(3)
        cls._enrol(cls.once, 0)
        cls._enrol(cls.twice, 0)
        cls._enrol(cls.twice, 1, state="finished")
        cls._grant(cls.once + cls.twice)
        cls._sign_in_once(cls.twice)
        cls.ours = [("student_id", "in", (cls.once + cls.twice + cls.never).ids)]

    @classmethod
    def _enrol(cls, student, number, **values):
        cls.env["op.student.course"].create(
            {
                "student_id": student.id,
                "course_id": cls.courses[number].id,
                "batch_id": cls.batches[number].id,
                **values,
            }
        )

    def _counts(self, *groupby):
        return {
            tuple(values): count
            for *values, count in self.report._read_group(
                self.ours, groupby, ["student_count:count_distinct"]
            )
        }

    def test_students_are_counted_once_for_each_course(self):
        first, second = self.courses.with_user(self.student_manager)
        none = first.browse()
        self.assertEqual(
            self._counts("course_id", "portal_state"),
            {
                (first, "active"): 1,
                (first, "invited"): 1,
                (second, "active"): 1,
                (none, "none"): 1,
            },
        )

    def test_students_are_counted_once_in_all(self):
        self.assertEqual(self._counts(), {(): 3})
        self.assertEqual(
            self._counts("portal_state"),
            {("active",): 1, ("invited",): 1, ("none",): 1},
        )
        self.assertEqual(
            self._counts("batch_id", "course_state")[
                (self.batches[1].with_user(self.student_manager), "finished")
            ],
            1,
        )

    def test_it_is_right_as_soon_as_something_changes(self):
        self.once.user_id.active = False
        self.assertEqual(self._counts("portal_state")[("revoked",)], 1)
        self.never.active = False
        self.assertNotIn(("none",), self._counts("portal_state"))

    def test_each_part_leads_to_its_students(self):
        for domain, students in (
            ([("course_id", "=", self.courses[0].id)], self.once + self.twice),
            ([("course_id", "=", False)], self.never),
            ([("portal_state", "=", "active")], self.twice),
            (
                [
                    ("batch_id", "=", self.batches[1].id),
                    ("portal_state", "=", "active"),
                ],
                self.twice,
            ),
            (
                [("batch_id", "=", self.batches[1].id), ("portal_state", "=", "none")],
                [],
            ),
        ):
            with self.subTest(domain=domain):
                action = self.report.action_open_students(self.ours + domain)
                self.assertEqual(action["res_model"], "op.student")
                found = self.report.env["op.student"].search(action["domain"])
                self.assertEqual(list(found), list(students))

    def test_schools_see_their_own_students(self):
        other = self.env["res.company"].create({"name": "Other School"})
        self.never.partner_id.company_id = other
        self.env.flush_all()
        self.assertEqual(self._counts(), {(): 2})
        self.student_manager.company_ids += other
        both = self.report.with_context(
            allowed_company_ids=self.student_manager.company_ids.ids
        )
        self.assertEqual(len(both.search(self.ours)), 4)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_it_is_the_student_managers(self):
        for user in (
            self.faculty
            + self.employee
            + self.portal_user
            + self.twice.user_id
            + self.env.ref("base.public_user")
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.report.with_user(user).search(self.ours)
        menu = self.env.ref("openeducat_student_portal.menu_op_student_portal_report")
        menus = self.env["ir.ui.menu"]
        for user, visible in (
            (self.student_manager, True),
            (self.administrator, True),
            (self.faculty, False),
        ):
            shown = menus.with_user(user)._visible_menu_ids()
            self.assertEqual(menu.id in shown, visible, user.login)
