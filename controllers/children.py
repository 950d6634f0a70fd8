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
        if len(children) == 1:
            return request.redirect(f"/my/children/{children.id}")
        return self._guardian_page(
            "openeducat_student_portal.student_portal_children",
            {"children": children, "cards": children.portal_cards()},
        )

    def _guardian_page(self, template, values):
        """Return a page for a guardian, which no cache keeps."""
        page_name = template.rpartition(".student_portal_")[2]
        page = request.render(
            template,
            {
                **self._prepare_portal_layout_values(),
                "page_name": page_name,
                **values,
            },
        )
        page.headers["Cache-Control"] = "private, no-store"
        return page
