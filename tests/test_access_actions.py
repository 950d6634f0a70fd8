from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.op_student_portal_access.assess import Request
from .access_common import PortalAccessCase


@tagged("post_install", "-at_install")
class TestAccessActions(PortalAccessCase):
    """Resending, resetting, revoking, restoring, and what each tells."""

    def _mail(self, student):
        return student.sudo().portal_access_id.mail_id

    # -- resending ---------------------------------------------------------------

    def test_resending_queues_a_fresh_link(self):
        student = self._create_invited()
        first = self._mail(student)
        student.portal_access_id.link_expires_on = "2020-01-01"
        action = self._as(student).action_resend_portal_invitation()
        self.assertIn(student.name, self.assertNotified(action, "success"))
        mail = self._mail(student)
        self.assertNotEqual(mail, first)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn("token=", mail.body_html)
        self.assertEqual(student.portal_mail_state, "queued")
        self.assertGreater(student.portal_link_expires_on.year, 2020)

    def test_resending_twice_sends_once(self):
        student = self._create_invited()
        self._as(student).action_resend_portal_invitation()
        mail = self._mail(student)
        action = self._as(student).action_resend_portal_invitation()
        self.assertIn("waiting", self.assertNotified(action, "warning"))
        self.assertEqual(self._mail(student), mail)

    def test_mail_that_has_waited_for_longer_than_its_link_is_sent_again(self):
        student = self._create_students(1)
        self._grant(student)
        mail = self._mail(student)
        student.portal_access_id.link_expires_on = "2020-01-01"
        self._as(student).action_resend_portal_invitation()
        self.assertNotEqual(self._mail(student), mail)
        self.assertEqual(mail.state, "cancel")

    def test_resending_replaces_what_failed_or_goes_to_an_old_address(self):
        failed, moved = self._create_students(2)
        self._grant(failed + moved)
        mails = self._mail(failed + moved)
        self._mail(failed).write({"state": "exception", "failure_reason": "Refused"})
        moved.email = "moved.house@example.com"
        self._confirm(self._as(failed + moved).action_resend_portal_invitation())
        self.assertEqual(mails.mapped("state"), ["cancel", "cancel"])
        self.assertFalse(any(mails.mapped("body_html")))
        self.assertEqual(
            self._mail(failed + moved).mapped("state"), ["outgoing", "outgoing"]
        )
        self.assertIn("moved.house@example.com", self._mail(moved).email_to)

    def test_resending_tells_who_is_skipped_and_why(self):
        invited, active, revoked, without, unreachable, worker = self._create_students(
            6
        )
        self._grant(invited + active + revoked + unreachable)
        students = invited + active + revoked + without + unreachable + worker
        self._set_mails_sent(students)
        self._sign_in_once(active)
        revoked.user_id.active = False
        unreachable.email = False
        worker.partner_id = self.employee.partner_id
        result = self.assertDialog(self._as(students).action_resend_portal_invitation())
        self.assertEqual(result.state, "done")
        self.assertEqual((result.done_count, result.skipped_count), (1, 5))
        reasons = self._skipped(result)
        self.assertEqual(set(reasons), set(students - invited))
        for student, word in (
            (active, "signed in already"),
            (revoked, "revoked"),
            (without, "Grant it first"),
            (unreachable, "no email"),
            (worker, "internal user"),
        ):
            self.assertIn(word, reasons[student])
        skipped = result.action_open_students()
        self.assertEqual(
            self.env["op.student"].search(skipped["domain"]), students - invited
        )

    def test_several_are_asked_about_first_with_their_number(self):
        invited, active = self._create_invited(3), self._create_active(3)
        for student in active:
            student.email = f"new.{student.email}"
        without = self._create_students(1)
        mails = self.env["mail.mail"].search([])
        for students, method in (
            (invited, "action_resend_portal_invitation"),
            (active, "action_reset_portal_password"),
            (active, "action_update_portal_login"),
            (active, "action_revoke_portal_access"),
        ):
            with self.subTest(action=method):
                logins = students.user_id.mapped("login")
                act = getattr(self._as(students + without), method)
                run = self.assertDialog(act()).with_user(self.student_manager)
                self.assertIn("3 students", run.question)
                self.assertFalse(run.result)
                self.assertEqual(run.skipped_line_ids.student_id, without)
                self.assertEqual(self.env["mail.mail"].search([]), mails)
                self.assertEqual(students.user_id.mapped("login"), logins)
                self.assertTrue(all(students.user_id.mapped("active")))
                self.assertEqual(self.assertDialog(run.action_confirm()), run)
                self.assertFalse(run.question)
                self.assertIn("3", run.result)
                self.assertEqual((run.done_count, run.skipped_count), (3, 1))
                self.assertEqual(self._skipped(run).keys(), set(without))
                with self.assertRaises(UserError):
                    run.action_confirm()
                mails = self.env["mail.mail"].search([])
        self.assertEqual(set(active.mapped("portal_state")), {"revoked"})

    def test_what_has_changed_since_it_was_asked_is_seen(self):
        students = self._create_invited(3)
        action = self._as(students).action_resend_portal_invitation()
        self._sign_in_once(students[1])
        run = self.assertDialog(self._confirm(action))
        self.assertEqual(run.done_count, 2)
        self.assertIn("signed in already", self._skipped(run)[students[1]])
        self.assertEqual(students[1].portal_mail_state, "sent")

    def test_one_student_that_is_skipped_is_told_in_a_notification(self):
        student = self._create_students(1)
        message = self.assertNotified(
            self._as(student).action_resend_portal_invitation(), "warning"
        )
        self.assertIn(student.name, message)
        self.assertIn("Grant it first", message)

    def test_nothing_leaves_where_there_is_no_mail_server(self):
        student, other = self._create_invited(2)
        servers = self.registry["ir.mail_server"]
        with patch.object(servers, "has_outgoing_server", return_value=False):
            action = self._as(student).action_resend_portal_invitation()
            self.assertIn("mail server", self.assertNotified(action, "warning"))
            students = student + other + self._create_students(1)
            self._set_mails_sent(students)
            action = self._as(students).action_resend_portal_invitation()
            self.assertIn("mail server", self.assertDialog(action).question)
            run = self.assertDialog(self._confirm(action))
            self.assertIn("mail server", run.result)
            self._set_mails_sent(students)
            action = self._as(student + other).action_resend_portal_invitation()
            self.assertIn(
                "mail server", self.assertNotified(self._confirm(action), "warning")
            )

    # -- resetting ---------------------------------------------------------------

    def test_reset_sends_a_link_of_its_own(self):
        self.env["ir.config_parameter"].set_param(
            "auth_signup.reset_password.validity.hours", 7
        )
        student = self._create_active()
        invited_on = student.portal_invited_on
        action = self._as(student).action_reset_portal_password()
        self.assertNotified(action, "success")
        mail = self._mail(student)
        self.assertIn("token=", mail.body_html)
        self.assertIn("7 hours", mail.body_html)
        self.assertIn(student.portal_login, mail.body_html)
        self.assertEqual(student.portal_invited_on, invited_on)
        action = self._as(student).action_reset_portal_password()
        self.assertIn("waiting", self.assertNotified(action, "warning"))
        self.assertEqual(self._mail(student), mail)

    def test_reset_replaces_an_invitation_that_is_out_of_date(self):
        student = self._create_students(1)
        self._grant(student)
        invitation = self._mail(student)
        self.env.flush_all()
        self.cr.execute(
            "UPDATE mail_mail SET create_date = create_date - interval '1 hour'"
            " WHERE id = %s",
            invitation.ids,
        )
        invitation.invalidate_recordset()
        self._sign_in_once(student)
        self.assertNotified(self._as(student).action_reset_portal_password(), "success")
        self.assertEqual(invitation.state, "cancel")

    def test_reset_skips_who_has_never_signed_in(self):
        student = self._create_invited()
        message = self.assertNotified(
            self._as(student).action_reset_portal_password(), "warning"
        )
        self.assertIn("Resend the invitation", message)

    def test_reset_skips_internal_users(self):
        student = self._create_students(1, partner_id=self.employee.partner_id.id)
        student.user_id = self.employee
        self.employee.with_user(self.employee)._update_last_login()
        mails = self.env["mail.mail"].search([])
        message = self.assertNotified(
            self._as(student).action_reset_portal_password(), "warning"
        )
        self.assertIn("internal user", message)
        self.assertEqual(self.env["mail.mail"].search([]), mails)

    # -- revoking and restoring --------------------------------------------------

    def test_revoking_archives_the_user_and_deletes_nothing(self):
        student = self._create_students(1)
        self._grant(student, portal_group=self.group_limited)
        user, mail = student.user_id, self._mail(student)
        action = self._as(student).action_revoke_portal_access()
        self.assertNotified(action, "success")
        self.assertEqual(student.portal_state, "revoked")
        self.assertEqual(student.user_id, user)
        self.assertFalse(user.active)
        self.assertEqual(mail.state, "cancel")
        self.assertEqual(student.portal_mail_state, "cancelled")

        action = self._as(student).action_revoke_portal_access()
        self.assertIn("already", self.assertNotified(action, "warning"))

        self.assertNotified(self._as(student).action_restore_portal_access(), "success")
        self.assertTrue(user.active)
        self.assertEqual(student.portal_group_id, self.group_limited)
        self.assertEqual(student.portal_state, "granted")
        self.assertEqual(student.portal_mail_state, "cancelled")

        action = self._as(student).action_restore_portal_access()
        self.assertIn("has access", self.assertNotified(action, "warning"))

    def test_revoking_several_is_asked_about_first(self):
        students = self._create_invited(3)
        without = self._create_students(1)
        result = self.assertDialog(
            self._as(students + without).action_revoke_portal_access()
        )
        self.assertEqual((result.action, result.state), ("revoke", "draft"))
        self.assertEqual((result.pending_count, result.skipped_count), (3, 1))
        self.assertTrue(all(students.user_id.mapped("active")))
        result.with_user(self.student_manager).action_confirm()
        self.assertEqual((result.done_count, result.skipped_count), (3, 1))
        self.assertEqual(set(students.mapped("portal_state")), {"revoked"})

    def test_nothing_is_asked_where_nothing_would_be_done(self):
        result = self.assertDialog(
            self._as(self._create_students(2)).action_revoke_portal_access()
        )
        self.assertFalse(result.question or result.pending_count)
        self.assertEqual((result.state, result.skipped_count), ("done", 2))

    def test_all_of_several_done_is_told_in_a_notification(self):
        students = self._create_invited(2)
        action = self._confirm(self._as(students).action_revoke_portal_access())
        self.assertIn("2", self.assertNotified(action, "success"))

    def test_restored_user_that_odoo_made_public_is_a_student_again(self):
        student = self._create_invited()
        wizard = self.env["portal.wizard"].create(
            {"partner_ids": student.partner_id.ids}
        )
        wizard.user_ids.action_revoke_access()
        self.assertFalse(student.user_id.active)
        self._as(student).action_restore_portal_access()
        self.assertEqual(student.portal_group_id, self.group_student_portal)
        self.assertFalse(student.user_id._is_public())

    def test_who_has_lost_the_portal_group_is_invited_with_the_next_one(self):
        student = self._create_active()
        before = self._mail(student)
        student.user_id.group_ids = self.env.ref("base.group_portal")
        self._grant(student)
        self.assertNotEqual(self._mail(student), before)
        self.assertEqual(self._mail(student).state, "outgoing")

    def test_invitation_of_who_has_signed_in_stays_told(self):
        student = self._create_active()
        invited_on = student.portal_invited_on
        self.assertTrue(invited_on)
        self._as(student).action_revoke_portal_access()
        self._grant(student, send_invitation=False)
        self.assertEqual(student.portal_state, "active")
        self.assertEqual(student.portal_invited_on, invited_on)

    def test_restoring_users_that_odoo_made_public_costs_no_more_for_many(self):
        def cost(count):
            students = self._create_invited(count)
            wizard = self.env["portal.wizard"].create(
                {"partner_ids": students.partner_id.ids}
            )
            for line in wizard.user_ids:
                line.action_revoke_access()
            access = self._as(students).env["op.student.portal.access"].sudo()
            requests = [Request(student.with_env(access.env)) for student in students]
            queries = self._count_queries(lambda: access.perform("restore", requests))
            self.assertEqual(set(students.mapped("portal_state")), {"granted"})
            return queries

        cost(2)
        self.assertEqual(cost(2), cost(12))

    def test_archived_student_is_not_restored(self):
        student = self._create_invited()
        student.active = False
        message = self.assertNotified(
            self._as(student).action_restore_portal_access(), "warning"
        )
        self.assertIn("archived", message)
        self.assertFalse(student.user_id.active)

    # -- the login ---------------------------------------------------------------

    def test_login_follows_the_email_of_the_contact(self):
        student = self._create_active()
        former = student.portal_login
        student.email = "Name <New.Address@Example.com>"
        self.assertTrue(student.portal_login_differs)
        mails = self.env["mail.mail"].search([])
        self.assertNotified(self._as(student).action_update_portal_login(), "success")
        self.assertEqual(student.user_id.login, "new.address@example.com")
        self.assertFalse(student.portal_login_differs)
        told = self.env["mail.mail"].search([]) - mails
        # The former address learns that it is no longer used, but not the next one.
        (left,) = told.filtered(lambda mail: mail.email_to == former)
        self.assertNotIn("new.address@example.com", left.body_html)
        (told,) = told - left
        self.assertEqual(told.state, "outgoing")
        self.assertIn("new.address@example.com", told.body_html)
        self.assertNotIn("token=", told.body_html)
        action = self._as(student).action_update_portal_login()
        self.assertIn("already", self.assertNotified(action, "warning"))

    def test_who_never_signed_in_is_not_told_a_login_but_invited_again(self):
        student = self._create_students(1)
        self._grant(student)
        invitation = self._mail(student)
        former = student.portal_login
        student.email = "corrected@example.com"
        mails = self.env["mail.mail"].search([])
        self._as(student).action_update_portal_login()
        told = self.env["mail.mail"].search([]) - mails
        self.assertEqual(told.mapped("email_to"), [former])
        self.assertEqual(invitation.state, "cancel")
        self.assertIn(
            student,
            self.env["op.student"].search([("portal_link_expires_on", "<=", "now")]),
        )

    def test_link_that_waits_at_the_next_login_ends_too(self):
        student = self._create_students(1)
        self._grant(student)
        student.email = "corrected@example.com"
        self._as(student).action_resend_portal_invitation()
        invitation = self._mail(student)
        self.assertEqual(invitation.state, "outgoing")
        user = student.user_id.sudo()
        key = user.student_portal_access_key
        self._as(student).action_update_portal_login()
        self.assertEqual(invitation.state, "cancel")
        self.assertNotEqual(user.student_portal_access_key, key, "The sessions, too")

    def test_login_that_cannot_be_is_refused(self):
        students = self._create_active(6)
        taken, invalid, empty, twin, sibling, worker = students
        self.portal_user.login = "taken.login@example.com"
        taken.email = "Taken.Login@example.com"
        invalid.email = "a@b"
        empty.email = False
        twin.email = sibling.email = "parent@example.com"
        worker.user_id.group_ids = self.env.ref("base.group_user")
        worker.email = "worker.elsewhere@example.com"
        logins = students.user_id.mapped("login")
        result = self.assertDialog(self._as(students).action_update_portal_login())
        self.assertEqual((result.done_count, result.skipped_count), (0, 6))
        reasons = self._skipped(result)
        for student, word in (
            (taken, "User already exists"),
            (invalid, "is not valid"),
            (empty, "no email"),
            (twin, "same address"),
            (sibling, "same address"),
            (worker, "internal user"),
        ):
            self.assertIn(word, reasons[student])
        self.assertEqual(students.user_id.mapped("login"), logins)

    def test_login_of_a_revoked_access_is_left_alone(self):
        student = self._create_active()
        self._as(student).action_revoke_portal_access()
        student.email = "later@example.com"
        self.assertFalse(student.portal_login_differs)
        message = self.assertNotified(
            self._as(student).action_update_portal_login(), "warning"
        )
        self.assertIn("Restore it first", message)
