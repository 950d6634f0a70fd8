from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_profile_common import EDIT, PROFILE, PortalProfileCase


@tagged("post_install", "-at_install")
class TestPortalProfile(PortalProfileCase):
    """What a student sees of the own profile, and changes."""

    def test_profile_shows_what_the_school_knows(self):
        self.company.write({"email": "office@school.example.com", "phone": "123 456"})
        page = self._open(PROFILE)
        for text in (
            self.student.name,
            "PT-PROFILE",
            "03/04/2005",
            self.student.email,
            "+32 2 555 01 01",
            "Namur",
            self.company.name,
            "mailto:office@school.example.com",
            "tel:123456",
        ):
            self.assertIn(text, page)

    def test_numbers_are_not_turned_round_in_a_language_from_right_to_left(self):
        self._speak(self.student, "ar_001")
        page = html.fromstring(self._open(PROFILE))
        texts = [each.text_content() for each in page.xpath("//bdi")]
        self.assertIn("+32 2 555 01 01", texts)

    def test_what_is_missing_is_a_dash(self):
        page = html.fromstring(self._open(PROFILE, self.other_student.user_id))
        contact = page.xpath("//section[@aria-labelledby='profile_contact']//dd")
        self.assertEqual(
            [each.text_content().strip() for each in contact[:2]], ["–", "–"]
        )

    def test_student_changes_phone_address_and_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._send(
            {
                "phone": " +1 (512) 555-0100 ",
                "street": "1 Main Street",
                "street2": "Apt. 2",
                "zip": "78701",
                "city": "Austin",
                "country_id": str(self.usa.id),
                "state_id": str(self.texas.id),
                "lang": "fr_FR",
            }
        )
        student = self.student
        self.assertIn("512", student.phone)
        self.assertEqual(student.street, "1 Main Street")
        self.assertEqual(student.street2, "Apt. 2")
        self.assertEqual(student.zip, "78701")
        self.assertEqual(student.city, "Austin")
        self.assertEqual(student.country_id, self.usa)
        self.assertEqual(student.state_id, self.texas)
        self.assertEqual(student.lang, "fr_FR")
        self.assertEqual(student.user_id.lang, "fr_FR")

    def test_pages_are_in_the_language_that_was_chosen(self):
        self._speak(self.other_student, "fr_FR")
        self._sign_in()
        # The birth date, as each language writes it.
        english, french = "03/04/2005", "04/03/2005"
        self.assertIn(english, self.url_open(PROFILE).text)
        response = self.url_open(
            EDIT, data={"csrf_token": Request.csrf_token(self), "lang": "fr_FR"}
        )
        self.assertIn(french, response.text)
        self.assertIn(french, self.url_open(PROFILE).text)
        self._sign_in()
        self.assertIn(french, self.url_open(PROFILE).text)

    def test_each_change_is_in_the_chatter_with_what_was_before(self):
        before = len(self._chatter())
        self._send({"city": "Liège", "phone": "+32 2 555 01 01"})
        [text] = self._chatter()[: len(self._chatter()) - before]
        self.assertIn("City: Namur → Liège", text)
        self.assertNotIn("Phone", text)
        message = self.student.message_ids[0]
        self.assertEqual(message.author_id, self.student.partner_id)
        self.assertTrue(message.is_internal or message.message_type == "notification")

    def test_nothing_changed_is_nothing_said(self):
        before = self.student.message_ids
        self._send({"city": "Namur"})
        self.assertEqual(self.student.message_ids, before)

    def test_markup_is_a_text_everywhere(self):
        self._send({"city": "<b>Bold</b>"})
        self.assertEqual(self.student.city, "<b>Bold</b>")
        self.assertIn("&lt;b&gt;Bold", self.student.message_ids[0].body)
        self.assertNotIn("<b>Bold", self._open(PROFILE))
        self.assertNotIn("<b>Bold", self._open(EDIT))

    def test_what_the_school_keeps_is_never_changed(self):
        kept = {
            "name": "Somebody Else",
            "first_name": "Somebody",
            "last_name": "Else",
            "email": "else@example.com",
            "login": "else@example.com",
            "birth_date": "1999-01-01",
            "gr_no": "MINE",
            "id_number": "MINE",
            "gender": "m",
            "user_id": str(self.other_student.user_id.id),
            "partner_id": str(self.other_student.partner_id.id),
            "emergency_contact": str(self.other_student.partner_id.id),
            "parent_id": str(self.other_student.partner_id.id),
            "company_id": "1",
            "active": "",
            "student": str(self.other_student.id),
            "password": "mine",
        }
        before = self.student.read()[0], self.student.user_id.login
        self._send({**kept, "city": "Mons"})
        self.assertEqual(self.student.city, "Mons")
        after = self.student.read()[0]
        changing = {"city", "contact_address", "write_date", "message_ids"}
        for name in set(kept) & set(after) - changing:
            self.assertEqual(after[name], before[0][name], name)
        self.assertEqual(self.student.user_id.login, before[1])
        self.assertFalse(self.student.emergency_contact)

    def test_wrong_values_are_told_and_change_nothing(self):
        for name, wrong in {
            "phone": "call me",
            "city": "x" * 65,
            "street": "x" * 129,
            "country_id": "999999",
            "state_id": str(self.texas.id),
            "lang": "xx_XX",
            "emergency_phone": "12",
        }.items():
            for value in (
                {wrong, wrong + "'", wrong * 9} if name.endswith("_id") else {wrong}
            ):
                with self.subTest(f"{name}={value}"):
                    page = self._send({"zip": "1111", name: value}, status=422)
                    self.assertIn("Nothing has been saved yet", page)
                    self.assertFalse(self.student.zip)
                    [field] = html.fromstring(page).xpath(f"//*[@name='{name}']")
                    self.assertIn("is-invalid", field.get("class"))
                    # What else was typed is still there.
                    self.assertIn('value="1111"', page)

    def test_phone_numbers_of_all_kinds_are_taken(self):
        student = self._pages()
        for number in (
            "+32 470 12 34 56",
            "(02) 555-01.01",
            "0031/20/5550101",
            "+1 512 555 0100 ext. 12",
            "٠٥٠ ١٢٣ ٤٥٦٧",
            "＋３２ ４７０ １２",
            "02\u2010555\u201301\u221201",
            "",
        ):
            self.assertFalse(student.portal_check_profile({"phone": number})[1])
        for number in (
            "1234",
            "+",
            "12345678901234567890123",
            "0800-FLOWERS",
            "0800 12 34 FLOWERS",
        ):
            errors = student.portal_check_profile({"phone": number})[1]
            self.assertIn("phone", errors, number)

    def test_phone_is_kept_with_the_digits_of_telephones(self):
        self._send({"phone": "٠٥٠\u2011١٢٣ ٤٥٦٧"})
        self.assertEqual("".join(filter(str.isdigit, self.student.phone)), "0501234567")
        self.assertTrue(self.student.phone.isascii())

    def test_what_others_changed_meanwhile_is_kept_and_told(self):
        form = self._pages().portal_profile()
        was = {f"was_{name}": text for name, text in form.items()}
        self.student.phone = "+32 2 555 09 09"
        response = self._post(EDIT, {**form, **was, "city": "Mons"})
        self.env.invalidate_all()
        self.assertEqual(self.student.phone, "+32 2 555 09 09")
        self.assertEqual(self.student.city, "Mons")
        self.assertNotIn("Phone", self._chatter()[0])
        page = self._open(response.headers["Location"])
        self.assertIn("Others changed this", page)
        self.assertIn("Phone: +32 2 555 09 09", page)

    def test_what_both_changed_is_asked_about(self):
        form = self._pages().portal_profile()
        was = {f"was_{name}": text for name, text in form.items()}
        self.student.phone = "+32 2 555 09 09"
        mine = {**form, "phone": "+32 2 555 08 08"}
        page = html.fromstring(self._send({**mine, **was}, status=422))
        self.assertIn("+32 2 555 09 09", page.xpath("//*[@id='phone_error']")[0].text)
        self.assertEqual(self.student.phone, "+32 2 555 09 09")
        again = {
            each.name: each.value for each in page.xpath("//input[@type='hidden']")
        }
        again.pop("csrf_token")
        self._send({**mine, **again})
        self.assertEqual(self.student.phone, "+32 2 555 08 08")

    def test_what_was_typed_is_kept_when_the_token_is_of_another_session(self):
        self._sign_in()
        response = self.url_open(EDIT, data={"city": "Mons", "csrf_token": "old"})
        self.assertEqual(response.status_code, 400)
        self.assertIn('value="Mons"', response.text)
        self.assertIn("signed in again", response.text)

    def test_what_cannot_be_seen_is_left_out(self):
        clean, errors, _meanwhile = self._pages().portal_check_profile(
            {"city": " Na\u202emur\r\n\x00 Ville ", "street": ["1"], "phone": None}
        )
        self.assertFalse(errors)
        self.assertEqual(clean["city"], "Na mur Ville")
        self.assertEqual(clean["street"], "")

    def test_state_is_one_of_the_country(self):
        student = self._pages()
        usa, belgium = str(self.usa.id), str(self.belgium.id)
        texas = str(self.texas.id)
        check = student.portal_check_profile
        self.assertFalse(check({"country_id": usa, "state_id": texas})[1])
        self.assertIn("state_id", check({"country_id": belgium, "state_id": texas})[1])
        self.assertIn("state_id", check({"country_id": "", "state_id": texas})[1])
        self.usa.state_required = True
        page = self._send({"country_id": usa, "state_id": ""}, status=422)
        self.assertIn("This is needed in your country", page)
        # A browser without scripts sends the state of the country before.
        self.student.write({"country_id": self.usa.id, "state_id": self.texas.id})
        clean, errors, _meanwhile = check({"country_id": belgium, "state_id": texas})
        self.assertFalse(errors)
        self.assertFalse(clean["state_id"])
        self.assertIn("state_id", check({"country_id": "", "state_id": texas})[1])

    def test_country_is_chosen_by_a_number(self):
        check = self._pages().portal_check_profile
        for text in "²", "٣", "-1", "1.0", "9" * 5000:
            with self.subTest(text[:4]):
                self.assertIn("country_id", check({"country_id": text})[1])

    def test_what_the_office_has_written_hinders_no_other_change(self):
        self.student.phone = "ask the mother"
        self._speak(self.student, "fr_FR")
        self.env.flush_all()
        self.cr.execute("UPDATE res_lang SET active = FALSE WHERE code = 'fr_FR'")
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        student = self._pages().with_context(lang="en_US")
        self.assertFalse(student.portal_check_profile({"city": "Mons"})[1])

    def test_country_that_documents_were_issued_with_stays(self):
        contact = self.student.partner_id
        contact.country_id = self.belgium
        with patch.object(type(contact), "_can_edit_country", lambda _self: False):
            [country] = html.fromstring(self._open(EDIT)).xpath("//*[@id='country_id']")
            self.assertEqual(country.get("disabled"), "disabled")
            self._send({"country_id": str(self.usa.id)}, status=422)
            self._send({"city": "Mons"})
        self.assertEqual((contact.country_id, contact.city), (self.belgium, "Mons"))

    def test_form_is_refused_without_the_token_of_the_page(self):
        self._sign_in()
        for token in {}, {"csrf_token": "wrong"}:
            with mute_logger("odoo.http"):
                response = self.url_open(EDIT, data={"city": "Mons", **token})
            self.assertEqual(response.status_code, 400)
        self.env.invalidate_all()
        self.assertEqual(self.student.city, "Namur")

    def test_address_that_lacked_something_before_hinders_no_other_change(self):
        self.student.partner_id.country_id = self.env.ref("base.us")
        self._send({"tz": "Asia/Tokyo"})
        self.assertEqual(self.student.chosen_tz, "Asia/Tokyo")

    def test_pages_are_refused_to_all_others(self):
        self.assertPagesRefused([PROFILE, EDIT], "profile")

    def test_form_is_refused_to_all_others(self):
        for user in self.portal_user, self.employee:
            self._send({"city": "Mons"}, user=user, status=404)
        section = self._section("profile")
        with self._changed(section, active=False):
            self._send({"city": "Mons"}, status=404)
        with self._changed(self.company, student_portal_enabled=False):
            self._send({"city": "Mons"}, status=403)
        self.assertEqual(self.student.city, "Namur")
        self._send({"city": "Mons"}, user=self.other_student.user_id)
        self.assertEqual(self.student.city, "Namur")
        self.assertEqual(self.other_student.city, "Mons")
        # What guardians may do is open to guardians alone.
        self.company.student_portal_guardians_profile = True
        other = self.other_student.with_user(self.student.user_id).sudo()
        with self.assertRaises(AccessError):
            other.portal_save_profile(other.portal_profile())

    def test_page_costs_a_bounded_number_of_queries(self):
        for url in PROFILE, EDIT:
            self._open(url)
            self._sign_in()
            with self.assertQueryCount(40):
                self.url_open(url)
