from odoo.tests import tagged

from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestGrantLogin(StudentPortalCase):
    """What may be typed as an address, and what it does where it may not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.student = cls._create_students(1, email=False)

    def assertRefused(self, address, status):
        assessments = self._assess(self.student, {self.student.id: address})
        self.assertEqual(assessments[self.student].status, status, repr(address))
        outcomes = self._grant(self.student, logins={self.student.id: address})
        self.assertEqual(outcomes[self.student].state, "skipped", repr(address))
        self.assertTrue(outcomes[self.student].message)
        self.assertFalse(self.student.user_id)
        self.assertFalse(self.student.partner_id.user_ids)
        self.assertFalse(self.student.email)

    def test_no_address(self):
        for address in ("", " ", " \t "):
            self.assertRefused(address, "no_email")

    def test_not_one_valid_address(self):
        for address in (
            "a@b",
            "jane",
            "jane@",
            "@example.com",
            "jane@@example.com",
            "jane@example..com",
            "jane@example.com, john@example.com",
            "jane@example.com;john@example.com",
            "jane@example.com john@example.com",
            "jane doe@example.com",
            "jane@example.com\nBcc: john@example.com",
            "jane@exam\nple.com",
            "Jane\r\n <jane@example.com>",
            "x" * 300 + "@example.com",
            "x" * 65 + "@example.com",
            # Odoo leaves out what it does not understand: these would become the
            # addresses @example.com and jane@example.com.
            "jane:@example.com",
            "jane(home)@example.com",
            "mailto:jane@example.com",
            ".jane@example.com",
            "jane..doe@example.com",
            "jane@-example.com",
            "jane@exam_ple.com",
            "jane@[127.0.0.1]",
            # No mail of Odoo's arrives there.
            "jürgen@example.com",
            "jane@" + "ü" * 70 + ".example.com",
            # What cannot be seen would make another login that looks the same.
            "jane\u200b@example.com",
            "\u202ejane@example.com",
            "jane\0@example.com",
            "jane@exam\u00adple.com",
        ):
            self.assertRefused(address, "invalid_email")

    def test_address_is_normalized(self):
        for address, login in (
            ("  Jane.Upper@EXAMPLE.com ", "jane.upper@example.com"),
            ("jane@BÜCHER.example.de", "jane@bücher.example.de"),
            ("asha@उदाहरण.example", "asha@उदाहरण.example"),
            ("jane.o'neil+school@sub-domain.example.com",) * 2,
            ("Jane Doe <Jane@Example.com>", "jane@example.com"),
        ):
            student = self._create_students(1, email=False)
            outcomes = self._grant(student, logins={student.id: address})
            self.assertEqual(outcomes[student].state, "granted", address)
            self.assertEqual(student.user_id.login, login)

    def test_login_of_another_contact_is_refused(self):
        student = self._create_students(1, email="someone@example.com")
        self._grant(student)
        self.assertRefused("someone@example.com", "login_taken")
        self.employee.login = "worker@example.com"
        self.assertRefused("worker@example.com", "login_taken")
        parent = self.portal_user.copy({"login": "parent@example.com"})
        parent.partner_id.is_parent = True
        self.assertRefused("parent@example.com", "login_taken")
        company = self.portal_user.copy({"login": "company@example.com"})
        company.partner_id.is_company = True
        self.assertRefused("company@example.com", "login_taken")

    def test_login_of_another_contact_is_refused_in_any_case(self):
        for login, address in (
            ("Someone.Else@Example.com", "someone.else@example.com"),
            # Odoo itself leaves the case of these letters as it is.
            ("jane@bücher.example.de", "JANE@BÜCHER.example.de"),
        ):
            self.employee.login = login
            self.assertRefused(address, "login_taken")

    def test_address_of_another_student_of_the_selection_is_refused_in_any_case(self):
        other = self._create_students(1, email="Jane@bücher.example.com")
        logins = {self.student.id: "JANE@BÜCHER.example.com"}
        outcomes = self._grant(self.student + other, logins=logins)
        self.assertEqual({each.state for each in outcomes.values()}, {"skipped"})

    def test_login_of_an_archived_user_is_refused(self):
        self.employee.login = "gone@example.com"
        self.employee.active = False
        self.assertRefused("gone@example.com", "login_taken")

    def test_login_taken_names_whose_it_is(self):
        self.portal_user.login = "taken@example.com"
        assessment = self._assess(self.student, {self.student.id: "taken@example.com"})[
            self.student
        ]
        self.assertTrue(assessment.message.startswith("User already exists"))
        self.assertIn(self.portal_user.name, assessment.message)
