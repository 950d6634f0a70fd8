from datetime import timedelta

from odoo import Command

from .portal_common import StudentPortalPagesCase


class PortalFeesCase(StudentPortalPagesCase):
    """A student with fees, in a school that can invoice and be paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.student.portal_today()
        cls._create_accounts(cls.company)
        cls.product = cls.env["product.product"].create(
            {
                "name": "Tuition of the test",
                "type": "service",
                "taxes_id": [Command.clear()],
                "property_account_income_id": cls.income.id,
            }
        )

    @classmethod
    def _create_accounts(cls, company):
        """Create what is needed to invoice and to be paid, no matter what is there."""
        accounts = cls.env["account.account"].with_company(company)
        cls.income, cls.receivable, cls.cash, cls.outstanding = accounts.create(
            [
                {
                    "name": f"Portal test {name}",
                    "code": f"98765{number}",
                    "account_type": account_type,
                    "reconcile": reconcile,
                }
                for number, (name, account_type, reconcile) in enumerate(
                    (
                        ("income", "income", False),
                        ("receivable", "asset_receivable", True),
                        ("cash", "asset_cash", False),
                        ("outstanding", "asset_current", True),
                    )
                )
            ]
        )
        journals = cls.env["account.journal"].with_company(company)
        cls.sales, cls.bank = journals.create(
            [
                {
                    "name": "Portal test sales",
                    "code": "PTSAL",
                    "type": "sale",
                    "company_id": company.id,
                    "default_account_id": cls.income.id,
                },
                {
                    "name": "Portal test bank",
                    "code": "PTBNK",
                    "type": "bank",
                    "company_id": company.id,
                    "default_account_id": cls.cash.id,
                },
            ]
        )
        cls.bank.inbound_payment_method_line_ids.payment_account_id = cls.outstanding
        students = cls.student + cls.other_student
        students.partner_id.property_account_receivable_id = cls.receivable

    @classmethod
    def _create_fee(cls, amount=1000, due=10, student=None, **values):
        """Create a fee that is due in so many days and not invoiced yet."""
        return cls.env["op.student.fees.details"].create(
            {
                "student_id": (student or cls.student).id,
                "product_id": cls.product.id,
                "amount": amount,
                "date": cls.today + timedelta(days=due),
                "state": "draft",
                **values,
            }
        )

    @classmethod
    def _invoice(cls, fee, due=10, post=True, **values):
        """Invoice a fee, as OpenEduCat does."""
        fee.get_invoice()
        fee.invoice_id.write(
            {
                "journal_id": cls.sales.id,
                "invoice_date": cls.today - timedelta(days=30),
                "invoice_payment_term_id": False,
                "invoice_date_due": cls.today + timedelta(days=due),
                **values,
            }
        )
        if post:
            fee.invoice_id.action_post()
        return fee.invoice_id

    def _invoice_without_fee(self, amount, due=10, move_type="out_invoice"):
        """Post an invoice that the office has made by hand."""
        invoice = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.student.partner_id.id,
                "journal_id": self.sales.id,
                "invoice_date": self.today - timedelta(days=30),
                "invoice_payment_term_id": False,
                "invoice_date_due": self.today + timedelta(days=due),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Lost library book",
                            "price_unit": amount,
                            "account_id": self.income.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoice, amount=None):
        """Register a payment of an invoice."""
        register = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "journal_id": cls.bank.id,
                    "payment_method_line_id": (
                        cls.bank.inbound_payment_method_line_ids[:1].id
                    ),
                    "payment_date": cls.today,
                }
            )
        )
        if amount:
            register.amount = amount
        return register._create_payments()

    def _set_up_demo_payments(self):
        """Let invoices be paid by Odoo's demo provider, or skip the test.

        :return: the provider and its payment method
        """
        provider = self.env.ref(
            "payment.payment_provider_demo", raise_if_not_found=False
        )
        if not provider or provider.code != "demo":
            self.skipTest("payment_demo is not installed")
        if "transaction_ids" not in self.env["account.move"]:
            self.skipTest("account_payment is not installed")
        method = self.env.ref("payment_demo.payment_method_demo")
        provider.write(
            {
                "state": "test",
                "is_published": True,
                "company_id": self.company.id,
                "journal_id": self.bank.id,
            }
        )
        method.active = True
        self.env["ir.config_parameter"].set_param(
            "account_payment.enable_portal_payment", "True"
        )
        return provider, method
