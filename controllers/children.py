from odoo import http
from odoo.http import request

from ..exceptions import StudentPortalRefused
from .pages import StudentPortal


class StudentPortalChildren(StudentPortal):
    """The pages of guardians that are of no single child."""

    @http.route("/my/child", type="http", auth="user", website=True, methods=["GET"])
    def guardian_child(self, **parameters):
        """Lead on from the page to which OpenEduCat sends guardians who sign in."""
        return request.redirect("/my/children")

    @http.route("/my/children", type="http", auth="user", website=True, methods=["GET"])
    def guardian_children(self, **parameters):
        """Show the children of the guardian; a single one opens directly."""
        students = request.env["op.student"]
        children = students.portal_children()
        if not children:
            return self._student_refusal(students.portal_no_child_refusal())
        return request.redirect(f"/my/children/{children[0].id}")
