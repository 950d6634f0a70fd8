from datetime import timedelta

from lxml import html

from odoo.tests import tagged

from .portal_guardian_common import LIMITED, GuardianPagesCase
from .portal_timetable_common import TimetableCase


@tagged("post_install", "-at_install")
class TestPortalChildrenCards(GuardianPagesCase):
    """A card for each child, of what is to be known today."""

    def _full_family(self):
        """Give the mother four children, of whom demo data knows all.

        :return: the one whose pages are full
        """
        student = self._full_student()
        batch = student.course_detail_ids.batch_id
        classmates = self.env["op.student.course"].search(
            [("batch_id", "in", batch.ids), ("student_id", "!=", student.id)], limit=2
        )
        self._parent(self.mother).student_ids = (
            student + classmates.student_id + self.younger
        )
        return student

    def _cards(self, user=None):
        """Return the text of each card on the page, by the name of the child."""
        page = html.fromstring(self._open("/my/children", user or self.mother))
        return {
            card.findtext(".//h2"): " ".join(card.text_content().split())
            for card in page.xpath("//article")
        }

    def test_card_says_what_the_childs_own_home_says(self):
        student = self._full_family()
        cards = self._cards()
        self.assertEqual(len(cards), 4)
        child = self._as_guardian(student)
        card = cards[student.name]
        _none, sections = child.portal_open_section()
        for code in "assignments", "grades", "fees":
            if code in sections.mapped("code"):
                summary = child.portal_summary(
                    sections.filtered(lambda each, code=code: each.code == code)
                )
                value = " ".join(str(summary["value"]).split())
                self.assertIn(value, card, code)
        self.assertIn(self.younger.name, cards)

    def test_facts_of_a_child_are_not_its_siblings(self):
        student = self._full_family()
        children = self._seen(self.mother)
        together = children.portal_cards()
        for child in children:
            [alone] = child.portal_cards().values()
            self.assertEqual(together[child], alone, child.name)
        self.assertNotEqual(together[student], together[self.younger])

    def test_queries_are_bounded(self):
        self._full_family()
        self._open("/my/children", self.mother)
        with self.assertQueryCount(43):
            self.url_open("/my/children")
        before = self._count_queries(lambda: self._seen(self.mother).portal_cards())
        self._parent(self.mother).student_ids += self._create_students(4)
        after = self._count_queries(lambda: self._seen(self.mother).portal_cards())
        self.assertLessEqual(after, before)

    def test_limited_guardian_sees_no_fees(self):
        self._full_family()
        limited = self._create_guardian(
            "portal.test.limited", self._seen(self.mother), LIMITED
        )
        for card in self._cards(limited).values():
            self.assertNotIn("pay", card)

    def test_barred_child_is_on_no_card(self):
        student = self._full_family()
        self._bar(self.mother, student)
        page = self._open("/my/children", self.mother)
        self.assertNotIn(student.name, page)
        self.assertIn(self.younger.name, page)
        self.assertIn("Is a child missing", page)

    def test_children_without_anything_yet_have_cards(self):
        cards = self._cards()
        self.assertEqual(set(cards), set(self.children.mapped("name")))
        if "op.session" in self.env:
            self.assertIn("0 today", cards[self.child.name])


@tagged("post_install", "-at_install")
class TestPortalChildrenClasses(GuardianPagesCase, TimetableCase):
    def test_classes_of_today_are_on_the_card_of_their_child(self):
        noon = self.child.portal_midnight(self.child.portal_today())
        noon += timedelta(hours=12)
        self._create_session(noon)
        self._create_session(noon, state="cancel")
        cards = self._seen(self.mother).portal_cards()
        for child, count in ((self.child, "1"), (self.younger, "0")):
            facts = {section.code: fact for section, fact in cards[child]}
            self.assertEqual(facts["timetable"]["value"], count)
