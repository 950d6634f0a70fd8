from odoo.fields import Command

PRODUCTS = {
    "tuition": "Tuition Fee",
    "laboratory": "Laboratory Fee",
    "excursion": "Excursion",
    "meals": "School Meals",
}
# By the end of its external id: the student, the product, the amount, in how many days
# it is due, and what has become of it.
FEES = {
    "first_term": ("mira_halvorsen", "tuition", 1200, -75, "paid"),
    "laboratory": ("mira_halvorsen", "laboratory", 180, -10, "invoiced"),
    "second_term": ("mira_halvorsen", "tuition", 1200, 20, "invoiced"),
    "excursion": ("mira_halvorsen", "excursion", 95, 45, "due"),
    "brother": ("nils_halvorsen", "tuition", 1200, 20, "invoiced"),
    "sister": ("ps_01", "meals", 64, 12, "due"),
}


def create_fees(school):
    """Create fees of a family that are paid, overdue, invoiced and due.

    Without a chart of accounts there are no invoices, and all fees are due.
    """
    products = school.provide(
        "product.product",
        {
            f"product_product_{name}": {
                "name": title,
                "type": "service",
                "taxes_id": [Command.clear()],
            }
            for name, title in PRODUCTS.items()
        },
    )
    products = dict(zip(PRODUCTS, products, strict=True))
    values_by_name = {}
    for name, (key, product, amount, due, _step) in FEES.items():
        enrolment = school.ref(f"op_student_course_{key}")
        values_by_name[f"op_student_fees_details_{name}"] = {
            "student_id": enrolment.student_id.id,
            "course_id": enrolment.course_id.id,
            "batch_id": enrolment.batch_id.id,
            "product_id": products[product].id,
            "amount": amount,
            "date": school.day(due),
            "state": "draft",
        }
    fees = school.provide("op.student.fees.details", values_by_name)
    journal = school.env["account.journal"].search(
        [
            *school.env["account.journal"]._check_company_domain(school.env.company),
            ("type", "=", "sale"),
            ("default_account_id", "!=", False),
        ],
        limit=1,
    )
    if not journal:
        return
    _let_invoices_be_paid(school)
    for product in products.values():
        product.property_account_income_id = journal.default_account_id
    for fee, (*_what, due, step) in zip(fees, FEES.values(), strict=True):
        if step != "due" and fee.state == "draft":
            _invoice(school, fee, due, step == "paid")


def _invoice(school, fee, due, paid):
    """Invoice a fee a month before it is due, and register that it is paid."""
    fee.get_invoice()
    invoice = fee.invoice_id
    invoice.write(
        {
            "invoice_date": school.day(due - 30),
            "invoice_payment_term_id": False,
            "invoice_date_due": school.day(due),
        }
    )
    invoice.action_post()
    if paid:
        school.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": school.day(due - 2)})._create_payments()


def _let_invoices_be_paid(school):
    """Have Odoo's demo provider take payments, where it is installed."""
    provider = school.env.ref("payment.payment_provider_demo", raise_if_not_found=False)
    bank = school.env["account.journal"].search(
        [
            *school.env["account.journal"]._check_company_domain(school.env.company),
            ("type", "=", "bank"),
        ],
        limit=1,
    )
    if not provider or provider.code != "demo" or not bank:
        return
    provider.write({"state": "test", "is_published": True, "journal_id": bank.id})
    school.env.ref("payment_demo.payment_method_demo").active = True
