from odoo.tests import tagged

from .fees_common import PortalFeesCase
from .portal_common import needs_model
from .test_portal_assignments import PortalAssignmentsCase


@tagged("post_install", "-at_install", "browser")
@needs_model("op.assignment")
class TestPortalAssignmentTours(PortalAssignmentsCase):
    browser_size = "1400x900"

    def test_student_submits_and_the_faculty_marks(self):
        self.start_tour(
            "/my/student",
            "student_portal_submit_assignment",
            login=self.student.user_id.login,
        )
        submission = self._submission()
        self.assertEqual(submission.state, "submit")
        # The faculty is at a desk.
        self.browser_size, self.touch_enabled = "1400x900", False
        self.start_tour(
            "/odoo/action-openeducat_assignment.act_open_op_assignment_sub_line_view"
            f"/{submission.id}",
            "student_portal_mark_assignment",
            login=self.teacher_user.login,
        )
        page = self._open(self.url)
        self.assertIn("Well done", page)
        self.assertIn("18 of 20 marks", self._words(page))

    def test_text_is_kept_until_it_is_submitted(self):
        keeper = "portal.test.keeper"
        self.student.user_id.write({"login": keeper, "password": keeper})
        self.start_tour(self.url, "student_portal_keep_submission", login=keeper)
        self.assertEqual(self._submission().description, "My longer answer")

    def test_kept_text_can_be_copied_and_is_nobody_elses(self):
        self.assignment.state = "finish"
        self.start_tour(
            self.url,
            "student_portal_kept_submission",
            login=self.student.user_id.login,
        )

    def test_large_photo_is_made_smaller_before_it_is_sent(self):
        self.start_tour(
            self.url, "student_portal_large_photo", login=self.student.user_id.login
        )
        self.assertEqual(self._files().mapped("name"), ["photo.jpg", "queries.pdf"])


@tagged("post_install", "-at_install", "browser")
class TestPortalAssignmentPhoneTours(TestPortalAssignmentTours):
    browser_size = "390x844"
    touch_enabled = True


@tagged("post_install", "-at_install", "browser")
@needs_model("op.student.fees.details")
class TestPortalFeeTours(PortalFeesCase):
    browser_size = "1400x900"

    def test_student_pays_a_demo_invoice_and_sees_it_paid(self):
        self._set_up_demo_payments()
        invoice = self._invoice(self._create_fee())
        login = self.student.user_id.login
        self.start_tour("/my/student", "student_portal_pay_fee", login=login)
        self.env["payment.transaction"].search(
            [("invoice_ids", "in", invoice.ids)]
        )._post_process()
        self.assertIn(invoice.payment_state, ("in_payment", "paid"))
        self.start_tour("/my/student/fees", "student_portal_paid_fee", login=login)


@tagged("post_install", "-at_install", "browser")
class TestPortalFeePhoneTours(TestPortalFeeTours):
    browser_size = "390x844"
    touch_enabled = True
