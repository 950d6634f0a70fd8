from datetime import timedelta

from lxml import html

from odoo import Command
from odoo.tests import tagged
from odoo.tools import formatLang

from .fees_common import PortalFeesCase
from .portal_common import needs_model

FEES = "/my/student/fees"


@tagged("post_install", "-at_install")
@needs_model("op.student.fees.details")
class TestPortalFees(PortalFeesCase):
    def _statuses(self):
        return {view.fee: view.status for view in self._pages().portal_fees()}

    def _totals(self):
        student = self._pages()
        totals = student.portal_fee_totals(student.portal_fees())
        return {
            each.currency: (each.upcoming, each.residual, each.overdue, each.paid)
            for each in totals
        }

    def _text(self, url=FEES, **request):
        """Return what a page says, with single blanks."""
        page = html.fromstring(self._open(url, **request))
        return " ".join(page.text_content().replace("\xa0", " ").split())

    def test_status_follows_the_invoice(self):
        fees = {
            name: self._create_fee()
            for name in (
                "upcoming",
                "prepared",
                "open",
                "overdue",
                "today",
                "partial",
                "paid",
                "cancelled",
                "reversed",
            )
        }
        self._invoice(fees["prepared"], post=False)
        self._invoice(fees["open"])
        self._invoice(fees["overdue"], due=-1)
        self._invoice(fees["today"], due=0)
        self._pay(self._invoice(fees["partial"], due=-2), 400)
        self._pay(self._invoice(fees["paid"], due=-2))
        self._invoice(fees["cancelled"], post=False).button_cancel()
        reversal = self._invoice(fees["reversed"])._reverse_moves(cancel=True)
        self.assertEqual(reversal.state, "posted")
        self.assertEqual(
            self._statuses(),
            {
                fees["upcoming"]: "upcoming",
                fees["prepared"]: "prepared",
                fees["open"]: "open",
                fees["overdue"]: "overdue",
                fees["today"]: "open",
                fees["partial"]: "overdue",
                fees["paid"]: "paid",
                fees["cancelled"]: "void",
                fees["reversed"]: "void",
            },
        )
        self.assertEqual(
            self._totals(),
            # Not invoiced, to pay, overdue and paid.
            {self.company.currency_id: (2000, 3600, 1600, 1400)},
        )

    def _credit(self, invoice, amount):
        """Take an amount off an invoice by a credit note."""
        note = invoice._reverse_moves(
            [{"invoice_date": self.today, "journal_id": self.sales.id}]
        )
        note.invoice_line_ids.price_unit = amount
        note.action_post()
        lines = (invoice + note).line_ids.filtered(
            lambda line: line.account_id == self.receivable
        )
        lines.reconcile()
        return note

    def test_credit_note_is_no_payment(self):
        fee = self._create_fee()
        invoice = self._invoice(fee)
        self._credit(invoice, 300)
        [view] = self._pages().portal_fees()
        self.assertEqual(
            (view.status, view.amount, view.paid, view.credited, view.residual),
            ("open", 1000, 0, 300, 700),
        )
        self.assertFalse(view.receipt, "Nothing was paid")
        text = self._text()
        self.assertIn("Credited by your school: $ 300.00", text)
        self.assertIn("To pay: $ 700.00", text)
        self.assertNotIn("Receipt", text)
        self._open(f"{FEES}/invoices/{invoice.id}/receipt", status=404)
        self._pay(invoice)
        [view] = self._pages().portal_fees()
        self.assertEqual(
            (view.status, view.paid, view.credited, view.residual),
            ("paid", 700, 300, 0),
        )
        self.assertEqual(self._totals(), {self.company.currency_id: (0, 0, 0, 700)})

    def test_total_is_what_the_contact_owes_in_the_ledger(self):
        currency = self.company.currency_id
        self._invoice(self._create_fee(1000))
        self.assertEqual(self._totals(), {currency: (0, 1000, 0, 0)})
        by_hand = self._invoice_without_fee(310.5, due=-4)
        self.assertEqual(self._totals(), {currency: (0, 1310.5, 310.5, 0)})
        cancelled = self._create_fee(333)
        self._invoice(cancelled, due=-2)
        cancelled.state = "cancel"
        self.assertEqual(self._totals(), {currency: (0, 1643.5, 643.5, 0)})
        # Neither is reconciled with an invoice yet.
        note = self._invoice_without_fee(40, move_type="out_refund")
        payment = self._pay(self._invoice_without_fee(60))
        payment.move_id.line_ids.remove_move_reconcile()
        total = 1643.5 + 60 - 60 - 40
        self.assertEqual(self.student.partner_id.credit, total)
        self.assertEqual(self._totals()[currency][1:3], (total, 643.5))
        text = self._text()
        self.assertIn("1,603.50", text)
        self.assertIn("Lost library book", text)
        self.assertIn(by_hand.name, text)
        self.assertIn(f"Credit note {note.name}", text)
        # The office keeps drafts and what it has cancelled to itself.
        self._invoice_without_fee(7).button_draft()
        self.assertEqual(self._totals()[currency][1], total)

    def test_credit_that_is_left_is_told(self):
        invoice = self._invoice(self._create_fee(100), due=-3)
        payment = self._pay(invoice, 250)
        self.assertEqual(self.student.partner_id.credit, -150)
        self.assertEqual(payment.state, "paid")
        student = self._pages()
        [total] = student.portal_fee_totals(student.portal_fees())
        self.assertEqual((total.residual, total.overdue, total.credit), (0, 0, 150))
        self.assertIn("Credit 150.00", self._text().replace("$ ", "").replace("$", ""))
        self.assertEqual(self._pages()._portal_summary_fees()["text"], "credit")

    def test_overdue_is_at_most_what_is_to_be_paid(self):
        self._invoice(self._create_fee(500), due=-3)
        payment = self._pay(self._invoice(self._create_fee(300)))
        payment.move_id.line_ids.remove_move_reconcile()
        self._pay(self._invoice_without_fee(100))
        self.assertEqual(self._totals()[self.company.currency_id][1:3], (500, 500))

    def test_invoice_that_the_office_has_blocked_is_not_overdue(self):
        invoice = self._invoice(self._create_fee(500), due=-3)
        invoice.payment_state = "blocked"
        self.assertEqual(self._totals()[self.company.currency_id][1:3], (500, 0))

    def test_what_another_contact_owes_does_not_count(self):
        self._invoice(self._create_fee(student=self.other_student))
        self.assertEqual(self._totals(), {})

    def test_family_owes_for_one_child_what_is_invoiced_for_it(self):
        family = self.env["res.partner"].create(
            {"name": "Family", "property_account_receivable_id": self.receivable.id}
        )
        sibling = self.other_student
        (self.student + sibling).partner_id.parent_id = family
        self._invoice(self._create_fee(100), partner_id=family.id)
        self._invoice(self._create_fee(70, student=sibling), partner_id=family.id)
        self._invoice(self._create_fee(30))
        self.assertEqual(self._totals()[self.company.currency_id][1], 130)

    def test_what_is_not_invoiced_yet_has_its_taxes(self):
        tax = self.env["account.tax"].create(
            {"name": "Tax of the test", "amount": 20, "type_tax_use": "sale"}
        )
        self.product.taxes_id = tax
        fee = self._create_fee(200, discount=25)
        currency = self.company.currency_id
        self.assertEqual(self._totals(), {currency: (180, 0, 0, 0)})
        summary = self._pages()._portal_summary_fees()
        self.assertEqual(summary["text"], "not invoiced yet")
        self.assertIn("180.00", summary["value"])
        text = self._text()
        self.assertIn("180.00", text)
        self.assertNotIn("To pay $", text)
        invoice = self._invoice(fee, post=False)
        self.assertEqual(invoice.amount_total, 180)
        self.assertEqual(self._totals(), {currency: (180, 0, 0, 0)})
        invoice.action_post()
        self.assertEqual(self._totals(), {currency: (0, 180, 0, 0)})

    def test_nothing_to_pay_is_said_in_words(self):
        self._pay(self._invoice(self._create_fee()))
        summary = self._pages()._portal_summary_fees()
        self.assertEqual(summary["value"], "Nothing to pay")

    def test_instalments_of_an_invoice_are_due_one_after_the_other(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half at once, half later",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (10, 90)
                ],
            }
        )
        invoice = self._invoice(self._create_fee(), invoice_payment_term_id=term.id)
        [view] = self._pages().portal_fees()
        # It was invoiced 30 days ago.
        first, last = (self.today + timedelta(days=days) for days in (-20, 60))
        self.assertEqual(invoice.invoice_date_due, last)
        self.assertEqual(view.status, "overdue")
        self.assertEqual(view.instalments, [(first, 500, True), (last, 500, False)])
        self.assertEqual((view.due_date, view.overdue), (first, 500))
        self.assertEqual(self._totals(), {self.company.currency_id: (0, 1000, 500, 0)})
        self.assertIn(f"500.00 · Due {last.strftime('%m/%d/%Y')}", self._text())
        self._pay(invoice, 500)
        [view] = self._pages().portal_fees()
        self.assertEqual((view.status, view.due_date), ("open", last))
        self.assertEqual(view.instalments, [(last, 500, False)])

    def test_cancelled_fee_is_not_shown(self):
        self._create_fee(state="cancel")
        self._create_fee(state=False)
        self.assertEqual(list(self._statuses().values()), ["upcoming"])

    def test_discount_is_taken_off(self):
        self._create_fee(200, discount=25)
        self.assertEqual(self._totals(), {self.company.currency_id: (150, 0, 0, 0)})

    def test_each_currency_has_its_totals(self):
        other = self.env["res.currency"].create(
            {"name": "PTC", "symbol": "pt", "rate_ids": [Command.create({"rate": 2})]}
        )
        self._invoice(self._create_fee(100), due=-1)
        invoice = self._invoice(self._create_fee(300), post=False)
        invoice.currency_id = other
        invoice.invoice_line_ids.price_unit = 300
        invoice.action_post()
        self.assertEqual(
            self._totals(),
            {self.company.currency_id: (0, 100, 100, 0), other: (0, 300, 0, 0)},
        )
        text = self._text()
        self.assertIn(f"{other.round(300):.2f} pt", text)
        summary = self._pages()._portal_summary_fees()
        self.assertEqual(
            summary["value"],
            " + ".join(
                formatLang(self.env, amount, currency_obj=currency)
                for amount, currency in sorted(
                    ((100, self.company.currency_id), (300, other)),
                    key=lambda each: each[1].name,
                )
            ),
        )

    def test_invoice_of_two_fees_counts_once(self):
        fee, second = self._create_fee(), self._create_fee()
        second.write({"invoice_id": self._invoice(fee).id, "state": "invoice"})
        self.assertEqual(self._totals()[self.company.currency_id][1], 1000)

    def test_page_tells_amounts_dates_and_invoices(self):
        self._invoice(self._create_fee(1234.5), due=-3)
        text = self._text()
        self.assertIn("1,234.50", text)
        self.assertIn("Overdue", text)
        self.assertIn("Tuition of the test", text)
        due = self.today - timedelta(days=3)
        self.assertIn(f"Due {due.strftime('%m/%d/%Y')}", text)

    def test_amounts_and_dates_are_in_the_language_of_the_student(self):
        self._speak(self.student, "de_DE")
        self._create_fee(1234.5, date="2031-02-01")
        text = self._text()
        self.assertIn("1.234,50", text)
        self.assertIn("01.02.2031", text)

    def test_filters_and_sorting(self):
        late, paid = self._create_fee(11, due=-5), self._create_fee(22, due=-9)
        upcoming = self._create_fee(33, due=5)
        self._invoice(late, due=-5)
        self._pay(self._invoice(paid, due=-9))
        for parameters, fees in (
            ("", [late, upcoming, paid]),
            ("?filterby=open", [late]),
            ("?filterby=overdue", [late]),
            ("?filterby=paid", [paid]),
            ("?filterby=upcoming", [upcoming]),
            ("?sortby=oldest", [paid, late, upcoming]),
            ("?sortby=newest", [upcoming, late, paid]),
            ("?sortby=nonsense&filterby=nonsense", [late, upcoming, paid]),
        ):
            with self.subTest(parameters):
                page = html.fromstring(self._open(FEES + parameters))
                self.assertEqual(
                    [title.get("id") for title in page.xpath("//article//h3")],
                    [f"fee_{fee.id}" for fee in fees],
                )

    def test_pages_of_many_fees(self):
        self.env["op.student.fees.details"].create(
            [{"student_id": self.student.id, "amount": 1} for _number in range(25)]
        )
        pages = [
            html.fromstring(self._open(url)).xpath("//article")
            for url in (FEES, f"{FEES}/page/2")
        ]
        self.assertEqual([len(fees) for fees in pages], [20, 5])

    def test_empty_page_says_what_will_be_there(self):
        self.assertIn(self._section("fees").empty_text, self._open(FEES))

    def test_home_tells_what_is_to_be_paid(self):
        self.assertEqual(self._pages()._portal_summary_fees(), {})
        self._invoice(self._create_fee(100), due=-3)
        self._invoice(self._create_fee(50), due=3)
        summary = self._pages()._portal_summary_fees()
        self.assertIn("150.00", summary["value"])
        self.assertEqual(summary["tone"], "danger")
        self.assertIn("100.00", summary["lines"][0])
        self.assertIn("Overdue:", summary["lines"][0])

    def test_page_costs_the_same_at_any_length(self):
        def count():
            self._sign_in()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(self.url_open(FEES).status_code, 200)
            return self.cr.sql_log_count - before

        for _number in range(2):
            self._pay(self._invoice(self._create_fee()))
            self._invoice(self._create_fee())
        self._open(FEES)
        few = count()
        for _number in range(6):
            self._pay(self._invoice(self._create_fee()))
            self._invoice(self._create_fee())
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 40)


@tagged("post_install", "-at_install")
@needs_model("op.student.fees.details")
class TestPortalFeesInvoices(PortalFeesCase):
    def _view(self, fee):
        [view] = [view for view in self._pages().portal_fees() if view.fee == fee]
        return view

    def test_invoice_opens_in_the_portal_of_odoo(self):
        fee = self._create_fee()
        invoice = self._invoice(fee)
        address = f"{FEES}/invoices/{invoice.id}"
        self.assertIn(address, self._open(FEES))
        response = self.url_open(address, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn(f"/my/invoices/{invoice.id}", response.headers["Location"])
        self.assertIn(invoice.name, self._open(address))

    def test_without_a_payment_provider_it_is_said_how_to_pay(self):
        if "payment.provider" in self.env:
            self.env["payment.provider"].search([]).state = "disabled"
        invoice = self._invoice(self._create_fee())
        page = self._open(FEES)
        self.assertIn("Ask your school how to pay", page)
        self.assertEqual(self._buttons(page), ["Open invoice"])
        self._speak(self.student, "fr_FR")
        settings = self.env["res.config.settings"]
        for lang, words in ("en_US", "At the cash desk."), ("fr_FR", "À la caisse."):
            settings.with_context(lang=lang).create(
                {"student_portal_payment_text": words}
            ).execute()
        page = self._open(FEES)
        self.assertIn("À la caisse.", page)
        self.assertNotIn("At the cash desk.", page)
        self.student.user_id.lang = "en_US"
        self.assertIn("At the cash desk.", self._open(FEES))
        self._pay(invoice)
        self.assertNotIn("At the cash desk.", self._open(FEES))

    def test_each_school_says_how_what_is_owed_to_it_is_paid(self):
        if "payment.provider" in self.env:
            self.env["payment.provider"].search([]).state = "disabled"
        self._invoice(self._create_fee())
        elsewhere = self.env["res.company"].create({"name": "Other School"})
        self.company.student_portal_payment_text = "At the cash desk."
        elsewhere.student_portal_payment_text = "By bank transfer."
        self.student.user_id.write(
            {"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id}
        )
        page = self._open(FEES)
        self.assertIn("At the cash desk.", page)
        self.assertNotIn("By bank transfer.", page)
        # A debt that was carried over is of no invoice.
        self._carry_over_debt(55)
        self.assertIn("By bank transfer.", self._open(FEES))

    def _carry_over_debt(self, amount):
        """Enter what the student owes from before, without an invoice."""
        debt = {"name": "From last year", "partner_id": self.student.partner_id.id}
        entry = self.env["account.move"].create(
            {
                "journal_id": self.bank.id,
                "date": self.today - timedelta(days=30),
                "line_ids": [
                    Command.create(
                        {**debt, "account_id": self.receivable.id, "debit": amount}
                    ),
                    Command.create({"account_id": self.income.id, "credit": amount}),
                ],
            }
        )
        entry.action_post()
        return entry

    def test_with_a_payment_provider_there_is_a_button(self):
        provider, method = self._set_up_demo_payments()
        self._invoice(self._create_fee())
        page = self._open(FEES)
        self.assertEqual(self._buttons(page), ["Pay"])
        self.assertNotIn("How to pay", page)
        provider.maximum_amount = 10
        self.assertEqual(self._buttons(self._open(FEES)), ["Open invoice"])
        provider.maximum_amount = 0
        method.active = False
        self.assertEqual(self._buttons(self._open(FEES)), ["Open invoice"])
        method.active = True
        # The office has switched paying online off.
        pays = "account_payment.enable_portal_payment"
        self.env["ir.config_parameter"].set_param(pays, "False")
        self.assertEqual(self._buttons(self._open(FEES)), ["Open invoice"])
        self.env["ir.config_parameter"].set_param(pays, "True")
        elsewhere = self.env["res.company"].create({"name": "Other School"})
        self.student.partner_id.company_id = elsewhere
        self.assertEqual(self._buttons(self._open(FEES)), ["Open invoice"])

    def _buttons(self, page):
        """Return what the buttons of the fees say."""
        buttons = html.fromstring(page).xpath("//article//a[contains(@class, 'btn')]")
        return [button.text.strip() for button in buttons]

    def test_way_back_from_the_invoice_leads_to_the_fees(self):
        invoice = self._invoice(self._create_fee())
        back = "//ol//a[contains(@href, '/my/student/fees')]"
        page = html.fromstring(self._open(f"{FEES}/invoices/{invoice.id}"))
        self.assertEqual([link.text for link in page.xpath(back)], ["Fees"])
        self.assertIn("My studies", page.xpath("string(//ol)"))
        # Nobody else has the page.
        self._section("fees").active = False
        page = html.fromstring(self._open(invoice.get_portal_url()))
        self.assertFalse(page.xpath(back))
        self.assertIn(invoice.name, self._open(invoice.get_portal_url(), self.employee))

    def test_draft_invoice_is_being_prepared(self):
        fee = self._create_fee()
        invoice = self._invoice(fee, post=False)
        page = self._open(FEES)
        address = f"{FEES}/invoices/{invoice.id}"
        self.assertIn("preparing the invoice", page)
        self.assertNotIn(address, page)
        self._open(address, status=404)

    def test_invoice_of_somebody_else_is_not_shown(self):
        fee = self._create_fee(1000)
        invoice = self._invoice(
            self._create_fee(7777, student=self.other_student), due=-3
        )
        fee.write({"invoice_id": invoice.id, "state": "invoice"})
        view = self._view(fee)
        self.assertEqual(view.status, "other")
        self.assertFalse(view.invoice)
        page = self._open(FEES)
        self.assertNotIn(invoice.name, page)
        self.assertNotIn("7,777", page)
        self.assertNotIn(f"{FEES}/{fee.id}/", page)
        self._pay(invoice)
        self._open(f"{FEES}/invoices/{invoice.id}/receipt", status=404)
        self._open(f"{FEES}/invoices/{invoice.id}", status=404)
        student = self._pages()
        self.assertFalse(student.portal_payments(invoice.sudo()))

    def test_invoice_of_the_family_is_the_students(self):
        family = self.env["res.partner"].create(
            {"name": "Family", "property_account_receivable_id": self.receivable.id}
        )
        sibling = self.other_student
        (self.student + sibling).partner_id.parent_id = family
        fee = self._create_fee()
        invoice = self._invoice(fee, partner_id=family.id)
        self.assertEqual(self._view(fee).invoice, invoice)
        other = self._create_fee()
        other.invoice_id = self._invoice(self._create_fee(student=sibling))
        self.assertEqual(self._view(other).status, "other")

    def _draft(self, contact, fee_of=None, move_type="out_invoice"):
        """Draft an invoice for a contact, for the fee of a student or for none."""
        invoice = self.env["account.move"].create(
            {"move_type": move_type, "partner_id": contact.id}
        )
        if fee_of:
            self._create_fee(student=fee_of, invoice_id=invoice.id, state="invoice")
        return invoice

    def _contact(self, name, **values):
        return self.env["res.partner"].create(
            {
                "name": name,
                "property_account_receivable_id": self.receivable.id,
                **values,
            }
        )

    def assertInvoices(self, own, others):
        """Check which invoices are the student's, by both ways to ask it."""
        student = self._pages()
        fees = student.portal_records("op.student.fees.details")
        for invoice in own + others:
            is_own = invoice in own
            asked = student.portal_records("account.move")
            with self.subTest(
                contact=invoice.partner_id.name, type=invoice.move_type, own=is_own
            ):
                self.assertEqual(invoice.sudo() in asked, is_own)
                if invoice.is_invoice() and invoice.is_sale_document():
                    asked = student.portal_is_own_invoice(invoice.sudo(), fees)
                    self.assertEqual(asked, is_own)

    def test_invoices_of_a_student_are_those_of_the_own_contact(self):
        contact = self.student.partner_id
        address = self._contact("Address", parent_id=contact.id, type="invoice")
        sponsor = self._contact("Sponsor")
        self.assertInvoices(
            self._draft(contact) + self._draft(address),
            self._draft(contact, move_type="in_invoice")
            + self._draft(self.other_student.partner_id, self.other_student)
            + self._draft(sponsor, self.student)
            + self._draft(sponsor),
        )

    def test_invoices_of_the_family_are_those_for_a_fee_of_the_student(self):
        family = self._contact("Family", is_company=True)
        (self.student + self.other_student).partner_id.parent_id = family
        self.assertInvoices(
            self._draft(self.student.partner_id) + self._draft(family, self.student),
            self._draft(family)
            + self._draft(family, self.other_student)
            + self._draft(self.other_student.partner_id),
        )

    def test_open_items_of_a_student_are_in_no_others_ledger(self):
        family = self._contact("Family", is_company=True)
        (self.student + self.other_student).partner_id.parent_id = family
        of_fee = self._invoice(self._create_fee(1), partner_id=family.id)
        note = self._invoice_without_fee(2, move_type="out_refund")
        debt = self._carry_over_debt(3)
        for posted in True, False:
            other = self._create_fee(student=self.other_student)
            self._invoice(other, post=posted, partner_id=family.id)
            self._invoice(self._create_fee(student=self.other_student), post=posted)
        self._invoice(self._create_fee(), post=False)
        items = self._pages().portal_records("account.move.line")
        self.assertEqual(items.move_id, (of_fee + note + debt).sudo())
        self.assertEqual(items.account_id, self.receivable.sudo())
        names = [view.name for view in self._pages().portal_fees() if view.name]
        self.assertEqual(len(names), 2)
        self.assertIn(f"Credit note {note.name}", names)

    def test_credit_note_and_bill_are_no_invoice_of_a_fee(self):
        for move_type in "out_refund", "in_invoice", "entry":
            fee = self._create_fee()
            fee.invoice_id = self.env["account.move"].create(
                {"move_type": move_type, "partner_id": self.student.partner_id.id}
            )
            self.assertEqual(self._view(fee).status, "other", move_type)

    def test_invoice_of_another_company_opens(self):
        fee = self._create_fee()
        invoice = self._invoice(fee)
        company = self.env["res.company"].create({"name": "Other School"})
        user = self.student.user_id
        user.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self.assertIn(invoice.name, self._open(f"{FEES}/invoices/{invoice.id}"))

    def test_receipt_is_of_the_payments(self):
        fee = self._create_fee()
        invoice = self._invoice(fee)
        url = f"{FEES}/invoices/{invoice.id}/receipt"
        self._open(url, status=404)
        payment = self._pay(invoice)
        self.assertIn(url, self._open(FEES))
        self.assertEqual(self._pages().portal_payments(invoice.sudo()), payment)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertTrue(
            response.headers["Content-Disposition"].startswith("attachment;")
        )
        payment.state = "rejected"
        self.assertFalse(self._pages().portal_payments(invoice.sudo()))

    def test_receipt_of_what_another_pays_is_the_invoice(self):
        fee = self._create_fee()
        invoice = self._invoice(fee)
        payment = self._pay(invoice)
        payment.partner_id = self.other_student.partner_id
        self._sign_in()
        response = self.url_open(
            f"{FEES}/invoices/{invoice.id}/receipt", allow_redirects=False
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn(f"/my/invoices/{invoice.id}", response.headers["Location"])
        self.assertIn("report_type=pdf", response.headers["Location"])

    def test_invoice_is_paid_by_a_payment_provider_of_odoo(self):
        provider, method = self._set_up_demo_payments()
        fee = self._create_fee()
        invoice = self._invoice(fee, due=-1)
        self.assertIn("Overdue", self._open(FEES))
        form = html.fromstring(self._open(f"{FEES}/invoices/{invoice.id}"))
        [form] = form.xpath("//form[@id='o_payment_form']")
        self.assertEqual(form.get("data-access-token"), invoice.access_token)
        transaction = self._call(
            f"/invoice/transaction/{invoice.id}",
            access_token=invoice.access_token,
            provider_id=provider.id,
            payment_method_id=method.id,
            token_id=None,
            amount=invoice.amount_residual,
            flow="direct",
            tokenization_requested=False,
            landing_route=f"/my/invoices/{invoice.id}",
        )
        self._call(
            "/payment/demo/simulate_payment",
            reference=transaction["reference"],
            payment_details="4242",
            simulated_state="done",
        )
        self.assertEqual(self._call("/payment/status/poll")["state"], "done")
        self.env.invalidate_all()
        self.assertIn(invoice.payment_state, ("in_payment", "paid"))
        self.assertEqual(self._view(fee).status, "paid")
        page = self._open(FEES)
        badges = html.fromstring(page).xpath("//article//*[contains(@class, 'badge')]")
        self.assertEqual([badge.text for badge in badges], ["Paid"])
        self.assertIn(f"{FEES}/invoices/{invoice.id}/receipt", page)

    def _call(self, url, **parameters):
        """Call a JSON route as the browser does, and return its result."""
        answer = self.url_open(url, json={"params": parameters}).json()
        self.assertNotIn("error", answer, answer.get("error"))
        return answer.get("result")


@tagged("post_install", "-at_install")
@needs_model("op.student.fees.details")
class TestPortalFeesSecurity(PortalFeesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fee = cls._create_fee()
        cls.invoice = cls._invoice(cls.fee)
        cls._pay(cls.invoice)
        cls.receipt = f"{FEES}/invoices/{cls.invoice.id}/receipt"
        cls.address = f"{FEES}/invoices/{cls.invoice.id}"

    def test_pages_are_refused_to_who_may_not(self):
        self.assertPagesRefused([FEES, self.receipt, self.address], "fees")

    def test_limited_level_has_no_fees(self):
        limited = self._create_portal_student(self.group_limited)
        for url in FEES, self.receipt, self.address:
            self._open(url, limited.user_id, status=403)
        self.assertNotIn(FEES, self._open("/my", limited.user_id))

    def test_another_student_sees_nothing(self):
        user = self.other_student.user_id
        self.assertIn(self._section("fees").empty_text, self._open(FEES, user))
        self._open(self.receipt, user, status=404)
        self._open(self.address, user, status=404)

    def test_student_of_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other School"})
        self.student_manager.company_ids += company
        stranger = self._create_students(1, company_id=company.id)
        self._grant(stranger.with_company(company), send_invitation=False)
        self.assertIn(
            self._section("fees").empty_text, self._open(FEES, stranger.user_id)
        )
        self._open(self.receipt, stranger.user_id, status=404)
        self._open(self.address, stranger.user_id, status=404)

    def test_receipt_of_no_fee_is_not_found(self):
        for invoice_id in 0, self.invoice.id + 10**6, 2**40:
            self._open(f"{FEES}/invoices/{invoice_id}/receipt", status=404)
            self._open(f"{FEES}/invoices/{invoice_id}", status=404)
