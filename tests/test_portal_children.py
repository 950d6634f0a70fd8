from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..exceptions import StudentPortalRefused
from .portal_guardian_common import GUARDIAN, GuardianPagesCase


@tagged("post_install", "-at_install")
class TestPortalChildren(GuardianPagesCase):
    """Whose child a student is, right now."""

    def test_page_of_the_children_is_the_first_of_a_student_who_is_a_parent(self):
        user = self.other_student.user_id
        self.assertEqual(user.student_portal_home(), "/my/student")
        self._create_guardian(None, self.younger, user=user)
        self.assertEqual(user.student_portal_home(), "/my/children")

    def test_guardian_sees_the_own_children_and_nobody_elses(self):
        self.assertEqual(self._seen(self.mother), self.children)
        self.assertEqual(self._seen(self.father), self.other_student)
        for user in self.student.user_id, self.portal_user, self.employee:
            self.assertFalse(self._seen(user))
        self.assertFalse(self._seen(self.env.ref("base.public_user")))

    def test_each_reason_ends_it_ends_it_at_once(self):
        for reason, _status in self._invisible():
            with self.subTest(reason):
                self.assertNotIn(self.child, self._seen(self.mother))
                with self.assertRaises(StudentPortalRefused):
                    self._as_guardian()
        self.assertIn(self.child, self._seen(self.mother))

    def test_other_child_stays_in_sight(self):
        parent = self._parent(self.mother)
        for values in (
            {"student_ids": [Command.unlink(self.child.id)]},
            {"student_ids": [Command.link(self.child.id)]},
        ):
            parent.write(values)
            self.assertIn(self.younger, self._seen(self.mother))
        self._bar(self.mother, self.child)
        self.assertEqual(self._seen(self.mother), self.younger)

    def test_records_are_refused_that_were_fetched_before(self):
        child = self._as_guardian()
        for reason, _status in self._invisible():
            with self.subTest(reason), self.assertRaises(AccessError):
                child.portal_open_section()
        child.portal_open_section()
        self.mother.group_ids = self.env.ref("base.group_public")
        with self.assertRaises(AccessError):
            child.portal_open_section()

    def test_records_of_no_own_child_and_of_an_archived_one_are_refused(self):
        with self.assertRaises(AccessError):
            self.child.with_user(self.father).sudo().portal_open_section()
        # It has no access that would be revoked.
        younger = self._as_guardian(self.younger)
        self.younger.active = False
        with self.assertRaises(AccessError):
            younger.portal_open_section()

    def test_school_of_a_child_is_that_of_its_user_where_the_contact_has_none(self):
        school = self.env["res.company"].create({"name": "Other School"})
        self.assertFalse(self.child.company_id)
        self.child.user_id.write({"company_ids": school.ids, "company_id": school.id})
        self.assertEqual(self._seen(self.mother), self.younger)
        self.mother.company_ids |= school
        self.assertIn(self.child, self._seen(self.mother))
        school.student_portal_enabled = False
        self.assertEqual(self._seen(self.mother), self.younger)
        # The contact comes first, also of a child without a user.
        self.younger.partner_id.company_id = school
        self.assertFalse(self._seen(self.mother))

    def test_user_of_openeducat_decides_nothing(self):
        # OpenEduCat has the users of children there, who may be set by others.
        self.portal_user.child_ids = self.other_student.user_id
        self.assertFalse(self._seen(self.portal_user))

    def test_archived_guardian_sees_nobody(self):
        self.mother.active = False
        self.assertFalse(self._seen(self.mother))

    def test_archived_guardian_sees_nobody_in_any_context(self):
        child = self._as_guardian().with_context(active_test=False)
        self._parent(self.mother).active = False
        self.assertFalse(child.portal_children())
        with self.assertRaises(AccessError):
            child.portal_open_section()

    def test_teacher_who_is_a_parent_sees_the_own_children(self):
        self._create_guardian(None, self.younger, user=self.employee)
        self.assertEqual(self._seen(self.employee), self.younger)
        _none, sections = self._as_guardian(
            self.younger, self.employee
        ).portal_open_section()
        self.assertIn("profile", sections.mapped("code"))

    def test_student_who_is_a_parent_has_both(self):
        user = self.other_student.user_id
        self._create_guardian(None, self.younger, user=user)
        self.assertEqual(self._seen(user), self.younger)
        self.assertEqual(self._pages(user), self.other_student)
        own = self._pages(user)
        child = self._as_guardian(self.younger, user)
        self.assertEqual(own.portal_address("/x"), "/my/student/x")
        self.assertEqual(child.portal_address("/x"), self._address("/x", self.younger))

    def test_group_of_one_role_opens_no_page_of_the_other(self):
        """A student without fees, say, who is a parent and sees those of a child."""
        user = self.other_student.user_id
        self._create_guardian(None, self.younger, user=user)
        user.group_ids += self.env.ref(GUARDIAN)
        student_group = self.env.ref("openeducat_student_portal.group_student_portal")
        profile = self._section("profile")
        for group, own, child in (
            (student_group, True, False),
            (self.env.ref(GUARDIAN), False, True),
        ):
            profile.group_ids = group
            sections = self._pages(user).portal_open_section()[1]
            self.assertEqual(profile in sections, own)
            sections = self._as_guardian(self.younger, user).portal_open_section()[1]
            self.assertEqual(profile in sections, child)

    def test_bar_holds_from_its_first_day_to_its_last(self):
        today = fields.Date.context_today(self.env.user)
        day = timedelta(days=1)
        for first, last, barred in (
            (today, False, True),
            (today, today, True),
            (today - day, today + day, True),
            (today - 2 * day, today - day, False),
            (today + day, False, False),
        ):
            bar = self._bar(self.mother, self.child, date_from=first, date_to=last)
            with self.subTest(first=first, last=last):
                self.assertEqual(self.child not in self._seen(self.mother), barred)
            bar.unlink()

    def test_bar_is_of_one_guardian_and_one_child(self):
        stepfather = self._create_guardian("portal.test.step", self.children)
        self._bar(self.mother, self.child)
        self.assertEqual(self._seen(stepfather), self.children)

    def test_reason_is_the_administrators(self):
        bar = self._bar(self.mother, self.child, reason="Custody")
        self.assertEqual(bar.with_user(self.administrator).reason, "Custody")
        as_manager = bar.with_user(self.student_manager)
        self.assertTrue(as_manager.date_from)
        with self.assertRaises(AccessError):
            as_manager.read(["reason"])
        with self.assertRaises(AccessError):
            as_manager.search([("reason", "ilike", "Cust")])
        for user in self.faculty, self.mother, self.child.user_id:
            with self.assertRaises(AccessError):
                bar.with_user(user).read(["partner_id"])

    def test_manager_bars_and_ends_it(self):
        bars = self.env["op.student.portal.bar"].with_user(self.student_manager)
        bar = bars.create(
            {"student_id": self.child.id, "partner_id": self.mother.partner_id.id}
        )
        self.assertNotIn(self.child, self._seen(self.mother))
        bar.unlink()
        self.assertIn(self.child, self._seen(self.mother))

    def test_queries_do_not_grow_with_the_children(self):
        few = self._count_queries(lambda: self._seen(self.mother))
        self._parent(self.mother).student_ids += self._create_students(8)
        many = self._count_queries(lambda: self._seen(self.mother))
        self.assertLessEqual(many, few)
