from odoo import http
from odoo.http import request

from ..exceptions import StudentPortalRefused
from .pages import StudentPortal


def guardian_route(address):
    return http.route(address, type="http", auth="user", website=True, methods=["GET"])


class StudentPortalChildren(StudentPortal):
    """The pages of guardians that are of no single child."""

    @guardian_route("/my/child")
    def guardian_child(self, **parameters):
        """Lead on from the page to which OpenEduCat sends guardians who sign in."""
        return request.redirect(
            request.env.user.student_portal_home() or "/my/children"
        )

    @guardian_route("/my/children")
    def guardian_children(self, **parameters):
        """Show the children of the guardian; a single one opens directly."""

        def cards(children):
            if len(children) == 1:
                return request.redirect(f"/my/children/{children.id}")
            return {"cards": children.portal_cards()}

        return self._guardian_page("children", cards)

    @guardian_route("/my/children/fees")
    def guardian_fees(self, **parameters):
        """Show what is to be paid for each of the children."""

        def fees(children):
            section, _sections = children.portal_open_section("fees")
            return {
                "fees_section": section,
                "statuses": children.portal_fee_statuses(),
                **children.portal_family_fees(),
            }

        return self._guardian_page("children_fees", fees)

    @guardian_route("/my/children/profile")
    def guardian_profile(self, **parameters):
        """Show what the school has on record of the guardian."""

        def profile(children):
            return {
                "contact": request.env.user.partner_id,
                "relations": children.portal_relations(),
            }

        return self._guardian_page("guardian_profile", profile)

    def _guardian_page(self, name, handler):
        """Answer a request for a page of a guardian, which no cache keeps.

        :param str name: the name of the page and of its template
        :param handler: is called with the children whom the guardian sees, and
            returns a response, or a dict of values for the template
        """
        students = request.env["op.student"]
        try:
            children = students.portal_children()
            if not children:
                raise students.portal_no_child_refusal()
            page = handler(children)
        except StudentPortalRefused as refusal:
            return self._student_refusal(refusal)
        if isinstance(page, dict):
            values = {"page_name": name, "children": children, **page}
            page = request.render(
                f"openeducat_student_portal.student_portal_{name}",
                {**self._prepare_portal_layout_values(), **values},
            )
            page.headers["Cache-Control"] = "private, no-store"
        return page
