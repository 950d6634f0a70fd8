from lxml import html

from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from ..controllers.fees import StudentPortalFees
from .fees_common import PortalFeesCase
from .portal_common import needs_model
from .portal_guardian_common import LIMITED, GuardianPagesCase

FAMILY = "/my/children/fees"


@tagged("post_install", "-at_install")
@needs_model("op.student.fees.details")
class TestGuardianFees(GuardianPagesCase, PortalFeesCase):
    """What guardians see and pay of the fees of their children."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        contacts = cls.children.partner_id | cls.mother.partner_id
        contacts.property_account_receivable_id = cls.receivable

    def _sections(self, user=None):
        """Return the text of the section of each child, by its name."""
        page = html.fromstring(self._open(FAMILY, user or self.mother))
        return {
            section.xpath("string(.//h2)").strip(): " ".join(
                section.text_content().split()
            )
            for section in page.xpath("//section[.//h2[starts-with(@id, 'fees_')]]")
        }

    def test_fees_of_all_are_grouped_by_child(self):
        self._invoice(self._create_fee(1000))
        self._invoice(self._create_fee(70, student=self.younger))
        self._create_fee(33, student=self.other_student)
        self._pay(self._invoice(self._create_fee(45)))
        sections = self._sections()
        self.assertEqual(list(sections), self._seen(self.mother).mapped("name"))
        self.assertIn("1,000.00", sections[self.child.name])
        self.assertIn("70.00", sections[self.younger.name])
        page = self._open(FAMILY, self.mother)
        self.assertIn("1,070.00", page)
        self.assertNotIn("33.00", page)
        self.assertNotIn("45.00", page, "Nothing is to be paid of it")

    def test_invoice_made_out_to_the_guardian_shows_whose_it_is(self):
        fee = self._create_fee(student=self.younger)
        invoice = self._invoice(fee, post=False)
        invoice.partner_id = self.mother.partner_id
        invoice.action_post()
        sections = self._sections()
        self.assertIn("made out to you", sections[self.younger.name])
        self.assertNotIn("made out to you", sections[self.child.name])
        card = self._seen(self.mother).portal_cards()
        for child, paid in ((self.younger, False), (self.child, True)):
            [fact] = (fact for section, fact in card[child] if section.code == "fees")
            self.assertEqual(fact["value"] == "Nothing to pay", paid)
        # On Odoo's own page of it, too.
        page = self._open(
            f"/my/children/{self.younger.id}/fees/invoices/{invoice.id}", self.mother
        )
        self.assertIn(self.younger.name, page)
        self.assertIn(f"/my/children/{self.younger.id}/fees", page)
        # It is not the other guardian's.
        stepfather = self._create_guardian("portal.test.step", self.younger)
        self._open(
            f"/my/children/{self.younger.id}/fees/invoices/{invoice.id}",
            stepfather,
            status=404,
        )

    def test_invoice_for_two_children_counts_once(self):
        fees = self._create_fee(100) + self._create_fee(100, student=self.younger)
        invoice = self._invoice(fees[0], post=False)
        invoice.partner_id = self.mother.partner_id
        fees[1].write({"invoice_id": invoice.id, "state": "invoice"})
        invoice.action_post()
        totals = self._seen(self.mother).portal_family_fees()["totals"]
        self.assertEqual([total.residual for total in totals], [100])

    def test_guardian_pays_unless_the_school_does_not_let_it(self):
        self._set_up_demo_payments()
        self.company.student_portal_payment_text = "Pay at the desk."
        invoice = self._invoice(self._create_fee())
        url = self._address(f"/fees/invoices/{invoice.id}")
        for page in FAMILY, self._address("/fees"):
            document = html.fromstring(self._open(page, self.mother))
            [button] = document.xpath(f"//a[@href='{url}']")
            self.assertIn("Pay", button.text_content())
        fees = self._address("/fees")
        self.assertNotIn("Pay at the desk.", self._open(fees, self.mother))
        response = self.url_open(url, allow_redirects=False)
        self.assertIn("payment=True", response.headers["Location"])
        page = self.url_open(url).text
        self.assertIn(invoice.name, page)
        self.company.student_portal_guardians_pay = False
        for page in FAMILY, self._address("/fees"):
            page = self._open(page, self.mother)
            self.assertNotIn(url, page)
            self.assertIn(invoice.name, page)
        self.assertIn("Pay at the desk.", self._open(fees, self.mother))
        self._open(url, self.mother, status=403)

    def test_guardian_pays_for_the_children_whose_school_lets_it(self):
        self._set_up_demo_payments()
        invoices = self.env["account.move"]
        for child in self._seen(self.mother):
            invoices |= self._invoice(self._create_fee(student=child))
        family = self._seen(self.mother).portal_family_fees()
        self.assertEqual(family["payable"], invoices)
        school = self.env["res.company"].create({"name": "Other School"})
        school.student_portal_guardians_pay = False
        self.mother.company_ids |= school
        self._seen(self.mother)[1].sudo().partner_id.company_id = school
        family = self._seen(self.mother).portal_family_fees()
        self.assertEqual(family["payable"], invoices[0])

    def test_refused_to_who_has_no_fees_or_children(self):
        limited = self._create_guardian("portal.test.limited", self.child, LIMITED)
        self._open(FAMILY, limited, status=403)
        for user in self.portal_user, self.child.user_id, self.employee:
            self._open(FAMILY, user, status=404)
        self._invoice(self._create_fee())
        self._bar(self.mother, self.child)
        self.assertNotIn(self.child.name, self._open(FAMILY, self.mother))

    def test_barred_guardian_opens_no_invoice_of_the_child_in_odoos_portal(self):
        invoice = self._invoice(self._create_fee(), post=False)
        invoice.partner_id = self.mother.partner_id
        invoice.action_post()
        other = self._invoice(self._create_fee(student=self.younger), post=False)
        other.partner_id = self.mother.partner_id
        other.action_post()
        urls = [invoice.get_portal_url(), f"/my/invoices/{invoice.id}"]
        for url in urls:
            self._open(url, self.mother)
        self._bar(self.mother, self.child)
        # The links of before have ended; the last one is sent to somebody else since.
        invoice._portal_ensure_token()
        urls.append(invoice.get_portal_url())
        self._sign_in(self.mother)
        for url in urls:
            response = self.url_open(url)
            self.assertNotIn(invoice.name, response.text)
        self.assertNotIn(invoice.name, self._open("/my/invoices", self.mother))
        page = self._open("/my/invoices", self.mother)
        self.assertIn(other.name, page)
        self.assertIn(other.name, self._open(other.get_portal_url(), self.mother))

    def test_bar_from_a_child_opens_no_invoice_of_another_student(self):
        children = (self.child, self.younger, self.other_student)
        payers = (self.mother, self.mother, self.father)
        invoices = self.env["account.move"]
        for child, payer in zip(children, payers, strict=True):
            invoice = self._invoice(self._create_fee(student=child), post=False)
            invoice.partner_id = payer.partner_id
            invoice.action_post()
            invoices |= invoice
        past = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
        self._bar(self.mother, self.child, **past)
        seen = invoices.with_user(self.mother).search([("id", "in", invoices.ids)])
        self.assertEqual(set(seen), set(invoices[:2]))
        self._bar(self.mother, self.child)
        seen = invoices.with_user(self.mother).search([("id", "in", invoices.ids)])
        self.assertEqual(seen, invoices[1])
        lines = invoices.line_ids.with_user(self.mother)
        lines = lines.search([("id", "in", lines.ids)])
        self.assertEqual(lines.move_id, invoices[1])
        # What else she may read is as before.
        self.mother.partner_id.with_user(self.mother).check_access("read")

    def test_documents_that_are_no_invoices_open_as_before(self):
        """Such as orders, of apps that this addon knows nothing of."""
        contact = self.mother.partner_id
        with MockRequest(self.env(user=self.mother)):
            document = StudentPortalFees()._document_check_access(
                contact._name, contact.id
            )
        self.assertEqual(document, contact)

    def test_barred_guardian_who_works_here_keeps_the_own_rights(self):
        invoice = self._invoice(self._create_fee())
        self.employee.group_ids += self.env.ref("account.group_account_invoice")
        self._create_guardian(None, self.child, user=self.employee)
        self._bar(self.employee, self.child)
        self.assertEqual(
            invoice.with_user(self.employee).read(["name"])[0]["name"], invoice.name
        )
        self.assertIn(invoice.name, self._open(invoice.get_portal_url(), self.employee))

    def test_queries_of_four_children_are_bounded(self):
        more = self._create_students(2)
        more.partner_id.property_account_receivable_id = self.receivable
        self._parent(self.mother).student_ids += more
        for child in self._seen(self.mother):
            self._invoice(self._create_fee(student=child))
            self._create_fee(student=child)
        self._open(FAMILY, self.mother)
        with self.assertQueryCount(40):
            self.url_open(FAMILY)

    def test_fees_of_each_child_are_those_of_its_own_page(self):
        fees = self._create_fee() + self._create_fee(student=self.younger)
        invoices = self._invoice(fees[0]) + self._invoice(fees[1], post=False)
        invoices[1].partner_id = self.mother.partner_id
        invoices[1].action_post()
        self._pay(self._invoice(self._create_fee(student=self.younger)))
        # A payment that nothing has been paid with yet.
        self.env["account.payment"].create(
            {
                "partner_id": self.younger.partner_id.id,
                "amount": 5,
                "journal_id": self.bank.id,
                "payment_type": "inbound",
            }
        ).action_post()
        children = self._seen(self.mother)
        together = children.portal_fees_of_each()
        for child in children:
            self.assertEqual(together[child], child.portal_fees())
        self.assertNotEqual(together[self.child], together[self.younger])
