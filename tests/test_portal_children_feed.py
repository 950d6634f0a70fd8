from odoo.tests import tagged

from .portal_common import needs_model
from .portal_guardian_common import LIMITED, GuardianPagesCase


@tagged("post_install", "-at_install")
@needs_model("op.session")
class TestPortalChildrenFeed(GuardianPagesCase):
    """The calendar of a child, at an address of each guardian's own."""

    def _subscribe(self, child=None, user=None):
        """Return the path of the calendar that a guardian has asked for."""
        user = user or self.mother
        url = self._address("/timetable/calendar", child)
        self.assertEqual(self._post(url, {}, user).status_code, 303)
        address = self._as_guardian(child, user).portal_calendar_address()
        return address.partition(self.mother.get_base_url())[2]

    def _fetch(self, path, status=200):
        self.authenticate(None, None)
        response = self.url_open(path)
        self.assertEqual(response.status_code, status, path)
        return response

    def test_each_guardian_has_an_address_for_each_child(self):
        stepfather = self._create_guardian("portal.test.step", self.children)
        paths = [
            self._subscribe(child, user)
            for child in self.children
            for user in (self.mother, stepfather)
        ]
        self.assertEqual(len(set(paths)), 4)
        self.assertIn(paths[0], self._open(self._address("/timetable"), self.mother))
        self.assertIn(self.child.name, self._fetch(paths[0]).text)
        self.assertIn(self.younger.name, self._fetch(paths[2]).text)
        # Renewing one leaves the others, and the student's, alone.
        self.assertFalse(self.child.portal_calendar_token)
        renewed = self._subscribe()
        self._fetch(paths[0], 404)
        for path in (renewed, *paths[1:]):
            self._fetch(path)

    def test_feed_ends_with_what_hides_the_child(self):
        path = self._subscribe()
        other = self._subscribe(self.younger)
        for reason, status in self._invisible():
            with self.subTest(reason):
                self._fetch(path, 404)
                if "company" not in reason and "guardian" not in reason:
                    self._fetch(other, 404 if status == 403 else 200)
        self._fetch(path)
        limited = self.env.ref(LIMITED)
        self._section("timetable").group_ids -= limited + self.env.ref(
            "openeducat_student_portal.group_guardian_portal"
        )
        self._fetch(path, 404)

    def test_feed_ends_with_the_guardians_user(self):
        path = self._subscribe()
        others = self._subscribe(self.other_student, self.father)
        self.mother.active = False
        self._fetch(path, 404)
        self.mother.active = True
        self.mother.end_links_and_sessions()
        self._fetch(path, 404)
        self._fetch(others)

    def test_feed_of_another_child_cannot_be_asked_for(self):
        for user in self.father, self.portal_user, self.child.user_id:
            url = self._address("/timetable/calendar")
            self.assertEqual(self._post(url, {}, user).status_code, 404)
        self.assertFalse(self.env["op.student.portal.feed"].search([]))
