from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from ..models.op_student_portal_access.invite import INVITATION_TEMPLATE
from .access_common import PASSWORD
from .start_common import StartCase


@tagged("post_install", "-at_install")
class TestAccessByLetter(StartCase):
    """Students whom no mail reaches, and families who share a mailbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.student_portal_login_pattern = "{first_name}{number}"
        cls.pupil = cls._create_pupils()
        cls._grant(cls.pupil)
        cls.paper = cls.pupil.sudo().portal_access_id

    @classmethod
    def _create_pupils(cls, count=1, first_name="Ada", **values):
        return cls._create_students(
            count,
            **{
                "first_name": first_name,
                "name": f"{first_name} Pupil",
                "email": False,
                **values,
            },
        )

    def _code(self, access=None):
        """Record a letter as printed, and return its code."""
        access = access or self.paper
        self.assertFalse(access._letters_refusals()[access])
        access._letters()
        return access.letters()[0].code

    def _mails(self):
        return self.env["mail.mail"].sudo().search([])

    # -- no mail -----------------------------------------------------------------

    def test_nothing_is_mailed_to_a_login_that_is_no_address(self):
        mails = self._mails()
        pupil = self._create_pupils()
        self._grant(pupil)
        access = pupil.sudo().portal_access_id
        self.assertEqual(access.mail_state, "letter")
        self.assertFalse(access.email)
        self.assertEqual((access.state, access.progress), ("granted", "granted"))
        self.assertIn("by letter", self._bodies(pupil))
        message = self._as(pupil).action_resend_portal_invitation()
        self.assertNotified(message, "success")
        self._sign_in_once(pupil)
        self._as(pupil).action_reset_portal_password()
        self._send("/my/start/link", login=access.login)
        with self.assertRaises(UserError):
            self.env["res.users"].sudo().reset_password(access.login)
        self.assertFalse(self._mails() - mails)

    def test_address_of_before_is_not_told_of_a_letter(self):
        student = self._create_students(1)
        self._grant(student)
        self._as(student).action_revoke_portal_access()
        student.email = False
        mails = self._mails()
        self._grant(student, logins={student.id: "letter.login"})
        access = student.sudo().portal_access_id
        self.assertEqual((access.state, access.mail_state), ("granted", "letter"))
        self.assertFalse(access.email)
        self.assertFalse(self._mails() - mails)

    def test_mail_that_waits_does_not_leave_once_there_is_a_letter(self):
        student = self._create_students(1)
        self._grant(student, logins={student.id: "letter.login"})
        access = student.sudo().portal_access_id
        mail = access.mail_id
        self.assertEqual(mail.state, "outgoing")
        student.email = False
        self._as(student).action_resend_portal_invitation()
        self.assertEqual(access.mail_state, "letter")
        self.assertEqual(mail.state, "cancel")

    def test_question_counts_mails_and_letters(self):
        mailed = self._create_students(3)
        self._grant(mailed)
        self._set_mails_sent(mailed)
        run = self.assertDialog(
            self._as(mailed + self.pupil).action_resend_portal_invitation()
        )
        self.assertIn("3 students will be mailed", run.question)
        self.assertIn("Letters to print: 1.", run.question)
        other = self._create_pupils()
        self._grant(other)
        run = self.assertDialog(
            self._as(self.pupil + other).action_resend_portal_invitation()
        )
        self.assertNotIn("mailed", run.question)
        self.assertIn("Letters to print: 2.", run.question)

    def test_forgotten_password_says_to_ask_the_school(self):
        with self.assertRaises(UserError) as raised:
            self.env["res.users"].sudo().reset_password("ada")
        self.assertIn("Ask the school", str(raised.exception))
        self.authenticate(None, None)
        # The same for a login that nobody has.
        for login in ("ada", "nobody"):
            page = self._send("/my/start/link", login=login)
            self.assertSays(page, "ask your school for a new letter")
        page = self._send("/my/start/link", login=self.student.email)
        self.assertNotIn("ask your school for a new letter", self._words(page))

    def test_new_link_for_an_old_one_says_whether_a_mail_can_come(self):
        letter = "ask your school for a new letter"
        page = self._send("/my/start/link", token=self._token())
        self.assertNotIn(letter, self._words(page))
        self._code()
        token = self.paper.token_of_code()
        self.assertSays(self._send("/my/start/link", token=token), letter)

    def test_dead_code_says_to_ask_the_school(self):
        code = self._code()
        self._as(self.pupil).action_resend_portal_invitation()
        self.authenticate(None, None)
        page = self._send(code=code)
        self.assertSays(page, "Ask it for a new letter")
        self.assertNotIn("Send me a new link", self._words(page))

    def test_mailbox_of_one_or_of_none_is_not_a_shared_one(self):
        students = self._create_students(1) + self._create_pupils()
        for assessment in self._assess(students).values():
            self.assertEqual(assessment.status, "ready")
            self.assertFalse(assessment.mail_is_shared)

    # -- codes -------------------------------------------------------------------

    def test_resending_makes_a_new_code_and_ends_the_old_one(self):
        codes = self.env["op.student.portal.access"].of_code
        code = self._code()
        self.assertEqual(self.paper.state, "invited")
        self.assertEqual(self.paper.progress, "mailed")
        self.assertFalse(codes(code).problem)
        self._as(self.pupil).action_resend_portal_invitation()
        self.assertEqual(self.paper.mail_state, "letter")
        self.assertEqual(codes(code).problem, "replaced")
        new = self._code()
        self.assertEqual(codes(code).problem, "unknown")
        self.assertFalse(codes(new).problem)

    def test_reset_by_letter(self):
        codes = self.env["op.student.portal.access"].of_code
        self._code()
        self._sign_in_once(self.pupil)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(self.paper._letters_refusals()[self.paper])
        self._as(self.pupil).action_reset_portal_password()
        self.assertEqual(self.paper.mail_state, "letter")
        self.paper.user_id.log_ids.sudo().create_date = "2020-01-01"
        self.env.cr.execute("UPDATE res_users_log SET create_date = '2020-01-01'")
        self.env.invalidate_all()
        lost, code = self._code(), self._code()
        self.assertTrue(codes(lost).problem)
        self.assertFalse(codes(code).problem)
        self.authenticate(None, None)
        page = self._send(code=code)
        self.assertForm(page)
        self._as(self.pupil).action_reset_portal_password()
        self.assertEqual(codes(code).problem, "replaced")
        code = self._code()
        self.paper.choose_password(PASSWORD)
        self.assertEqual(codes(code).problem, "used")
        self.assertTrue(self.paper._letters_refusals()[self.paper])

    def test_who_is_mailed_a_new_password_gets_no_letter(self):
        student = self._create_students(1)
        self._grant(student)
        self._sign_in_once(student)
        self._set_mails_sent(student)
        self._as(student).action_reset_portal_password()
        self._set_mails_sent(student)
        access = student.sudo().portal_access_id
        self.assertEqual(access.partner_id.signup_type, "reset")
        self.assertIn("signed in already", access._letters_refusals()[access])

    def test_reset_by_letter_ends_with_a_sign_in(self):
        self._sign_in_once(self.pupil)
        self._as(self.pupil).action_reset_portal_password()
        code = self._code()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_users_log SET create_date = now() + interval '1 hour'"
        )
        self.env.invalidate_all()
        link = self.env["op.student.portal.access"].of_code(code)
        self.assertEqual(link.problem, "used")

    def test_restored_access_needs_a_new_letter(self):
        code = self._code()
        self._as(self.pupil).action_revoke_portal_access()
        self._as(self.pupil).action_restore_portal_access()
        self.assertEqual(self.paper.mail_state, "letter")
        link = self.env["op.student.portal.access"].of_code(code)
        self.assertEqual(link.problem, "replaced")
        self._as(self.pupil).action_revoke_portal_access()
        (each,) = self._assess(self.pupil).values()
        self.assertEqual((each.status, each.login), ("restore", "ada"))

    def test_restored_access_of_who_has_signed_in_needs_no_letter(self):
        self._code()
        self._sign_in_once(self.pupil)
        self._as(self.pupil).action_revoke_portal_access()
        self._grant(self.pupil)
        self.assertEqual(self.paper.state, "active")
        self.assertEqual(self.paper.mail_state, "printed")

    # -- an address that is added later ------------------------------------------

    def test_update_of_the_login_is_offered_and_not_forced(self):
        self._code()
        self.pupil.email = "ada@example.com"
        self.assertTrue(self.pupil.portal_login_differs)
        self.assertEqual(self.paper.login, "ada")
        self._as(self.pupil).action_resend_portal_invitation()
        self.assertEqual(self.paper.mail_id.email_to, "ada@example.com")
        self.assertEqual(self.paper.login, "ada")
        self._as(self.pupil).action_update_portal_login()
        self.assertEqual(self.paper.login, "ada@example.com")
        self.assertFalse(self.pupil.portal_login_differs)

    def test_address_that_is_taken_away_gets_no_mail_of_a_restored_access(self):
        self.pupil.email = "ada@example.com"
        self._as(self.pupil).action_resend_portal_invitation()
        self._sign_in_once(self.pupil)
        self.pupil.email = False
        self._as(self.pupil).action_revoke_portal_access()
        self._grant(self.pupil)
        self.assertEqual(self.paper.state, "active")
        self.assertFalse(self.paper.email)

    # -- the shared mailbox ------------------------------------------------------

    def _family(self):
        return self._create_pupils(first_name="Bo", email="Family@example.com") + (
            self._create_pupils(first_name="Cleo", email="family@example.com")
        )

    def test_shared_address_is_refused_without_the_setting(self):
        family = self._family()
        for each in self._assess(family).values():
            self.assertEqual(each.status, "duplicate")
        # The office decides otherwise for one.
        outcomes = self._grant(family, logins={family[0].id: "bo"})
        self.assertEqual({each.state for each in outcomes.values()}, {"granted"})
        self.assertEqual(family.user_id.mapped("login"), ["bo", "family@example.com"])
        self.assertEqual(
            family.sudo().portal_access_id.mail_id.mapped("email_to"),
            ["family@example.com"] * 2,
        )

    def test_each_child_of_a_shared_mailbox_has_a_login_and_a_mail(self):
        self.env.company.student_portal_shared_mailbox = True
        family = self._family()
        dialog = self._dialog(family)
        self.assertEqual(dialog.line_ids.mapped("status"), ["ready"] * 2)
        self.assertFalse(any(dialog.line_ids.mapped("by_letter")))
        self.assertIn("not the login", dialog.line_ids[0].message)
        dialog.action_grant_access()
        accesses = family.sudo().portal_access_id
        self.assertEqual(accesses.mapped("login"), ["bo", "cleo"])
        for access in accesses:
            mail = access.mail_id
            self.assertEqual(mail.email_to, "family@example.com")
            self.assertIn(access.partner_id.name, mail.subject)
            self.assertIn(access.partner_id.name, mail.body_html)
            self.assertIn(access.login, mail.body_html)
        self.assertFalse(any(accesses.mapped("login_differs")))
        self._as(family[1]).action_revoke_portal_access()
        self._grant(family[1])
        self.assertEqual(accesses[1].email, "family@example.com")
        family[0].email = "bo@example.com"
        self.assertTrue(accesses[0].login_differs)
        self.assertEqual(
            [each.lower() for each in family.mapped("email")],
            ["bo@example.com", "family@example.com"],
        )

    def test_subject_of_a_shared_mailbox_begins_with_the_name(self):
        self.env.company.student_portal_shared_mailbox = True
        template = self.env.ref(INVITATION_TEMPLATE)
        for subject, expected in (("Welcome", "Welcome"), (False, "")):
            template.subject = subject
            family = self._create_pupils(2, first_name="Zoe", email="zoe@example.com")
            self._grant(family)
            mail = family[0].sudo().portal_access_id.mail_id
            self.assertEqual(mail.subject, f"{family[0].name}: {expected}")

    def test_email_that_mails_go_to_may_become_the_login(self):
        self.pupil.email = "ada@example.com"
        self._as(self.pupil).action_resend_portal_invitation()
        self.assertEqual(self.paper.email, "ada@example.com")
        self.assertTrue(self.paper.login_differs)

    def test_invalid_addresses_are_no_shared_mailbox(self):
        self.env.company.student_portal_shared_mailbox = True
        family = self._create_pupils(2, email="family@example")
        statuses = {each.status for each in self._assess(family).values()}
        self.assertEqual(statuses, {"invalid_email"})

    def test_website_account_of_an_address_is_no_shared_mailbox(self):
        self.env.company.student_portal_shared_mailbox = True
        student = self._create_pupils(email=self.portal_user.login)
        self.assertEqual(self._assess(student)[student].status, "take_over")

    def test_address_that_is_typed_for_a_brother_is_his(self):
        self.env.company.student_portal_shared_mailbox = True
        first = self._create_students(1, email="family@example.com")
        second = self._create_pupils(first_name="Dan")
        assessed = self._assess(
            first + second, logins={second.id: "family@example.com"}
        )
        statuses = {each.status for each in assessed.values()}
        self.assertEqual(statuses, {"duplicate"})

    def test_links_of_a_user_made_elsewhere_go_to_no_other_address(self):
        user = new_test_user(
            self.env,
            login="office.name",
            groups="base.group_portal",
            context={"no_reset_password": True},
        )
        student = self._create_students(1, user_id=user.id, email="home@example.com")
        access = student.sudo().portal_access_id
        self.assertTrue(access.has_linked_user)
        self._grant(student, logins={student.id: "office.name"})
        self.assertTrue(student.portal_group_id)
        self.assertFalse(access.email)
        self.assertFalse(access.mail_id)

    def test_brother_who_is_there_already_keeps_the_address(self):
        self.env.company.student_portal_shared_mailbox = True
        first = self._create_students(1, email="family@example.com")
        self._grant(first)
        self.assertEqual(first.user_id.login, "family@example.com")
        second = self._create_pupils(first_name="Dan", email="family@example.com")
        self._grant(second)
        self.assertEqual(second.user_id.login, "dan")
        self.assertEqual(first.user_id.login, "family@example.com")

    def test_revoked_access_keeps_its_login_with_other_settings(self):
        company = self.env.company
        student = self._create_students(1, email="family@example.com")
        for each, login in ((student, "family@example.com"), (self.pupil, "ada")):
            if each == student:
                self._grant(each)
            self._as(each).action_revoke_portal_access()
            company.student_portal_shared_mailbox = each == student
            company.student_portal_login_pattern = each == student and "{first_name}"
            self._grant(each, logins={} if each == student else {each.id: login})
            self.assertEqual(each.user_id.login, login)
            self.assertTrue(each.user_id.active)

    def test_office_decides_otherwise_for_a_student(self):
        self.env.company.student_portal_shared_mailbox = True
        family = self._family()
        outcomes = self._grant(family, logins={family[0].id: "family@example.com"})
        self.assertEqual({each.state for each in outcomes.values()}, {"granted"})
        self.assertEqual(family.user_id.mapped("login"), ["family@example.com", "cleo"])

    def _type_in_line(self, dialog, student, login):
        line = dialog.line_ids.filtered(lambda line: line.student_id == student)
        with Form(line) as form:
            form.login = login
        self.assertEqual(line.status, "ready", line.message)

    def test_office_decides_otherwise_in_the_line_of_a_student(self):
        self.env.company.student_portal_shared_mailbox = True
        family = self._family()
        dialog = self._dialog(family)
        self._type_in_line(dialog, family[0], "family@example.com")
        dialog.action_grant_access()
        self.assertEqual(family.user_id.mapped("login"), ["family@example.com", "cleo"])

    def test_office_gives_a_login_in_the_line_without_the_setting(self):
        family = self._family()
        dialog = self._dialog(family)
        self.assertEqual(dialog.line_ids.mapped("status"), ["duplicate"] * 2)
        self._type_in_line(dialog, family[0], "bo")
        dialog.action_grant_access()
        self.assertEqual(family.user_id.mapped("login"), ["bo", "family@example.com"])
        self.assertEqual(
            family.sudo().portal_access_id.mail_id.mapped("email_to"),
            ["family@example.com"] * 2,
        )
