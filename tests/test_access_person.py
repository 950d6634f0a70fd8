from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.op_student_portal_access.assess import Request
from ..models.res_partner import LinkTerms
from .access_common import PASSWORD, AccessLinkCase, PortalAccessCase


@tagged("post_install", "-at_install")
class TestAccessPerson(PortalAccessCase):
    """The access of a person follows the person's records, and they outlive it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings_user = cls.env.ref("base.user_admin")

    # -- the user is deleted -----------------------------------------------------

    def assertKept(self, users, students, *deleters):
        for user in deleters:
            with self.subTest(user=user.login):
                with self.assertRaises(UserError) as raised:
                    users.with_user(user).unlink()
                message = str(raised.exception)
                self.assertIn("Revoke Access", message)
                self.assertIn(students[0].user_id.login, message)
        self.assertEqual(students.exists(), students)
        self.assertEqual(users.exists(), users)

    def test_user_of_a_student_is_not_deleted(self):
        students = self._create_active(2)
        students[1].user_id.active = False
        self.assertKept(
            students.user_id,
            students,
            self.settings_user,
            self.env.ref("base.user_root"),
        )

    def test_user_of_an_archived_student_is_not_deleted(self):
        student = self._create_active()
        student.active = False
        self.assertKept(student.user_id, student, self.settings_user)

    def test_user_that_a_student_names_is_not_deleted(self):
        """The database would delete the student with it."""
        student = self._create_students(1)
        user = new_test_user(self.env, "named@example.com", "base.group_portal")
        student.user_id = user
        self.assertFalse(student.portal_access_id)
        self.assertKept(user, student, self.settings_user)

    def test_other_users_are_deleted_as_ever(self):
        user = new_test_user(self.env, "gone@example.com", "base.group_portal")
        user.with_user(self.settings_user).unlink()
        self.assertFalse(user.exists())

    def test_user_that_is_deleted_together_with_one_that_is_kept_is_kept_too(self):
        student = self._create_active()
        other = new_test_user(self.env, "other@example.com", "base.group_portal")
        self.assertKept(other + student.user_id, student, self.settings_user)

    # -- the student is deleted --------------------------------------------------

    def test_deleting_the_student_ends_the_access(self):
        student = self._create_active()
        user, access = student.user_id, student.portal_access_id
        user.password = PASSWORD
        key = user.sudo().student_portal_access_key
        student.unlink()
        self.assertFalse(user.active)
        self.assertEqual(access.state, "revoked")
        self.assertFalse(access.revoked_by_archive)
        self.assertLessEqual(access.link_expires_on, fields.Datetime.now())
        self.assertNotEqual(user.sudo().student_portal_access_key, key)

    def test_invitation_of_a_deleted_student_is_not_sent(self):
        student = self._create_students(1)
        self._grant(student)
        mail = student.portal_access_id.mail_id
        student.unlink()
        self.assertEqual(mail.state, "cancel")

    def test_access_stays_for_another_active_record_of_the_contact(self):
        first = self._create_active()
        user = first.user_id
        second = self._create_students(1, partner_id=first.partner_id.id)
        self.assertEqual(second.portal_state, "active")
        first.unlink()
        self.assertTrue(user.active)
        self.assertEqual(second.portal_state, "active")
        second.unlink()
        self.assertFalse(user.active)

    def test_access_ends_where_the_other_record_is_archived(self):
        first = self._create_active()
        user = first.user_id
        second = self._create_students(1, partner_id=first.partner_id.id, active=False)
        first.unlink()
        self.assertFalse(user.active)
        self.assertEqual(second.portal_state, "revoked")

    def test_records_that_are_deleted_together_need_no_access(self):
        first = self._create_active()
        user = first.user_id
        second = self._create_students(1, partner_id=first.partner_id.id)
        (first + second).unlink()
        self.assertFalse(user.active)

    def test_deleting_the_student_changes_no_internal_user(self):
        student = self._create_students(1, partner_id=self.employee.partner_id.id)
        student.unlink()
        self.assertTrue(self.employee.active)
        student = self._create_active()
        user = student.user_id
        user.group_ids = self.env.ref("base.group_user")
        student.unlink()
        self.assertTrue(user.active)

    def test_user_of_a_deleted_student_can_be_deleted(self):
        student = self._create_active()
        user, access = student.user_id, student.portal_access_id
        student.unlink()
        user.with_user(self.settings_user).unlink()
        self.assertFalse(user.exists() or access.exists())

    # -- two records of one contact ----------------------------------------------

    def test_two_records_of_one_contact_show_one_access(self):
        first = self._create_invited()
        second = self._create_students(1, partner_id=first.partner_id.id)
        self.assertEqual(second.portal_access_id, first.portal_access_id)
        self.assertEqual(second.portal_state, "invited")
        self.assertEqual(second.portal_login, first.portal_login)
        self._as(second).action_revoke_portal_access()
        self.assertEqual(first.portal_state, "revoked")
        self.assertIn("Portal access revoked", self._bodies(first))
        self.assertIn("Portal access revoked", self._bodies(second))

    def test_both_archived_and_one_unarchived_is_restored(self):
        for order in (0, 1):
            first = self._create_active()
            second = self._create_students(1, partner_id=first.partner_id.id)
            records = first + second
            records[order].active = False
            self.assertEqual(set(records.mapped("portal_state")), {"active"})
            records[1 - order].active = False
            self.assertEqual(set(records.mapped("portal_state")), {"revoked"})
            records[order].active = True
            self.assertEqual(set(records.mapped("portal_state")), {"active"})
            self.assertFalse(first.portal_revoked_by_archive)
            # The other one comes back to an access that is there.
            records[1 - order].active = True
            self.assertTrue(first.user_id.active)

    def test_both_archived_at_once_and_one_unarchived_is_restored(self):
        first = self._create_active()
        second = self._create_students(1, partner_id=first.partner_id.id)
        (first + second).action_archive()
        self.assertFalse(first.user_id.active)
        second.action_unarchive()
        self.assertEqual(first.portal_state, "active")

    def test_both_archived_and_revoked_by_hand_stays_revoked(self):
        first = self._create_active()
        second = self._create_students(1, partner_id=first.partner_id.id)
        (first + second).action_archive()
        self._as(first).action_revoke_portal_access()
        second.action_unarchive()
        self.assertFalse(first.user_id.active)

    def test_two_records_of_one_contact_are_mailed_once(self):
        first = self._create_invited()
        second = self._create_students(
            1, partner_id=first.partner_id.id, email=first.email
        )
        mails = self.env["mail.mail"].search([])
        # One person is not asked about.
        message = self._as(first + second).action_resend_portal_invitation()
        self.assertNotified(message, "success")
        self.assertEqual(len(self.env["mail.mail"].search([]) - mails), 1)
        third = self._create_invited()
        self._set_mails_sent(first + third)
        action = self._as(first + second + third).action_resend_portal_invitation()
        self.assertIn("2 students will be", self.assertDialog(action).question)


@tagged("post_install", "-at_install")
class TestAccessTwoUsers(AccessLinkCase):
    """A contact that has two portal users, as merging contacts makes them."""

    def test_links_end_where_the_contact_is_merged(self):
        accesses = self.env["op.student.portal.access"]
        for is_kept in (True, False):
            with self.subTest(contact_is_kept=is_kept):
                student = self._create_students(1)
                self._grant(student)
                access, contact = student.portal_access_id, student.partner_id
                link, mail = self._link(student), access.mail_id
                self.assertFalse(accesses.of_token(self._token(link)).problem)
                double = contact.create({"name": contact.name, "email": contact.email})
                kept = contact if is_kept else double
                self.env["base.partner.merge.automatic.wizard"]._merge(
                    (contact | double).ids, kept
                )
                self.assertEqual(student.partner_id, kept)
                self.assertEqual(student.portal_access_id, access)
                self.assertEqual(access.partner_id, kept)
                self.assertTrue(accesses.of_token(self._token(link)).problem)
                self.assertEqual(mail.state, "cancel")

    def _create_twins(self):
        """Return a student with access, and the other user of its contact."""
        student = self._create_students(1)
        self._grant(student)
        other = new_test_user(
            self.env,
            login="aaa.other@example.com",
            groups="base.group_portal",
            context={"no_reset_password": True},
        )
        # No method of Odoo's puts it there; merging contacts does it by SQL.
        self.env.flush_all()
        self.cr.execute(
            "UPDATE res_users SET partner_id = %s WHERE id = %s",
            (student.partner_id.id, other.id),
        )
        # Odoo would take this one's login.
        self.env.invalidate_all()
        self.assertEqual(student.partner_id.user_ids[0], other)
        self._set_mails_sent(student)
        self._as(student).action_resend_portal_invitation()
        return student, other

    def _passwords(self, users):
        self.env.flush_all()
        self.cr.execute(
            "SELECT id, password FROM res_users WHERE id = ANY(%s)", [users.ids]
        )
        return dict(self.cr.fetchall())

    def test_dead_link_tells_nothing(self):
        student = self._create_invited()
        token = self._token(self._link(student))
        self._as(student).action_revoke_portal_access()
        self.assertFalse(self.env["res.partner"]._signup_retrieve_info(token))

    def test_contact_whose_access_is_revoked_has_no_user_for_links(self):
        student = self._create_invited()
        self.assertEqual(student.partner_id.student_portal_user(), student.user_id)
        self._as(student).action_revoke_portal_access()
        self.assertFalse(student.partner_id.student_portal_user())

    def test_mail_to_the_other_user_of_a_contact_has_no_link(self):
        student, other = self._create_twins()
        terms = LinkTerms(1, 1)
        users = (student.user_id + other).with_context(student_portal_link=terms)
        self.assertIn("token=", users[0].student_portal_link())
        self.assertNotIn("token=", users[1].student_portal_link())

    def test_link_is_of_the_login_that_the_mail_names(self):
        student, other = self._create_twins()
        mail = student.portal_access_id.mail_id
        self.assertIn(student.portal_login, mail.body_html)
        self.assertNotIn(other.login, mail.body_html)
        token = self._token(self._link(student))
        information = self.env["res.partner"]._signup_retrieve_info(token)
        self.assertEqual(information["login"], student.portal_login)
        before = self._passwords(other)
        login, _password = self.env["res.users"].signup(
            {"login": other.login, "name": "Somebody", "password": PASSWORD}, token
        )
        self.assertEqual(login, student.portal_login)
        self.assertEqual(self._passwords(other), before)
        student.user_id.with_user(student.user_id)._check_credentials(
            {"type": "password", "password": PASSWORD}, {"interactive": True}
        )
        # It has set its password, and sets no other one.
        with self.assertRaises(UserError):
            self.env["res.users"].signup({"password": "Stolen-Horse-88"}, token)

    @mute_logger("odoo.http")
    def test_link_in_a_browser_is_of_the_login_that_the_mail_names(self):
        student, other = self._create_twins()
        link = self._link(student)
        self.authenticate(None, None)
        page = self.url_open(link).text
        self.assertTrue(student.portal_login in page)
        self.assertFalse(other.login in page)
        before = self._passwords(student.user_id + other)
        self._set_password(link, login=other.login)
        after = self._passwords(student.user_id + other)
        self.assertEqual(after[other.id], before[other.id])
        self.assertNotEqual(after[student.user_id.id], before[student.user_id.id])
        self.assertEqual(self.url_open("/my", allow_redirects=False).status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(student.portal_state, "active")
        self.authenticate(student.portal_login, PASSWORD)

    def test_other_user_is_mailed_no_link_of_the_access(self):
        _student, other = self._create_twins()
        with self.assertRaisesRegex(UserError, "make one"):
            self.env["res.users"].sudo().reset_password(other.login)

    def test_reset_is_of_the_login_that_the_mail_names(self):
        student, other = self._create_twins()
        self._sign_in_once(student)
        self._set_mails_sent(student)
        self._as(student).action_reset_portal_password()
        self.assertIn(student.portal_login, student.portal_access_id.mail_id.body_html)
        before = self._passwords(student.user_id + other)
        self._set_password(self._link(student), login=other.login)
        after = self._passwords(student.user_id + other)
        self.assertEqual(after[other.id], before[other.id])
        self.assertNotEqual(after[student.user_id.id], before[student.user_id.id])


@tagged("post_install", "-at_install")
class TestAccessTwoSchools(PortalAccessCase):
    """A manager of two companies: the student's school decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.env.company
        cls.here.student_portal_invitation_hours = 144
        cls.there, cls.elsewhere = cls.env["res.company"].create(
            [
                {
                    "name": "School There",
                    "email": "there@school.example.com",
                    "student_portal_invitation_hours": 12,
                    "student_portal_group_id": cls.group_limited.id,
                },
                {
                    "name": "School Elsewhere",
                    "email": "elsewhere@school.example.com",
                    "student_portal_invitation_hours": 30,
                    "student_portal_send_invitation": False,
                },
            ]
        )
        cls.student_manager.company_ids += cls.there + cls.elsewhere

    def _create_student_of(self, school):
        return self._create_students(1, company_id=school.id)

    def _acting(self, students, *schools):
        """Return the students as the manager sees them who acts in some schools."""
        schools = self.env["res.company"].union(*(schools or (self.here, self.there)))
        return self._as(students).with_context(
            allowed_company_ids=[*schools.ids, *(self.elsewhere - schools).ids]
        )

    def _grant_by_dialog(self, student):
        """Grant what the dialog proposes."""
        student = self._acting(student)
        action = student.action_grant_portal_access()
        dialog = student.env[action["res_model"]].browse(action["res_id"])
        dialog.action_grant_access()
        return dialog

    def assertMailOf(self, student, school, hours, act):
        """The mail that an act queues is the school's, and its link as long valid."""
        before = fields.Datetime.now()
        act()
        access = student.portal_access_id
        self.assertIn(school.email, access.mail_id.email_from)
        self.assertIn(school.name, access.mail_id.subject)
        self.assertNotIn(self.here.name, access.mail_id.body_html)
        left = access.link_expires_on - before
        self.assertGreaterEqual(left, timedelta(hours=hours))
        self.assertLess(left, timedelta(hours=hours, minutes=10))
        self.assertEqual(access.company_id, school)
        self.assertEqual(student.user_id.company_id, school)

    def test_school_of_the_student_invites(self):
        student = self._create_student_of(self.there)
        self.assertMailOf(
            student, self.there, 12, lambda: self._grant_by_dialog(student)
        )
        self.assertEqual(student.portal_group_id, self.group_limited)
        self.assertIn("12 hours", student.portal_access_id.mail_id.body_html)
        self._set_mails_sent(student)
        self.assertMailOf(
            student,
            self.there,
            12,
            self._acting(student).action_resend_portal_invitation,
        )

    def test_school_of_the_student_is_the_default_of_the_dialog(self):
        student = self._create_student_of(self.elsewhere)
        dialog = self._grant_by_dialog(student)
        self.assertFalse(dialog.send_invitation)
        self.assertEqual(dialog.portal_group_id, self.group_student_portal)
        both = student + self._create_student_of(self.there)
        action = self._acting(both).action_grant_portal_access()
        dialog = dialog.browse(action["res_id"])
        self.assertFalse(dialog.portal_group_id)

    def test_students_of_several_schools_get_the_group_of_their_own(self):
        students = self._create_student_of(self.here)
        students += self._create_student_of(self.there)
        self._acting(students).create_student_user()
        self.assertEqual(
            [student.portal_group_id for student in students],
            [self.group_student_portal, self.group_limited],
        )
        self.assertEqual(students.user_id.company_id, self.here + self.there)

    def test_school_of_the_student_is_on_or_off(self):
        student = self._create_student_of(self.there)
        self._grant(student)
        self._set_mails_sent(student)
        fresh = self._create_student_of(self.there)
        self.here.student_portal_enabled = False
        acting = self._acting(student)
        action = acting.action_resend_portal_invitation()
        self.assertIn(student.name, self.assertNotified(action, "success"))
        self._grant_by_dialog(fresh)
        self.assertEqual(fresh.portal_state, "invited")

        self.here.student_portal_enabled = True
        self.there.student_portal_enabled = False
        self._set_mails_sent(student)
        for method in ("action_resend_portal_invitation", "action_grant_portal_access"):
            with self.assertRaises(UserError) as raised:
                getattr(acting, method)()
            self.assertIn(self.there.name, str(raised.exception))

    def test_school_that_is_off_skips_its_own_students_alone(self):
        ours, theirs = students = self._create_student_of(
            self.here
        ) + self._create_student_of(self.there)
        self._grant(students)
        self._set_mails_sent(students)
        fresh = self._create_student_of(self.there)
        self.there.student_portal_enabled = False
        action = self._acting(students).action_resend_portal_invitation()
        run = self.assertDialog(action)
        self.assertEqual(self._skipped(run).keys(), {theirs})
        self.assertIn(self.there.name, self._skipped(run)[theirs])
        self.assertEqual(ours.portal_mail_state, "queued")
        access = self._acting(fresh).env["op.student.portal.access"]
        assessment = access.assess([Request(self._acting(fresh))])
        self.assertEqual([each.status for each in assessment.values()], ["portal_off"])

    def test_letters_are_valid_as_long_as_the_students_school_says(self):
        self.administrator.company_ids += self.there
        student = self._create_student_of(self.there)
        self._grant(student)
        before = fields.Datetime.now()
        acting = self._as(student, self.administrator)
        runs = acting.env["op.student.portal.run"]
        with self._printing():
            (letter,) = runs.start("letters", acting).line_ids.print_letters()
        self.assertLess(letter.expires_on - before, timedelta(hours=13))
        self.assertEqual(letter.access.company_id, self.there)

    # -- the student moves -------------------------------------------------------

    def _moved(self):
        student = self._create_student_of(self.there)
        self._grant(student)
        self._set_mails_sent(student)
        self._acting(student).partner_id.company_id = self.elsewhere
        return student

    def test_next_school_of_the_student_decides(self):
        student = self._moved()
        self.assertEqual(student.portal_access_id.company_id, self.elsewhere)
        self.assertEqual(student.user_id.company_ids, self.elsewhere)
        self.assertMailOf(
            student,
            self.elsewhere,
            30,
            self._acting(student).action_resend_portal_invitation,
        )
        self.there.student_portal_enabled = False
        self._set_mails_sent(student)
        self._acting(student).action_resend_portal_invitation()
        self.assertEqual(student.portal_mail_state, "queued")
        self._set_mails_sent(student)
        self.elsewhere.student_portal_enabled = False
        with self.assertRaises(UserError) as raised:
            self._acting(student).action_resend_portal_invitation()
        self.assertIn(self.elsewhere.name, str(raised.exception))

    def test_next_school_of_the_student_gives_its_group_back(self):
        student = self._moved()
        student.user_id.group_ids = [Command.set(self.env.ref("base.group_public").ids)]
        student.user_id.active = False
        self._acting(student).action_restore_portal_access()
        self.assertEqual(student.portal_group_id, self.group_student_portal)

    def test_next_school_of_the_student_decides_on_archiving(self):
        student = self._moved()
        self.elsewhere.student_portal_revoke_on_archive = False
        student.active = False
        self.assertEqual(student.portal_state, "invited")

    def test_student_whose_access_is_revoked_moves_with_its_user(self):
        student = self._create_student_of(self.there)
        self._grant(student)
        self._as(student).action_revoke_portal_access()
        student.partner_id.company_id = self.elsewhere
        self.assertEqual(student.user_id.company_id, self.elsewhere)

    def test_students_move_in_a_bounded_number_of_queries(self):
        def cost(count):
            students = self._create_students(count, company_id=self.there.id)
            self._grant(students, send_invitation=False)
            return self._count_queries(
                lambda: students.partner_id.write({"company_id": self.elsewhere.id})
            )

        cost(2)
        self.assertLessEqual(cost(22) - cost(2), 20)

    def test_staff_and_other_contacts_do_not_move_their_users(self):
        contact = self.portal_user.partner_id
        with self.assertRaises(UserError):
            contact.company_id = self.there
        self.assertEqual(self.portal_user.company_id, self.here)
        student = self._create_student_of(self.there)
        self._grant(student)
        # A student who works here by now.
        user = student.user_id
        user.group_ids = self.env.ref("base.group_user")
        with self.assertRaises(UserError):
            student.partner_id.company_id = self.elsewhere
        self.assertEqual(user.company_id, self.there)

    def test_login_that_moves_to_a_student_comes_to_its_school(self):
        user = new_test_user(
            self.env,
            login="signed.up@example.com",
            groups="base.group_portal",
            email="signed.up@example.com",
        )
        student = self._create_students(
            1, company_id=self.there.id, email="signed.up@example.com"
        )
        access = self._acting(student).env["op.student.portal.access"].sudo()
        request = Request(student.with_env(access.env), None, True)
        self.assertMailOf(
            student, self.there, 12, lambda: access.perform("grant", [request])
        )
        self.assertEqual(student.user_id, user)
        self.assertEqual(student.portal_group_id, self.group_limited)
