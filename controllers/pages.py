import functools

from odoo import http
from odoo.exceptions import MissingError
from odoo.http import request
from odoo.tools.misc import get_lang

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..exceptions import StudentPortalRefused

#: How many records of a section are on a page.
RECORDS_PER_PAGE = 20
#: The home of the student's own pages, and of those of a guardian's child.
HOMES = ("/my/student", "/my/children/<int:child_id>")


def student_route(code=None, path="", **routing):
    """Make a method a page of a section: ``/my/student/<code><path>``, and for
    guardians ``/my/children/<child_id>/<code><path>``.

    Who may not see it never reaches the method (see
    :meth:`StudentPortal._student_page`), which is called with ``student``,
    ``section`` and the parameters of the request, and returns a response, or a dict
    of values for the section's template.

    :param code: the code of the section; without it, the portal's home
    :param path: what follows in the address, or a list of it
    :param routing: more arguments of :func:`odoo.http.route`
    """
    section = f"/{code}" if code else ""
    paths = [path] if isinstance(path, str) else path
    addresses = [home + section + each for each in paths for home in HOMES]

    def decorate(handler):
        @functools.wraps(handler)
        def page(self, **parameters):
            return self._student_page(
                code, functools.partial(handler, self), parameters
            )

        return http.route(
            addresses, **{"type": "http", "auth": "user", "website": True, **routing}
        )(page)

    return decorate


class StudentPortal(CustomerPortal):
    @http.route()
    def home(self, **kw):
        """Show the student the way to the student portal on Odoo's own ``/my``."""
        response = super().home(**kw)
        response.qcontext["children"] = request.env["op.student"].portal_children()
        try:
            student = request.env["op.student"].portal_student()
        except StudentPortalRefused as refusal:
            # Who is no student needs not hear of the student portal.
            response.qcontext["student_refusal"] = (
                refusal if refusal.http_status == 403 else None
            )
        else:
            _none, sections = student.portal_open_section()
            response.qcontext.update(student=student, student_sections=sections)
        return response

    def _prepare_portal_layout_values(self):
        """Let a page say its language, which it does with *Website* alone otherwise."""
        values = super()._prepare_portal_layout_values()
        values["html_data"] = {"lang": get_lang(request.env).code.replace("_", "-")}
        return values

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if not any(counter.startswith("student_") for counter in counters):
            return values
        try:
            student = request.env["op.student"].portal_student()
        except StudentPortalRefused:
            return values
        _none, sections = student.portal_open_section()
        for section in sections:
            counter = f"student_{section.code}_count"
            if counter in counters:
                values[counter] = student.portal_summary(section).get("value", "")
        return values

    def _student_page(self, code, handler, parameters):
        """Answer a request for a page of the student portal: the one way in.

        It checks that it is a student who asks, or a guardian for a child, that the
        school's portal and the section are on, and that the portal group opens the
        section. That somebody is signed in is the route's matter. Who is refused gets
        a page saying why.

        :param code: the code of the section; without it, the portal's home
        :param handler: is called with student, section (the home with sections, all
            that the student may open) and the parameters
        :param dict parameters: what the browser sent
        """
        for name in "student", "section", "sections":
            parameters.pop(name, None)
        # In an address it is a number; what a browser sends beside it is a text.
        child_id = parameters.pop("child_id", None)
        students = request.env["op.student"]
        children = None
        try:
            if isinstance(child_id, int):
                student, children = students.portal_child(child_id)
            else:
                student = students.portal_student()
            section, sections = student.portal_open_section(code)
            request.update_context(tz=student.portal_timezone())
            student = student.with_context(tz=student.portal_timezone())
            shown = {"section": section} if code else {"sections": sections}
            page = handler(student=student, **shown, **parameters)
        except StudentPortalRefused as refusal:
            if not code and child_id is None and students.portal_children():
                # Who has no pages but those of children arrives here, too.
                return request.redirect("/my/children")
            return self._student_refusal(refusal)
        except MissingError:
            return self._student_refusal(
                StudentPortalRefused(
                    request.env._("It may have been removed, or it is not yours."),
                    request.env._("There is no such page"),
                )
            )
        if isinstance(page, dict):
            page = request.render(section.template, page)
        # What a student has seen is not for who uses the same device next.
        if isinstance(page, http.Response):
            page.headers.setdefault("Cache-Control", "private, no-store")
        if getattr(page, "qcontext", None) is not None:
            page.qcontext.update(
                self._prepare_portal_layout_values(),
                page_name=f"student_{section.code or 'home'}",
                student=student,
                section=section,
                student_sections=sections,
                student_address=student.portal_address(),
                children=children,
            )
        return page

    def _student_refusal(self, refusal):
        """Return the page that says why somebody was refused."""
        values = self._prepare_portal_layout_values()
        values.update(page_name="student_refusal", refusal=refusal)
        return request.render(
            "openeducat_student_portal.student_portal_refusal",
            values,
            status=refusal.http_status,
        )

    @student_route(methods=["GET"])
    def student_home(self, student, sections, **parameters):
        return request.render(
            "openeducat_student_portal.student_portal_home",
            {
                "summaries": {
                    each.code: student.portal_summary(each) for each in sections
                }
            },
        )

    @student_route(path="/photo", methods=["GET"])
    def student_photo(self, student, sections, **parameters):
        """Send the photo of the student, whose contact a guardian may not read."""
        stream = request.env["ir.binary"]._get_image_stream_from(
            student.partner_id, "avatar_256"
        )
        return stream.get_response()

    @http.route(
        [
            f"{home}/<string:code>{page}"
            for home in HOMES
            for page in ("", "/page/<int:page>")
        ],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def student_section(self, code, page=1, child_id=None, **parameters):
        """Show a section that has no page of its own: a list of its records."""

        def records(student, section, page):
            return self._student_records(student, section, page=page)

        return self._student_page(code, records, {"page": page, "child_id": child_id})

    def _student_records(
        self,
        student,
        section,
        page=1,
        domain=None,
        order=None,
        parameters=None,
        fetch=None,
    ):
        """Return a page of the records of a section, and its pager.

        :param page: the number of the page
        :param domain: which of the student's records, all by default
        :param order: their order
        :param parameters: those of the address, which the pager keeps
        :param fetch: what returns them instead, for an order that no field gives; it
            is called with domain, limit and offset
        :return: a dict of ``records`` and ``pager``
        """
        model_name = section.model_name
        pager = portal_pager(
            url=student.portal_address(f"/{section.code}"),
            total=student.portal_count(model_name, domain) if model_name else 0,
            page=page,
            step=RECORDS_PER_PAGE,
            url_args=parameters,
        )
        if not fetch:
            fetch = functools.partial(student.portal_records, model_name, order=order)
        records = model_name and fetch(
            domain=domain, limit=RECORDS_PER_PAGE, offset=max(pager["offset"], 0)
        )
        return {"records": records, "pager": pager}
