import base64
from urllib.parse import urlsplit

from lxml import html

from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import tagged
from odoo.tests.common import HOST

from .portal_profile_common import PROFILE, PortalProfileCase, picture


@tagged("post_install", "-at_install")
class TestPortalAccount(PortalProfileCase):
    """Odoo's own pages of the account, where a student uses them."""

    def _address(self, contact, **values):
        """Return the values of Odoo's form of an address."""
        return {
            "partner_id": str(contact.id),
            "name": contact.name,
            "email": contact.email,
            "phone": "+32 2 555 09 09",
            "street": "Station Street 1",
            "city": "Ghent",
            "zip": "9000",
            "country_id": str(self.belgium.id),
            "use_delivery_as_billing": "true",
            "callback": "/my",
            **values,
        }

    def test_account_leads_to_the_profile(self):
        self._sign_in()
        response = self.url_open("/my/account", allow_redirects=False)
        self.assertTrue(response.headers["Location"].endswith(PROFILE))
        # Odoo asks for the address on the way to another page.
        asked = self.url_open("/my/account?redirect=/my/home", allow_redirects=False)
        self.assertEqual(asked.status_code, 200)
        with self._changed(self._section("profile"), active=False):
            self._sign_in()
            page = self.url_open("/my/account").text
            [name] = html.fromstring(page).xpath("//input[@name='name']")
            self.assertEqual(name.get("readonly"), "1")

    def test_pages_after_the_sign_in_are_in_the_language_of_the_student(self):
        self._speak(self.student, "fr_FR")
        self.portal_user.lang = "fr_FR"
        for user, path in (
            (self.student.user_id, "/fr/my"),
            (self.other_student.user_id, "/my"),
            # Who is no student goes on as Odoo has it.
            (self.portal_user, "/my"),
        ):
            user.password = "student-password-1"
            self.authenticate(None, None)
            # What a page of a school that speaks English leaves in the browser.
            self.opener.cookies.set("frontend_lang", "en_US", domain=HOST)
            page = self._post_sign_in(user)
            self.assertEqual(urlsplit(page.url).path, path)

    def _post_sign_in(self, user, **options):
        data = {
            "csrf_token": Request.csrf_token(self),
            "login": user.login,
            "password": "student-password-1",
        }
        return self.url_open("/web/login", data=data, **options)

    def test_student_without_a_language_signs_in(self):
        user = self.student.user_id
        user.password = "student-password-1"
        user.lang = False
        self.authenticate(None, None)
        response = self._post_sign_in(user, allow_redirects=False)
        self.assertEqual(response.status_code, 303)

    def test_student_changes_neither_name_nor_email_in_the_account(self):
        contact = self.student.partner_id
        name, email = contact.name, contact.email
        for values in (
            {"name": "Somebody Else"},
            {"email": "else@example.com"},
            {"name": ""},
            {"name": "Somebody Else", "verify_address_values": ""},
        ):
            answer = self._post("/my/address/submit", self._address(contact, **values))
            self.env.invalidate_all()
            self.assertIn("Only your school can change", answer.text, values)
            self.assertEqual((contact.name, contact.email), (name, email))
            self.assertEqual(contact.city, "Namur")

    def test_form_without_the_email_is_answered_by_odoo(self):
        values = self._address(self.student.partner_id, city="Ghent")
        del values["email"]
        answer = self._post("/my/address/submit", values)
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("Only your school", answer.text)

    def test_who_may_edit_the_contact_of_a_student_does_not_either(self):
        contact = self._create_students(1).partner_id
        contact.write({"parent_id": self.portal_user.partner_id.id, "type": "other"})
        self.assertFalse(contact.student_portal_access_ids)
        name = contact.name
        page = self._open(f"/my/address?partner_id={contact.id}", self.portal_user)
        [field] = html.fromstring(page).xpath("//input[@name='name']")
        self.assertEqual(field.get("readonly"), "1")
        answer = self._post(
            "/my/address/submit",
            self._address(contact, name="Somebody Else"),
            self.portal_user,
        )
        self.env.invalidate_all()
        self.assertIn("Only your school can change", answer.text)
        self.assertEqual(contact.name, name)

    def test_student_whose_portal_is_off_does_not_either(self):
        self.company.student_portal_enabled = False
        contact = self.student.partner_id
        self._post("/my/address/submit", self._address(contact, name="Somebody Else"))
        self.env.invalidate_all()
        self.assertNotEqual(contact.name, "Somebody Else")

    def test_address_changed_in_the_account_is_in_the_chatter(self):
        answer = self._post(
            "/my/address/submit", self._address(self.student.partner_id)
        )
        self.env.invalidate_all()
        self.assertIn("redirectUrl", answer.text)
        self.assertEqual(self.student.city, "Ghent")
        self.assertIn("City: Namur → Ghent", self._chatter()[0])

    def test_other_portal_users_keep_what_odoo_lets_them(self):
        contact = self.portal_user.partner_id
        page = self._open("/my/account", self.portal_user)
        [name] = html.fromstring(page).xpath("//input[@name='name']")
        self.assertIsNone(name.get("readonly"))
        answer = self._post(
            "/my/address/submit",
            self._address(contact, name="New Name"),
            self.portal_user,
        )
        self.env.invalidate_all()
        self.assertIn("redirectUrl", answer.text)
        self.assertEqual(contact.name, "New Name")
        self.portal_user.with_user(self.portal_user).name = "Newer Name"

    def test_student_cannot_write_the_own_user_by_a_remote_call(self):
        user = self.student.user_id.with_user(self.student.user_id)
        for values in (
            {"name": "Somebody Else"},
            {"email": "else@example.com"},
            {"phone": "1"},
            {"image_1920": base64.b64encode(picture())},
            {"lang": "en_US", "name": "Somebody Else"},
            {"login": "else@example.com"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                user.write(values)
        user.tz = "Europe/Brussels"
        user.with_user(self.env.ref("base.user_admin")).name = "Named by the school"
        # What other code has checked.
        user.sudo().phone = "+32 2 555 01 02"

    def test_who_works_here_and_is_a_student_writes_the_own_user(self):
        self.other_student.partner_id = self.employee.partner_id
        self.employee.with_user(self.employee).name = "Newer Name"

    def test_user_of_nobody_is_deleted(self):
        user = self._create_user("portal.test.leaver", "base.group_portal")
        user.unlink()
        self.assertFalse(user.exists())

    def test_student_cannot_delete_the_account(self):
        user = self.student.user_id
        user.password = "student-password-1"
        self.assertNotIn("portal_deactivate_account", self._open("/my/security"))
        answer = self._post(
            "/my/deactivate_account",
            {"validation": user.login, "password": "student-password-1"},
        )
        self.env.invalidate_all()
        self.assertIn("Ask your school to revoke", answer.text)
        self.assertTrue(user.active)
        self.assertFalse(
            self.env["res.users.deletion"].search([("user_id", "=", user.id)])
        )

    def test_other_portal_users_can_delete_theirs(self):
        page = self._open("/my/security", self.portal_user)
        self.assertIn("portal_deactivate_account", page)
        self.portal_user._deactivate_portal_user()
        self.assertFalse(self.portal_user.active)
