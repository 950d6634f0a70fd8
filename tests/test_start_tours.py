from odoo.tests import tagged

from .start_common import StartCase


@tagged("post_install", "-at_install", "browser")
class TestStartTours(StartCase):
    """A student arrives on a phone."""

    browser_size = "390x844"
    touch_enabled = True
    lang = "en_US"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lang = cls.env["res.lang"]._activate_lang(cls.lang)
        if "website" in cls.env:
            cls.env["website"].search([]).language_ids += lang
        cls.student.lang = cls.lang

    def test_link_of_the_mail(self):
        self.start_tour(self._link(), "student_portal_start_link")
        self.assertEqual(self.student.portal_state, "active")

    def test_dead_link(self):
        link = self._link()
        self.access.user_id.password = "Another-Horse-88"
        self.access.partner_id.signup_type = False
        self._set_mails_sent(self.student)
        before = self.access.mail_id
        self.start_tour(link, "student_portal_start_dead")
        self.assertNotEqual(self.access.mail_id, before)

    def test_code_of_the_letter(self):
        code = self.access.make_code().lower().replace("-", "")
        self.start_tour(
            "/my/start", "student_portal_start_code", cookies={"student_code": code}
        )
        self.assertEqual(self.student.portal_state, "active")


@tagged("post_install", "-at_install", "browser")
class TestStartToursInArabic(TestStartTours):
    lang = "ar_001"
