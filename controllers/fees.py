from contextlib import suppress

from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..exceptions import StudentPortalRefused
from .pages import RECORDS_PER_PAGE, StudentPortal, student_route

#: To each filter, the statuses of the fees in it; without any, all are.
FEE_FILTERS = {
    "all": (),
    "open": ("open", "overdue", "credit"),
    "overdue": ("overdue",),
    "upcoming": ("upcoming", "prepared"),
    "paid": ("paid",),
}


class StudentPortalFees(StudentPortal):
    @student_route("fees", path=["", "/page/<int:page>"], methods=["GET"])
    def student_fees(
        self, student, section, page=1, sortby="topay", filterby="all", **parameters
    ):
        sortings = self._fee_sortings()
        filters = self._fee_filters()
        sortby = sortby if sortby in sortings else "topay"
        filterby = filterby if filterby in filters else "all"
        fees = student.portal_fees()
        totals = student.portal_fee_totals(fees)
        to_pay = [fee for fee in fees if fee.status in ("open", "overdue")]
        # The fees were found for the student, and so were their invoices.
        invoices = (
            request.env["account.move"].sudo().union(*(fee.invoice for fee in to_pay))
        )
        payable = student.portal_payable(invoices)
        shown = [
            fee
            for fee in fees
            if not FEE_FILTERS[filterby] or fee.status in FEE_FILTERS[filterby]
        ]
        if sortby != "topay":
            shown.sort(
                key=lambda fee: (str(fee.due_date or ""), fee.key),
                reverse=sortby == "newest",
            )
        pager = portal_pager(
            url=student.portal_address("/fees"),
            total=len(shown),
            page=page,
            step=RECORDS_PER_PAGE,
            url_args={"sortby": sortby, "filterby": filterby},
        )
        offset = max(pager["offset"], 0)
        shown = shown[offset : offset + RECORDS_PER_PAGE]
        return {
            "has_fees": bool(fees),
            "fees": shown,
            "totals": totals,
            "statuses": student.portal_fee_statuses(),
            "payable": payable,
            # Those who are to be paid otherwise than online.
            "payees": request.env["res.company"]
            .sudo()
            .union(
                *(
                    fee.invoice.company_id or student.portal_company()
                    for fee in to_pay
                    if fee.invoice not in payable
                )
            ),
            "pager": pager,
            "searchbar_sortings": sortings,
            "sortby": sortby,
            "searchbar_filters": filters,
            "filterby": filterby,
            "default_url": student.portal_address("/fees"),
        }

    def _fee_sortings(self):
        return {
            "topay": {"label": request.env._("To Pay First")},
            "newest": {"label": request.env._("Last Due")},
            "oldest": {"label": request.env._("First Due")},
        }

    def _fee_filters(self):
        labels = {
            "all": request.env._("All"),
            "open": request.env._("To pay"),
            "overdue": request.env._("Overdue"),
            "upcoming": request.env._("Not invoiced yet"),
            "paid": request.env._("Paid"),
        }
        return {name: {"label": labels[name]} for name in FEE_FILTERS}

    def _student_invoice(self, student, invoice_id):
        """Return an invoice as the student sees it.

        :raise MissingError: if there is none that the student can open
        """
        invoice = student.portal_record("account.move", invoice_id)
        for view in student.portal_fees():
            if view.invoice == invoice and view.is_invoiced:
                return view
        raise MissingError(request.env._("You have no such invoice."))

    @student_route("fees", path="/invoices/<int:invoice_id>", methods=["GET"])
    def student_invoice(self, student, section, invoice_id, **parameters):
        """Lead to an invoice in Odoo's own portal, ready to be paid.

        The address has the invoice's token, as in Odoo's own list: without it, the
        form of account_payment fails. An invoice gets its token when it is first
        asked for.
        """
        invoice = self._student_invoice(student, invoice_id).invoice
        if not student.portal_may("pay"):
            # Anyone who has its address in Odoo's portal can pay it there.
            raise StudentPortalRefused(
                request.env._("Your school does not let guardians open invoices here."),
                request.env._("You cannot open this page"),
                http_status=403,
            )
        if student.portal_payable(invoice):
            return request.redirect(
                invoice.get_portal_url(
                    query_string="&payment=True", anchor="portal_pay"
                )
            )
        return request.redirect(invoice.get_portal_url())

    @student_route("fees", path="/invoices/<int:invoice_id>/receipt", methods=["GET"])
    def student_receipt(self, student, section, invoice_id, **parameters):
        """Send the receipt of an invoice: of its payments, or else the paid invoice."""
        view = self._student_invoice(student, invoice_id)
        if not view.receipt:
            return request.not_found()
        payments = student.portal_payments(view.invoice)
        if not payments:
            return request.redirect(
                view.invoice.get_portal_url(report_type="pdf", download=True)
            )
        # Students may not read payments; these are theirs.
        receipt, _type = (
            request.env["ir.actions.report"]
            .sudo()
            .with_company(view.invoice.company_id)
            ._render_qweb_pdf("account.action_report_payment_receipt", payments.ids)
        )
        name = request.env._("Receipt %s", view.invoice.name).replace("/", "_")
        return request.make_response(
            receipt,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(f"{name}.pdf")),
            ],
        )

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Open no invoice for a child to a guardian who is barred from it.

        Rules keep it already, but not from somebody who has its token.
        """
        document = super()._document_check_access(model_name, document_id, access_token)
        if model_name == "account.move" and request.env.user.share:
            if document in request.env["op.student"].portal_barred_invoices():
                raise AccessError(
                    request.env._("Your school does not show you this invoice.")
                )
        return document

    def _get_page_view_values(self, document, access_token, values, *args, **kwargs):
        """Show on Odoo's page of an invoice the way back to *Fees*, and whose it is."""
        values = super()._get_page_view_values(
            document, access_token, values, *args, **kwargs
        )
        if document._name == "account.move":
            for student in self._students_in_sight():
                try:
                    section, _sections = student.portal_open_section("fees")
                    student.portal_record("account.move", document.id)
                except (StudentPortalRefused, MissingError):
                    continue
                values.update(
                    student_fees_section=section,
                    student_address=student.portal_address(),
                    child=student.portal_guardian() and student,
                )
                break
        return values

    def _students_in_sight(self):
        """Return the student that the user is, if any, and the children."""
        students = request.env["op.student"]
        with suppress(StudentPortalRefused):
            return [students.portal_student(), *students.portal_children()]
        return [*students.portal_children()]
