from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .pages import RECORDS_PER_PAGE, StudentPortal, student_route

#: To each filter, the statuses of the fees in it; without any, all are.
FEE_FILTERS = {
    "all": (),
    "open": ("open", "overdue"),
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
        shown = [
            fee
            for fee in fees
            if not FEE_FILTERS[filterby] or fee.status in FEE_FILTERS[filterby]
        ]
        if sortby != "topay":
            shown.sort(
                key=lambda fee: (str(fee.due_date or ""), fee.fee.id),
                reverse=sortby == "newest",
            )
        pager = portal_pager(
            url="/my/student/fees",
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
            "pager": pager,
            "searchbar_sortings": sortings,
            "sortby": sortby,
            "searchbar_filters": filters,
            "filterby": filterby,
            "default_url": "/my/student/fees",
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

    def _fee(self, student, fee_id):
        """Return a fee as the student sees it.

        :raise MissingError: if it is not the student's
        """
        fee = student.portal_record("op.student.fees.details", fee_id)
        [view] = student.portal_fees([("id", "=", fee.id)])
        return view

    @student_route("fees", path="/<int:fee_id>/invoice", methods=["GET"])
    def student_fee_invoice(self, student, section, fee_id, **parameters):
        """Lead to the invoice of a fee, in Odoo's own portal."""
        view = self._fee(student, fee_id)
        if not view.invoice:
            return request.not_found()
        return request.redirect(view.address)

    @student_route("fees", path="/<int:fee_id>/receipt", methods=["GET"])
    def student_fee_receipt(self, student, section, fee_id, **parameters):
        """Send the receipt of a fee: of its payments, or else the paid invoice."""
        view = self._fee(student, fee_id)
        if not view.receipt:
            return request.not_found()
        payments = student.portal_fee_payments(view.fee)
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
