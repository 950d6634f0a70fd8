from datetime import datetime
from unittest.mock import patch

from lxml import etree
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestGrant(StudentPortalCase):
    def assertGranted(self, student, login):
        user = student.user_id
        self.assertTrue(user.active)
        self.assertEqual(user.partner_id, student.partner_id)
        self.assertEqual(user.login, login)
        self.assertIn(self.group_student_portal, user.group_ids)
        self.assertTrue(user._is_portal())
        self.assertFalse(user._is_internal())
        self.assertTrue(student.partner_id.is_student)

    def test_granted_student_has_a_portal_user(self):
        student = self._create_students(1, email=" Jane.Doe@Example.COM ")
        outcomes = self._grant(student)
        self.assertEqual(outcomes[student].state, "granted")
        self.assertGranted(student, "jane.doe@example.com")
        self.assertEqual(
            student.user_id.all_group_ids, self.group_student_portal.all_implied_ids
        )
        self.assertEqual(student.portal_state, "invited")
        self.assertEqual(student.portal_granted_by_id, self.student_manager)
        self.assertTrue(student.portal_granted_on)

    def test_granting_changes_no_access_of_others(self):
        first, second = self._create_students(2)
        self._grant(first)
        access = first.sudo().portal_access_id
        access.granted_on = before = datetime(2020, 1, 1)
        self._grant(second)
        self.assertEqual(access.granted_on, before)
        self.assertEqual(first.portal_state, "invited")

    def test_user_is_of_the_company_of_the_contact(self):
        other = self.env["res.company"].create({"name": "Other School"})
        student, elsewhere = self._create_students(2)
        elsewhere.partner_id.company_id = other
        self._grant(student + elsewhere)
        self.assertEqual(student.user_id.company_id, self.env.company)
        self.assertEqual(elsewhere.user_id.company_id, other)
        self.assertEqual(elsewhere.user_id.company_ids, other)

    def test_user_has_the_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        student = self._create_students(1, lang="fr_FR")
        self._grant(student)
        self.assertEqual(student.user_id.lang, "fr_FR")

    def test_user_of_the_contact_is_linked_and_gets_the_portal_group(self):
        student = self._create_students(1)
        user = self._create_user("made.elsewhere@example.com", "base.group_portal")
        student.partner_id = user.partner_id
        student.email = user.login
        users_before = self.env["res.users"].search_count([])
        outcomes = self._grant(student)
        self.assertEqual(outcomes[student].state, "granted")
        self.assertEqual(student.user_id, user)
        self.assertGranted(student, "made.elsewhere@example.com")
        self.assertEqual(self.env["res.users"].search_count([]), users_before)

    def test_user_made_by_the_portal_wizard_of_odoo_is_linked(self):
        student = self._create_students(1)
        wizard = self.env["portal.wizard"].create(
            {"partner_ids": student.partner_id.ids}
        )
        wizard.user_ids.action_grant_access()
        user = student.partner_id.user_ids
        self._grant(student)
        self.assertEqual(student.user_id, user)
        self.assertGranted(student, student.email)

    def test_access_revoked_by_the_portal_wizard_of_odoo_is_restored(self):
        student = self._create_students(1)
        self._grant(student)
        user = student.user_id
        wizard = self.env["portal.wizard"].create(
            {"partner_ids": student.partner_id.ids}
        )
        wizard.user_ids.action_revoke_access()
        self.assertFalse(user.active)
        self.assertEqual(student.portal_state, "revoked")
        outcomes = self._grant(student)
        self.assertEqual(outcomes[student].state, "restored")
        self.assertEqual(student.user_id, user)
        self.assertGranted(student, student.email)
        self.assertFalse(user._is_public())

    def test_archived_user_is_restored_with_the_level_chosen(self):
        student = self._create_students(1)
        self._grant(student, portal_group=self.group_limited)
        user = student.user_id
        user.active = False
        outcomes = self._grant(student)
        self.assertEqual(outcomes[student].state, "restored")
        self.assertGranted(student, student.email)
        self.assertNotIn(self.group_limited, user.group_ids)

    def test_student_with_access_is_left_untouched(self):
        student = self._create_students(1)
        self._grant(student)
        user = student.user_id
        student.email = "changed@example.com"
        outcomes = self._grant(student, portal_group=self.group_limited)
        self.assertEqual(outcomes[student].state, "skipped")
        self.assertIn("already has access", outcomes[student].message)
        self.assertEqual(user.login, outcomes[student].message.split()[-1].strip("."))
        self.assertNotIn(self.group_limited, user.group_ids)

    def test_siblings_with_one_address_are_both_skipped(self):
        students = self._create_students(2, email="parent@example.com")
        outcomes = self._grant(students)
        self.assertEqual({o.state for o in outcomes.values()}, {"skipped"})
        self.assertFalse(students.user_id)

    def test_two_students_of_one_contact_never_get_two_users(self):
        student = self._create_students(1)
        twin = self._create_students(1, partner_id=student.partner_id.id)
        logins = {student.id: "one@example.com", twin.id: "two@example.com"}
        outcomes = self._grant(student + twin, logins=logins)
        self.assertEqual(
            [each.state for each in outcomes.values()], ["granted", "skipped"]
        )
        self.assertIn("same contact", outcomes[twin].message)
        self.assertFalse(outcomes[twin].needs_attention)
        self.assertEqual(student.partner_id.user_ids.login, "one@example.com")
        self.assertEqual(twin.user_id, student.user_id)
        self.assertTrue(twin.portal_access_id)
        self.assertEqual(twin.portal_access_id, student.portal_access_id)

    def test_archived_student_is_skipped(self):
        student = self._create_students(1)
        student.active = False
        outcomes = self._grant(student)
        self.assertEqual(outcomes[student].state, "skipped")
        self.assertFalse(student.user_id)

    def test_user_that_belongs_to_another_contact_is_replaced(self):
        student = self._create_students(1)
        student.user_id = self.portal_user
        self._grant(student)
        self.assertNotEqual(student.user_id, self.portal_user)
        self.assertGranted(student, student.email)

    def test_typed_address_goes_to_the_contact(self):
        student = self._create_students(1, email=False)
        self._grant(student, logins={student.id: "New@Example.com"})
        self.assertGranted(student, "new@example.com")
        self.assertEqual(student.email, "new@example.com")

    def test_formatted_address_of_the_contact_is_kept(self):
        student = self._create_students(1, email="Jane <Jane.F@example.com>")
        self._grant(student)
        self.assertGranted(student, "jane.f@example.com")
        self.assertEqual(student.email, "Jane <Jane.F@example.com>")

    def test_one_failure_never_loses_the_others(self):
        students = self._create_students(9)
        guilty = students[4]
        accesses = type(self.env["op.student.portal.access"])
        values = accesses._user_values

        def refuse_the_guilty(access, student, login, portal_group):
            if student == guilty:
                raise UserError(self.env._("This one is refused."))
            return values(access, student, login, portal_group)

        with patch.object(accesses, "_user_values", refuse_the_guilty):
            outcomes = self._grant(students)
        self.assertEqual(outcomes[guilty].state, "failed")
        self.assertEqual(outcomes[guilty].message, "This one is refused.")
        self.assertFalse(guilty.user_id)
        for student in students - guilty:
            self.assertEqual(outcomes[student].state, "granted")
            self.assertGranted(student, student.email)
            self.assertTrue(student.sudo().portal_access_id.mail_id)

    def test_conflict_is_left_to_odoo_to_retry(self):
        student = self._create_students(1)
        with (
            patch.object(
                type(self.env["op.student.portal.access"]),
                "lock_contacts",
                side_effect=SerializationFailure(),
            ),
            self.assertRaises(SerializationFailure),
        ):
            self._grant(student)

    def test_queries_do_not_grow_with_the_students(self):
        def cost(count):
            students = self._create_students(count)
            return self._count_queries(lambda: self._grant(students))

        cost(10)
        small, large = cost(10), cost(110)
        # Odoo's own create of users asks some questions for each of them.
        self.assertLess((large - small) / 100, 8)

    def test_assessing_asks_each_question_once(self):
        students = self._create_students(60)
        self._grant(students[:20])
        self.env.flush_all()
        self.env.invalidate_all()
        self._assess(students[:2])
        self.env.invalidate_all()
        with self.assertQueryCount(14):
            self._assess(students)

    def test_chatter_tells_who_granted_what(self):
        student = self._create_students(1)
        self._grant(student)
        message = student.message_ids[0]
        self.assertEqual(message.author_id, self.student_manager.partner_id)
        self.assertIn(student.email, message.body)
        self.assertIn(self.group_student_portal.name, message.body)
        self.assertTold(student, granted=1, restored=0)
        student.user_id.active = False
        self._grant(student)
        self.assertTold(student, granted=1, restored=1)

    def assertTold(self, student, granted, restored):
        bodies = "".join(student.message_ids.mapped("body"))
        self.assertEqual(bodies.count("Portal access granted"), granted)
        self.assertEqual(bodies.count("Portal access restored"), restored)
        self.assertNotIn("by letter", bodies)

    def test_search_finds_number_card_and_email(self):
        student = self._create_students(
            1, gr_no="REG-4711", id_number="CARD-0815", email="find.me@example.com"
        )
        view = self.env["op.student"].get_view(
            self.env.ref("openeducat_core.view_op_student_search").id, "search"
        )
        for text in ("REG-4711", "CARD-0815", "find.me@example.com", student.name):
            self.assertIn(student, self._search_as_typed(view, text), text)

    def _search_as_typed(self, view, text):
        field = etree.fromstring(view["arch"]).find(".//field[@name='name']")
        domain = safe_eval(field.get("filter_domain"), {"self": text})
        return self.env["op.student"].search(domain)
