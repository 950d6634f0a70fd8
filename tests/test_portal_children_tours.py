from odoo.tests import tagged

from .fees_common import PortalFeesCase
from .portal_common import needs_model
from .portal_guardian_common import GuardianPagesCase


@tagged("post_install", "-at_install", "browser")
@needs_model("op.student.fees.details")
class TestPortalChildrenTours(GuardianPagesCase, PortalFeesCase):
    """A mother of three, on a wide screen."""

    browser_size = "1400x900"

    def test_mother_switches_pays_for_one_and_is_barred_from_one(self):
        self._set_up_demo_payments()
        children = self.children + self._create_students(1)
        for child, name in zip(children, ("Ada", "Bea", "Cleo"), strict=True):
            child.partner_id.name = f"{name} Tester"
        self._parent(self.mother).student_ids = children
        contacts = children.partner_id | self.mother.partner_id
        contacts.property_account_receivable_id = self.receivable
        invoice = self._invoice(self._create_fee(student=children[1]))
        login = self.mother.login
        self.start_tour("/my/child", "guardian_portal_children", login=login)
        self.start_tour("/my/children", "guardian_portal_pay", login=login)
        self.env["payment.transaction"].search(
            [("invoice_ids", "in", invoice.ids)]
        )._post_process()
        self.assertIn(invoice.payment_state, ("in_payment", "paid"))
        self._bar(self.mother, children[0])
        self.start_tour("/my/children", "guardian_portal_barred", login=login)


@tagged("post_install", "-at_install", "browser")
class TestPortalChildrenPhoneTours(TestPortalChildrenTours):
    """And on a phone."""

    browser_size = "390x844"
    touch_enabled = True
