from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .portal_guardian_common import GuardianPagesCase

PROFILE = "/my/student/profile"
HIDE = "/my/student/profile/guardians"


@tagged("post_install", "-at_install")
class TestPortalAdult(GuardianPagesCase):
    """Adult students see who views their pages, and may end it where they can."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.child.portal_today()
        cls._set_age(18)

    @classmethod
    def _set_age(cls, years, days=0):
        cls.child.birth_date = cls.today - relativedelta(years=years, days=days)

    def _hide(self, hidden="1", user=None, url=HIDE):
        response = self._post(url, {"hidden": hidden}, user or self.child.user_id)
        self.env.invalidate_all()
        return response.status_code

    def test_adult_sees_who_views_the_pages(self):
        page = self._open(PROFILE)
        self.assertIn(self.mother.name, page)
        self.assertIn(self.relationship.name, page)
        self._bar(self.mother, self.child)
        page = self._open(PROFILE)
        self.assertNotIn(self.mother.name, page)
        self.assertIn("No guardian can view", page)

    def test_minor_is_not_told(self):
        self._set_age(18, days=-1)
        self.assertNotIn("Who can view", self._open(PROFILE))
        self.company.student_portal_adult_age = 17
        self.assertIn("Who can view", self._open(PROFILE))
        self.child.birth_date = False
        self.assertNotIn("Who can view", self._open(PROFILE))

    def test_guardian_without_a_user_views_nothing(self):
        self.mother.active = False
        self.assertNotIn(self.mother.name, self._open(PROFILE))

    def test_guardian_is_not_shown_the_others(self):
        self.assertNotIn(
            "Who can view", self._open(self._address("/profile"), self.mother)
        )

    def test_adult_hides_the_pages_where_the_school_lets_it(self):
        self.assertNotIn("Hide my pages", self._open(PROFILE))
        self.assertEqual(self._hide(), 403)
        self.assertIn(self.child, self._seen(self.mother))
        self.company.student_portal_adults_hide = True
        self.assertIn("Hide my pages", self._open(PROFILE))
        self.assertEqual(self._hide(), 303)
        self.assertEqual(self._seen(self.mother), self.younger)
        self._open(self._address(), self.mother, status=404)
        self.assertIn("hidden your pages", self._open(PROFILE))
        self.assertEqual(self._hide("0"), 303)
        self.assertIn(self.child, self._seen(self.mother))

    def test_what_was_hidden_is_shown_when_the_school_changes_its_mind(self):
        self.company.student_portal_adults_hide = True
        self._hide()
        self.company.student_portal_adults_hide = False
        self.assertIn(self.child, self._seen(self.mother))

    def test_minor_hides_nothing(self):
        self.company.student_portal_adults_hide = True
        self._set_age(17)
        self.assertEqual(self._hide(), 403)
        self.assertIn(self.child, self._seen(self.mother))

    def test_guardian_decides_nothing(self):
        self.company.student_portal_adults_hide = True
        url = self._address("/profile/guardians")
        self.assertEqual(self._hide(user=self.mother, url=url), 403)
        self.assertEqual(self._hide(user=self.father, url=url), 404)
        with self.assertRaises(AccessError):
            self._as_guardian().portal_hide_from_guardians(True)
        with self.assertRaises(AccessError):
            self.child.with_user(self.faculty).read(["hidden_from_guardians"])
        self.assertIn(self.child, self._seen(self.mother))
        self.assertLess(self.child.birth_date, fields.Date.today())
