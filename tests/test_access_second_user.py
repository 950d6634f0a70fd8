from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .access_common import PortalAccessCase


@tagged("post_install", "-at_install")
class TestAccessSecondUser(PortalAccessCase):
    """A user made by hand for a contact that has an access, with its user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.student = cls._create_invited()
        cls.contact = cls.student.partner_id
        cls.user = cls.student.user_id

    def assertRefused(self, act):
        """Check that an act is refused, with whose access it is and what to do."""
        users = self.env["res.users"].with_context(active_test=False)
        before = (users.search([]), self.user.active, self.contact.email)
        messages = self.student.message_ids
        with self.assertRaises(UserError) as raised:
            act()
        for text in (self.contact.name, self.user.login, "Restore Access"):
            self.assertIn(text, str(raised.exception))
        # What raises undoes nothing by itself in a test.
        after = (users.search([]), self.user.active, self.contact.email)
        self.assertEqual(after, before)
        self.assertEqual(self.student.message_ids, messages)

    def _values(self, **values):
        return {
            "login": "second@example.com",
            "partner_id": self.contact.id,
            "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            **values,
        }

    def test_user_made_by_hand_is_refused(self):
        users = self.env["res.users"].with_user(self.env.ref("base.user_admin"))
        for context in ({}, {"no_reset_password": True}):
            with self.subTest(context=context):
                makers = users.with_context(**context)
                self.assertRefused(lambda makers=makers: makers.create(self._values()))
        self.assertRefused(
            lambda: users.create(
                [self._values(partner_id=False, name="Another"), self._values()]
            )
        )
        self._as(self.student).action_revoke_portal_access()
        self.assertRefused(lambda: users.create(self._values()))

    def test_user_of_another_contact_is_not_moved_here(self):
        self.assertRefused(
            lambda: self.portal_user.write({"partner_id": self.contact.id})
        )
        self.user.write({"partner_id": self.contact.id})
        self.assertEqual(self.contact.user_ids, self.user)

    def test_contact_without_access_gets_a_user(self):
        contact = self.env["res.partner"].create({"name": "A Guest"})
        user = self.env["res.users"].create(self._values(partner_id=contact.id))
        self.assertEqual(contact.user_ids, user)

    def test_access_does_not_move_to_another_user_of_the_contact(self):
        # No method of Odoo's makes one; merging contacts does it by SQL.
        self.portal_user.login = "second@example.com"
        self.env.flush_all()
        self.cr.execute(
            "UPDATE res_users SET partner_id = %s WHERE id = %s",
            (self.contact.id, self.portal_user.id),
        )
        self.env.invalidate_all()
        self._as(self.student).action_revoke_portal_access()
        self.contact.email = self.portal_user.login
        assessment = self._assess(self.student)[self.student]
        self.assertEqual(assessment.status, "login_taken")

    def _line(self):
        wizard = self.env["portal.wizard"].create({"partner_ids": self.contact.ids})
        return wizard.user_ids

    def test_portal_wizard_of_odoo_leaves_the_access_alone(self):
        line = self._line()
        with Form(line) as form:
            form.email = "typed.here@example.com"
        self.assertRefused(line.action_invite_again)
        self.assertRefused(line.action_grant_access)
        self._as(self.student).action_revoke_portal_access()
        self.assertRefused(self._line().action_grant_access)
        self.assertRefused(self._line().action_invite_again)
        self.assertFalse(self.user.active)
