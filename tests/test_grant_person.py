from odoo.fields import Command
from odoo.tests import tagged

from ..models.op_student_portal_access.assess import Request
from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestGrantPerson(StudentPortalCase):
    """One person has one access and one user, no matter who made the records."""

    def _create_portal_user(self, login):
        """Make a portal user as other code does: on a contact of its own."""
        return self.env["res.users"].create(
            {
                "name": "Made Elsewhere",
                "login": login,
                "email": login,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )

    def _grant_one(self, student, take_over=False, login=None):
        student = student.with_user(self.student_manager)
        access = student.env["op.student.portal.access"].sudo()
        request = Request(student.with_env(access.env), login, take_over)
        outcome = access.perform("grant", [request], send_invitation=False)
        return outcome[student]

    def _status(self, student, **logins):
        return self._assess(student, **logins)[student]

    # -- a user that other code has made -----------------------------------------

    def test_contact_that_is_given_to_a_new_student_stays(self):
        user = self._create_portal_user("enrolled.too@example.com")
        contact = self.env["res.partner"].create({"name": "Given"})
        student = self._create_students(1, user_id=user.id, partner_id=contact.id)
        self.assertEqual(student.partner_id, contact)

    def test_user_who_works_here_or_is_a_template_is_not_recorded(self):
        template = self.env.ref("base.template_portal_user_id")
        for user in self.employee, template:
            with self.subTest(user=user.login):
                student = self._create_students(
                    1, user_id=user.id, partner_id=user.partner_id.id
                )
                self.assertEqual(student.user_id, user)
                self.assertFalse(student.sudo().portal_access_id)

    def test_school_of_a_contact_without_one_is_that_of_its_user(self):
        student = self._create_students(1)
        self._grant(student)
        school = self.env["res.company"].create({"name": "School of the User"})
        student.user_id.write({"company_ids": school.ids, "company_id": school.id})
        contact = student.partner_id
        contact.company_id = False
        self.assertEqual(contact.student_portal_school(), school)

    def test_user_that_is_set_on_a_student_is_recorded(self):
        user = self._create_portal_user("set.later@example.com")
        student = self._create_students(1)
        student.partner_id = user.partner_id
        student.portal_access_id.unlink()
        student.user_id = user
        self.assertEqual(student.portal_access_id.user_id, user)

    def test_student_created_with_a_user_is_put_on_its_contact(self):
        user = self._create_portal_user("enrolled@example.com")
        student = self._create_students(1, email=user.login, user_id=user.id)
        self.assertEqual(student.partner_id, user.partner_id)
        self.assertEqual(student.portal_state, "granted")
        self.assertFalse(student.portal_granted_on)

        self.assertEqual(self._status(student).status, "ready")
        self.assertEqual(self._grant_one(student).state, "granted")
        self.assertEqual(student.user_id, user)
        self.assertIn(self.group_student_portal, user.group_ids)
        self.assertEqual(student.partner_id.user_ids, user)

    def test_login_in_capitals_of_a_user_made_elsewhere_stays_as_it_is(self):
        user = self._create_portal_user("Ines@Example.com")
        student = self._create_students(1, email=user.login, user_id=user.id)
        access = student.portal_access_id
        self.assertTrue(access.has_linked_user)
        self.assertEqual(self._grant_one(student).state, "granted")
        self.assertEqual(user.login, "Ines@Example.com")
        for action in ("update_login", "resend", "revoke", "restore", "revoke"):
            access.perform(action, [Request(student)])
            self.assertEqual(user.login, "Ines@Example.com", action)
        self.assertEqual(self._grant_one(student).state, "restored")
        user._update_last_login()
        access.perform("reset", [Request(student)])
        self.assertEqual(access.mail_id.email_to, "ines@example.com")
        self.assertEqual(user.login, "Ines@Example.com")

    def test_user_made_elsewhere_is_linked_with_the_login_it_has_alone(self):
        user = self._create_portal_user("made.elsewhere@example.com")
        student = self._create_students(1, email=user.login, user_id=user.id)
        self.assertTrue(student.portal_access_id.has_linked_user)
        typed = {student.id: "typed.now@example.com"}
        self.assertEqual(self._status(student, logins=typed).status, "login_kept")
        self.assertEqual(self._status(student).status, "ready")

    def test_portal_group_that_was_not_granted_here_is_no_access(self):
        user = self._create_portal_user("grouped@example.com")
        user.group_ids = self.group_student_portal
        student = self._create_students(
            1, partner_id=user.partner_id.id, email=user.login
        )
        self.assertFalse(student.portal_access_id)
        self.assertEqual(self._status(student).status, "ready")

    def test_access_without_its_portal_group_is_granted_with_any_login(self):
        student = self._create_students(1)
        self._grant_one(student)
        student.user_id.group_ids = self.env.ref("base.group_portal")
        typed = {student.id: "typed.now@example.com"}
        self.assertEqual(self._status(student, logins=typed).status, "ready")

    def test_reserved_login_in_capitals_that_a_user_has_is_its_own(self):
        self.env.company.student_portal_login_pattern = "{gr_no}"
        user = self._create_portal_user("Office")
        student = self._create_students(1, email=False, user_id=user.id)
        status = self._status(student, logins={student.id: "office"}).status
        self.assertEqual(status, "ready")

    def test_student_created_with_the_user_of_somebody_gets_a_contact_of_its_own(self):
        owner = self._create_students(1)
        self._grant(owner)
        parent, company = (self._create_portal_user(f"{n}@example.com") for n in "pc")
        parent.partner_id.is_parent = True
        company.partner_id.is_company = True
        archived = self._create_portal_user("archived@example.com")
        archived.active = False
        template = self.env.ref("base.template_portal_user_id")
        for user in (
            *(owner.user_id, self.employee, parent, company),
            *(archived, template),
        ):
            student = self._create_students(1, user_id=user.id)
            self.assertNotEqual(student.partner_id, user.partner_id, user.login)
            self.assertFalse(student.portal_access_id)

    def test_student_created_with_an_archived_ones_user_shares_its_contact(self):
        self.env.company.student_portal_revoke_on_archive = False
        former = self._create_students(1)
        self._grant(former)
        former.active = False
        student = self._create_students(1, user_id=former.user_id.id)
        self.assertEqual(student.partner_id, former.partner_id)

    def test_asking_whose_users_are_free_costs_no_more_for_many(self):
        def cost(count, with_contact):
            """Return what it takes to create students with users."""
            values = []
            for _each in range(count):
                number = self.env["res.users"].search_count([])
                user = self._create_portal_user(f"enrolled.{number}@example.com")
                values.append({"first_name": "A", "name": "A", "user_id": user.id})
                if with_contact:
                    values[-1]["partner_id"] = user.partner_id.id
            return self._count_queries(lambda: self.env["op.student"].create(values))

        cost(2, True)
        asking = [cost(count, False) - cost(count, True) for count in (2, 12)]
        self.assertEqual(asking[0], asking[1])

    def test_one_user_puts_no_two_new_students_on_its_contact(self):
        user = self._create_portal_user("enrolled@example.com")
        students = self._create_students(2, user_id=user.id)
        self.assertEqual(len(students.partner_id), 2)

    def test_user_of_a_contact_of_its_own_is_linked_by_granting(self):
        student = self._create_students(1, email="enrolled@example.com")
        user = self._create_portal_user("Enrolled@example.com")
        student.user_id = user
        self.assertEqual(student.portal_state, "none")
        assessment = self._status(student)
        self.assertEqual((assessment.status, assessment.user), ("ready", user))
        self.assertIn("moves to this contact", assessment.message)
        self.assertEqual(self._grant_one(student).state, "granted")
        self.assertEqual(user.partner_id, student.partner_id)
        self.assertEqual(student.portal_access_id.user_id, user)
        self.assertTrue(student.portal_access_id.has_linked_user)

    def test_named_user_with_another_login_or_owner_is_not_linked(self):
        user = self._create_portal_user("else@example.com")
        student = self._create_students(1, email="student@example.com", user_id=False)
        student.user_id = user
        self.assertFalse(self._status(student).user)
        user.active = False
        student.email = user.login
        self.assertEqual(self._status(student).status, "take_over")
        sibling = self._create_students(1)
        self._grant(sibling)
        student.user_id = sibling.user_id
        student.email = sibling.email
        self.assertEqual(self._status(student).status, "login_taken")

    def test_of_several_users_of_a_contact_the_one_of_the_login_is_linked(self):
        student = self._create_students(1)
        other = self._create_portal_user("other@example.com")
        user = self._create_portal_user(student.email)
        (other | user).partner_id = student.partner_id
        self.assertEqual(self._grant_one(student).state, "granted")
        self.assertEqual(student.user_id, user)
        self.assertNotIn(self.group_student_portal, other.group_ids)

    def test_mails_go_to_the_login_of_a_user_made_elsewhere_or_nowhere(self):
        self.env.company.student_portal_login_pattern = "{gr_no}"
        student = self._create_students(1)
        user = self._create_portal_user("made.elsewhere")
        user.partner_id = student.partner_id
        assessment = self._status(student, logins={student.id: user.login})
        self.assertEqual((assessment.status, assessment.email), ("ready", ""))

    # -- a login that another record has -----------------------------------------

    def test_login_of_an_archived_record_moves_when_that_is_asked_for(self):
        former = self._create_students(1, name="Ada Former")
        self._grant(former)
        user, access = former.user_id, former.portal_access_id
        former.active = False
        student = self._create_students(1, email=former.email)
        assessment = self._status(student)
        self.assertEqual(assessment.status, "take_over")
        self.assertIn("archived record of Ada Former", assessment.message)
        self.assertTrue(assessment.needs_attention)
        self.assertEqual(self._grant_one(student).state, "skipped")
        self.assertFalse(student.portal_access_id)

        self.assertEqual(self._grant_one(student, take_over=True).state, "granted")
        self.assertEqual(student.user_id, user)
        self.assertEqual(student.portal_access_id, access)
        self.assertEqual(access.partner_id, student.partner_id)
        self.assertEqual(user.partner_id, student.partner_id)
        self.assertTrue(user.active)
        self.assertEqual(student.portal_state, "granted")
        self.assertFalse(former.user_id)
        self.assertFalse(former.portal_access_id)
        former.unlink()
        self.assertTrue(user.active)

    def test_login_of_a_deleted_record_moves_when_that_is_asked_for(self):
        former = self._create_students(1)
        self._grant(former)
        user, email = former.user_id, former.email
        former.unlink()
        self.assertFalse(user.active)
        student = self._create_students(1, email=email)
        assessment = self._status(student)
        self.assertEqual(assessment.status, "take_over")
        self.assertIn("deleted record", assessment.message)
        self.assertEqual(self._grant_one(student, take_over=True).state, "granted")
        self.assertEqual(student.user_id, user)

    def test_login_of_a_website_account_moves_when_that_is_asked_for(self):
        user = self._create_portal_user("signed.up@example.com")
        student = self._create_students(1, email="Signed.Up@example.com")
        assessment = self._status(student)
        self.assertEqual(assessment.status, "take_over")
        self.assertIn("website account of Made Elsewhere", assessment.message)
        self.assertEqual(self._grant_one(student, take_over=True).state, "granted")
        self.assertEqual(student.user_id, user)
        self.assertEqual(user.login, "signed.up@example.com")

    def test_links_of_a_login_end_when_it_moves(self):
        user = self._create_portal_user("signed.up@example.com")
        contact = user.partner_id
        contact.signup_prepare()
        token = contact._generate_signup_token()
        session = user._compute_session_token("sid")
        student = self._create_students(1, email=user.login)
        self._grant_one(student, take_over=True)
        self.assertFalse(self.env["res.partner"]._get_partner_from_token(token))
        self.assertNotEqual(user._compute_session_token("sid"), session)

    def test_login_of_somebody_in_use_never_moves(self):
        sibling = self._create_students(1)
        self._grant(sibling)
        student = self._create_students(1, email=sibling.email)
        self.assertEqual(self._status(student).status, "login_taken")
        outcome = self._grant_one(student, take_over=True)
        self.assertEqual(outcome.state, "skipped")
        self.assertEqual(sibling.user_id.partner_id, sibling.partner_id)

    def test_login_of_who_is_no_student_never_moves(self):
        company, parent, worker = (
            self._create_portal_user(f"{name}@example.com")
            for name in ("company", "parent", "worker")
        )
        company.partner_id.is_company = True
        parent.partner_id.is_parent = True
        worker.group_ids = self.env.ref("base.group_user")
        template = self.env.ref("base.template_portal_user_id")
        template.login = "template@example.com"
        for user in company, parent, worker, template:
            student = self._create_students(1, email=user.login)
            self.assertEqual(self._status(student).status, "login_taken", user.login)
            self.assertEqual(self._grant_one(student, take_over=True).state, "skipped")

    def test_student_with_a_user_takes_over_no_other(self):
        student = self._create_students(1)
        self._grant(student)
        student.user_id.active = False
        self._create_portal_user("signed.up@example.com")
        outcome = self._grant_one(student, True, "signed.up@example.com")
        self.assertEqual(outcome.state, "skipped")
        self.assertIn("User already exists", outcome.message)

    def test_login_that_exists_in_two_cases_belongs_to_the_one_in_lower_case(self):
        first = self._create_portal_user("Twice@example.com")
        second = self._create_portal_user("twice@example.com")
        access = self.env["op.student.portal.access"]
        owners = access.login_owners(["twice@example.com"])["twice@example.com"]
        self.assertEqual(owners.ids, [second.id, first.id])
        second.login = "TWICE@example.com"
        owners = access.login_owners(["twice@example.com"])["twice@example.com"]
        self.assertEqual(owners.ids, [first.id, second.id])

    # -- users that are not ours to change ---------------------------------------

    def test_login_of_the_user_of_a_customers_contact_is_never_changed(self):
        customer = self._create_portal_user("customer@example.com")
        student = self._create_students(1)
        student.partner_id = customer.partner_id
        student.email = "thief@example.com"
        self.assertEqual(self._status(student).status, "login_kept")
        outcome = self._grant_one(student, take_over=True)
        self.assertEqual(outcome.state, "skipped")
        self.assertIn("customer@example.com", outcome.message)
        self.assertEqual(customer.login, "customer@example.com")
        self.assertEqual(customer.email, "thief@example.com", "It was written before")

        student.email = "customer@example.com"
        self.assertEqual(self._grant_one(student).state, "granted")
        student.email = "thief@example.com"
        access = student.portal_access_id
        self.assertFalse(student.portal_login_differs, "No update is offered")
        for action in ("update_login", "resend"):
            outcome = access.perform(action, [Request(student)])[student]
            self.assertEqual(outcome.state, "skipped", action)
            self.assertIn("existed before", outcome.message)
        self.assertEqual(customer.login, "customer@example.com")
        self.assertFalse(access.mail_id)

    def test_archived_user_that_was_not_granted_here_is_not_restored(self):
        user = self._create_portal_user("archived@example.com")
        user.active = False
        student = self._create_students(1)
        student.partner_id = user.partner_id
        self.assertEqual(self._status(student).status, "user_archived")
        self.assertEqual(self._grant_one(student).state, "skipped")
        self.assertFalse(user.active)

    def test_template_of_parents_users_is_no_students(self):
        template = self.env.ref(
            "openeducat_parent.parent_template_user", raise_if_not_found=False
        )
        if not template:
            self.skipTest("openeducat_parent is not installed")
        student = self._create_students(1, email=template.login)
        student.partner_id = template.partner_id
        self.assertEqual(self._status(student).status, "internal")
