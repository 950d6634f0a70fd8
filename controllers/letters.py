from werkzeug.exceptions import MethodNotAllowed

from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.report import ReportController

LETTERS = (
    "openeducat_student_portal.report_access_letter",
    "openeducat_student_portal.report_class_list",
)


class StudentPortalLetters(ReportController):
    @http.route()
    def report_routes(self, reportname, docids=None, converter=None, **data):
        """Print letters by a form alone, and have no browser keep them.

        An address that prints would make new codes for anyone who opens it, and end
        the codes of the letters before.
        """
        if reportname not in LETTERS:
            return super().report_routes(reportname, docids, converter, **data)
        if request.httprequest.method != "POST":
            raise MethodNotAllowed(valid_methods=["POST"])
        response = super().report_routes(reportname, docids, converter, **data)
        response.headers["Cache-Control"] = "no-store"
        return response
