from lxml import html

from odoo.tests import tagged

from .portal_profile_common import PortalProfileCase


@tagged("post_install", "-at_install")
class TestPortalProfileEmergency(PortalProfileCase):
    """A student names an emergency contact, and touches nobody else's."""

    EMERGENCY = {
        "emergency_name": "Anna Tester",
        "emergency_phone": "+32 2 555 02 02",
        "emergency_relation": "Mother",
    }

    def test_contact_is_made_for_the_student(self):
        self._send(self.EMERGENCY)
        contact = self.student.emergency_contact
        self.assertEqual(contact.name, "Anna Tester")
        self.assertEqual(contact.phone, "+32 2 555 02 02")
        self.assertEqual(contact.parent_id, self.student.partner_id)
        self.assertEqual(contact.company_id, self.student.company_id)
        self.assertFalse(contact.user_ids)
        self.assertEqual(self.student.emergency_relation, "Mother")
        text = self._chatter()[0]
        self.assertIn("Emergency contact: – → Anna Tester", text)
        self.assertIn("Relation of the emergency contact: – → Mother", text)

    def test_contact_of_ones_own_is_changed_in_place(self):
        self._send(self.EMERGENCY)
        contact = self.student.emergency_contact
        self._send({**self.EMERGENCY, "emergency_phone": "+32 2 555 03 03"})
        self.assertEqual(self.student.emergency_contact, contact)
        self.assertEqual(contact.phone, "+32 2 555 03 03")
        count = self.env["res.partner"].search_count([])
        self._send({"city": "Mons"})
        self.assertEqual(self.env["res.partner"].search_count([]), count)

    def test_contact_of_somebody_else_is_left_as_it_is(self):
        family = {"name": "Anna Tester", "phone": "+32 2 555 02 02"}
        of_the_school = self.env["res.partner"].create(family)
        child = self.env["res.partner"].create(
            {**family, "parent_id": self.student.partner_id.id}
        )
        # Such as an address of the own account, which belongs to no student.
        by_the_student = child.with_user(self.student.user_id).sudo().create(family)
        address = by_the_student.create(
            {**family, "parent_id": self.student.partner_id.id, "type": "other"}
        )
        for contact in (
            of_the_school,
            child,
            by_the_student,
            address,
            self.portal_user.partner_id,
        ):
            self.student.emergency_contact = contact
            before = contact.name, contact.phone
            self._send({**self.EMERGENCY, "emergency_name": "Berta Tester"})
            self.assertEqual((contact.name, contact.phone), before)
            self.assertNotEqual(self.student.emergency_contact, contact)
            self.assertEqual(self.student.emergency_contact.name, "Berta Tester")

    def test_contact_that_has_a_user_by_now_is_left_as_it_is(self):
        self._send(self.EMERGENCY)
        contact = self.student.emergency_contact
        self.portal_user.partner_id = contact
        self._send({**self.EMERGENCY, "emergency_name": "Berta Tester"})
        self.assertEqual(contact.name, "Anna Tester")
        self.assertNotEqual(self.student.emergency_contact, contact)

    def test_name_and_number_are_both_needed(self):
        for name in "emergency_name", "emergency_phone":
            page = self._send({**self.EMERGENCY, name: ""}, status=422)
            [field] = html.fromstring(page).xpath(f"//*[@name='{name}']")
            self.assertIn("is-invalid", field.get("class"))
        self._send(self.EMERGENCY)
        self._send(dict.fromkeys(self.EMERGENCY, ""), status=422)
        self.assertEqual(self.student.emergency_contact.name, "Anna Tester")

    def test_relation_alone_is_changed_without_touching_the_contact(self):
        contact = self.env["res.partner"].create(
            {"name": "Anna Tester", "phone": "+32 2 555 02 02"}
        )
        self.student.emergency_contact = contact
        self._send({**self.EMERGENCY, "emergency_relation": "Aunt"})
        self.assertEqual(self.student.emergency_contact, contact)
        self.assertEqual(self.student.emergency_relation, "Aunt")
