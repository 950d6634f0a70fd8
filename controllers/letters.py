import base64

from werkzeug.exceptions import MethodNotAllowed

from odoo import http
from odoo.http import content_disposition, request

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

    @http.route(
        "/student_portal/letters/<model('op.student.portal.run.file'):file>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def student_portal_letters(self, file, **parameters):
        """Return letters that the scheduler has printed.

        Odoo refuses what the rules keep from the user: all but who started the run.
        """
        return request.make_response(
            # Nobody reads the content of the file but this controller.
            base64.b64decode(file.sudo().content),
            headers={
                "Content-Type": "application/pdf",
                "Content-Disposition": content_disposition(file.name),
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )
