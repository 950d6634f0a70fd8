from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .fees_common import PortalFeesCase
from .portal_common import needs_model
from .portal_guardian_common import GuardianPagesCase
from .smtp_peer import mail_server
from .test_portal_assignments import PortalAssignmentsCase


class BarredMailsCase(GuardianPagesCase):
    """A mother who is barred from one of her children, and a father who is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stepfather = cls._create_guardian("portal.test.step", cls.children)
        cls.guardians = cls.mother.partner_id | cls.stepfather.partner_id

    def _notified(self, record, **values):
        """Post a message on a record, and return who is notified."""
        message = record.message_post(
            body="News of the child",
            subtype_xmlid="mail.mt_comment",
            **values,
        )
        return message.notified_partner_ids & self.guardians

    def assertKept(self, record):
        """Check that the mother hears of a record no more once she is barred."""
        record.message_subscribe(self.guardians.ids)
        self.assertEqual(self._notified(record), self.guardians)
        bar = self._bar(self.mother, self.child)
        self.assertEqual(self._notified(record), self.stepfather.partner_id)
        self.assertEqual(
            self._notified(record, partner_ids=self.guardians.ids),
            self.stepfather.partner_id,
        )
        bar.unlink()
        self.assertEqual(self._notified(record), self.guardians)


@tagged("post_install", "-at_install")
class TestBarredMails(BarredMailsCase):
    """What Odoo mails of a child, to those who follow it or are named."""

    def test_follower_of_the_child_hears_nothing_while_barred(self):
        self.assertKept(self.child)
        self.assertKept(self.child.partner_id)

    def test_messages_of_the_other_child_arrive(self):
        self._bar(self.mother, self.child)
        self.younger.message_subscribe(self.guardians.ids)
        self.assertEqual(self._notified(self.younger), self.guardians)
        # And those of her own record.
        own = self.mother.partner_id
        own.message_subscribe(self.guardians.ids)
        self.assertEqual(self._notified(own), self.guardians)

    def test_messages_arrive_outside_the_days_of_a_bar(self):
        self.child.message_subscribe(self.guardians.ids)
        today, day = self.child.portal_today(), timedelta(days=1)
        for first, last in (today - 2 * day, today - day), (today + day, False):
            bar = self._bar(self.mother, self.child, date_from=first, date_to=last)
            self.assertEqual(self._notified(self.child), self.guardians)
            bar.unlink()

    def test_address_alone_is_no_way_around_it(self):
        self._bar(self.mother, self.child)
        addresses = f"{self.mother.email}, aunt@example.com"
        message = self.child.message_post(
            body="News",
            subtype_xmlid="mail.mt_comment",
            outgoing_email_to=addresses,
        )
        self.assertEqual(
            message.notification_ids.mapped("mail_email_address"), ["aunt@example.com"]
        )

    def test_guardian_with_the_same_address_hears_of_the_child(self):
        self.stepfather.partner_id.email = self.mother.email
        self.assertKept(self.child)

    def _mail(self, record, **values):
        return self.env["mail.mail"].create(
            {
                "subject": "Of the child",
                "body_html": "News",
                "email_from": "desk@example.com",
                "model": record._name,
                "res_id": record.id,
                "auto_delete": False,
                **values,
            }
        )

    def _send(self, mails):
        """Send mails to a server that takes all, and return the addresses."""
        with mail_server() as sent:
            mails.send()
        messages = [call.args[0] for call in sent.call_args_list]
        return sorted(str(message["To"]) for message in messages)

    def test_mail_of_other_code_or_in_the_queue_goes_to_the_others(self):
        mails = self._mail(
            self.child,
            recipient_ids=[fields.Command.set(self.guardians.ids)],
            email_to=f"Mother <{self.mother.email}>, aunt@example.com",
        )
        to_her = self._mail(self.child, email_to=self.mother.email)
        of_younger = self._mail(self.younger, email_to=self.mother.email)
        self._bar(self.mother, self.child)
        sent = self._send(mails + to_her + of_younger)
        self.assertEqual(len(sent), 3, sent)
        self.assertEqual(sum(self.mother.email in each for each in sent), 1, sent)
        self.assertTrue(any(self.stepfather.email in each for each in sent), sent)
        self.assertTrue(any("aunt@example.com" in each for each in sent), sent)
        self.assertEqual(to_her.state, "cancel")
        self.assertEqual(of_younger.state, "sent")

    def test_mail_that_is_somebody_elses_too_is_not_cancelled(self):
        to_both = [fields.Command.set(self.guardians.ids)]
        mails = self.env["mail.mail"]
        for values in (
            {"recipient_ids": to_both},
            {"email_to": f"{self.mother.email}, aunt@example.com"},
            {"email_to": self.mother.email, "email_cc": "aunt@example.com"},
        ):
            mails |= self._mail(self.child, **values)
        of_younger = self._mail(self.younger, recipient_ids=to_both)
        notified = self.env["mail.notification"].create(
            [
                {
                    "mail_message_id": mail.mail_message_id.id,
                    "mail_mail_id": mail.id,
                    "res_partner_id": contact.id,
                    "notification_type": "email",
                }
                for mail, contact in (
                    (mails[0], self.mother.partner_id),
                    (mails[0], self.stepfather.partner_id),
                    (of_younger, self.mother.partner_id),
                )
            ]
        )
        self._bar(self.mother, self.child)
        self.assertEqual(len(self._send(mails)), 3)
        self.assertEqual(set(mails.mapped("state")), {"sent"})
        self.assertEqual(
            [each.notification_status == "canceled" for each in notified],
            [True, False, False],
        )

    def test_mail_of_a_model_that_is_gone_is_sent(self):
        """Of an app that was uninstalled while the mail waited."""
        mail = self._mail(self.child, email_to=self.mother.email)
        mail.model = "gone"
        self._bar(self.mother, self.child)
        self.assertEqual(self._send(mail), [self.mother.email])

    def test_sending_asks_once_for_all_mails(self):
        self._bar(self.mother, self.child)
        mails = self.env["mail.mail"]
        for number in range(12):
            mails += self._mail(self.younger, email_to=f"a{number}@example.com")
        mails.flush_recordset()
        mails[:1]._leave_out_barred()
        with self.assertQueryCount(1):
            mails._leave_out_barred()


@tagged("post_install", "-at_install")
@needs_model("op.assignment")
class TestBarredMailsOfSubmissions(BarredMailsCase, PortalAssignmentsCase):
    def test_follower_of_a_submission_hears_nothing_while_barred(self):
        submission = self.env["op.assignment.sub.line"].create(
            {"assignment_id": self.assignment.id, "student_id": self.child.id}
        )
        self.assertKept(submission)


@tagged("post_install", "-at_install")
@needs_model("op.student.fees.details")
class TestBarredMailsOfInvoices(BarredMailsCase, PortalFeesCase):
    """Invoices for a child: their mails, letters and links."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        contacts = cls.children.partner_id | cls.mother.partner_id
        contacts.property_account_receivable_id = cls.receivable
        cls.invoice = cls._invoice_to_mother(cls.child)
        cls.other_invoice = cls._invoice_to_mother(cls.younger)

    @classmethod
    def _invoice_to_mother(cls, child):
        invoice = cls._invoice(cls._create_fee(student=child), post=False)
        invoice.partner_id = cls.mother.partner_id
        invoice.action_post()
        return invoice

    def test_follower_of_an_invoice_hears_nothing_while_barred(self):
        self.assertKept(self.invoice)
        self.invoice.button_draft()
        self.invoice.partner_id = self.child.partner_id
        self.assertKept(self.invoice)

    def test_record_of_another_model_with_the_id_of_an_invoice_is_none(self):
        self._bar(self.mother, self.child)
        bars = self.env["op.student.portal.bar"]
        bars = bars.of_guardians(self.mother.partner_id)
        self.assertEqual(bars.barred_from(self.invoice), self.mother.partner_id)
        course = self.env["op.course"].browse(self.invoice.id)
        self.assertFalse(bars.barred_from(course))

    def _send_and_print(self, invoice):
        """Have Odoo send an invoice as it proposes, and return who is notified."""
        before = invoice.message_ids
        self.env["account.move.send"]._generate_and_send_invoices(
            invoice, sending_methods=["email"], allow_raising=False
        )
        return (invoice.message_ids - before).notified_partner_ids

    def test_send_and_print_proposes_and_mails_nobody_who_is_barred(self):
        self._bar(self.mother, self.child)
        wizard = self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        self.assertFalse(wizard.create({}).mail_partner_ids)
        wizard = wizard.with_context(active_ids=self.other_invoice.ids)
        self.assertEqual(wizard.create({}).mail_partner_ids, self.mother.partner_id)
        self.assertFalse(self._send_and_print(self.invoice))
        self.assertEqual(
            self._send_and_print(self.other_invoice), self.mother.partner_id
        )

    def test_no_letter_goes_to_a_customer_who_is_barred(self):
        send = self.env["account.move.send"]
        self.mother.partner_id.write(
            {
                "street": "Main Street 1",
                "city": "Brussels",
                "zip": "1000",
                "country_id": self.env.ref("base.be").id,
            }
        )
        self.assertTrue(send._is_applicable_to_move("snailmail", self.invoice))
        self._bar(self.mother, self.child)
        self.assertFalse(send._is_applicable_to_move("snailmail", self.invoice))
        self.assertTrue(send._is_applicable_to_move("manual", self.invoice))
        self.assertTrue(send._is_applicable_to_move("snailmail", self.other_invoice))

    def assertLinkWorks(self, url, name, works):
        self.authenticate(None, None)
        self.assertEqual(name in self.url_open(url).text, works, url)

    def test_link_of_before_ends_with_the_bar(self):
        self.other_student.partner_id.property_account_receivable_id = self.receivable
        strangers = self._invoice(self._create_fee(student=self.other_student))
        invoices = self.invoice + self.other_invoice + strangers
        links = {invoice: invoice.get_portal_url() for invoice in invoices}
        for invoice, link in links.items():
            self.assertLinkWorks(link, invoice.name, True)
        # As the office does, which may not write invoices.
        self.env["op.student.portal.bar"].with_user(self.student_manager).create(
            {"student_id": self.child.id, "partner_id": self.mother.partner_id.id}
        )
        for invoice, link in links.items():
            self.assertLinkWorks(link, invoice.name, invoice != self.invoice)
        # The school may send a new one, to the other guardian say.
        self.assertLinkWorks(self.invoice.get_portal_url(), self.invoice.name, True)

    def test_link_ends_on_the_first_day_of_a_later_bar(self):
        link = self.invoice.get_portal_url()
        today = self.child.portal_today()
        day = timedelta(days=1)
        cron = "openeducat_student_portal.ir_cron_portal_bar"
        bars = self.env["op.student.portal.bar"]
        values = {
            "student_id": self.child.id,
            "partner_id": self.mother.partner_id.id,
            "date_from": today + day,
        }
        [woken] = self._triggers(
            cron, lambda: bars.with_user(self.student_manager).create(values)
        )
        self.assertEqual(woken, self.child.portal_midnight(today + day))
        bars._cron_begin()
        self.assertLinkWorks(link, self.invoice.name, True)
        bar = bars.search([("student_id", "=", self.child.id)])
        # A day later.
        self.env.cr.execute(
            "UPDATE op_student_portal_bar SET date_from = %s WHERE id = %s",
            [today, bar.id],
        )
        bar.invalidate_recordset()
        bars._cron_begin()
        self.assertLinkWorks(link, self.invoice.name, False)
        # Once alone: the link that is sent since is another guardian's.
        link = self.invoice.get_portal_url()
        bars._cron_begin()
        self.assertLinkWorks(link, self.invoice.name, True)
        # A bar that is put off, or made longer, begins again.
        bar.date_to = today + day
        self.assertLinkWorks(link, self.invoice.name, False)

    def test_link_ends_with_a_bar_that_is_corrected(self):
        """One that was of another child, guardian or day at first."""
        today = self.child.portal_today()
        day = timedelta(days=1)
        right = {
            "student_id": self.child.id,
            "partner_id": self.mother.partner_id.id,
            "date_from": today,
        }
        for wrong, change in (
            ({"student_id": self.younger.id}, {"student_id": self.child.id}),
            (
                {"partner_id": self.father.partner_id.id},
                {"partner_id": self.mother.partner_id.id},
            ),
            ({"date_from": today + day}, {"date_from": today}),
            (
                {"date_from": today - 2 * day, "date_to": today - day},
                {"date_to": today},
            ),
        ):
            bars = self.env["op.student.portal.bar"].with_user(self.student_manager)
            bar = bars.create({**right, **wrong})
            link = self.invoice.get_portal_url()
            with self.subTest(change):
                bar.write(change)
                self.assertLinkWorks(link, self.invoice.name, False)
            bar.unlink()
