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


def student_route(code=None, path="", **routing):
    """Make a method a page of a section: ``/my/student/<code><path>``.

    Whoever may not see it never reaches the method (see
    :meth:`StudentPortal._student_page`), which is called with ``student``,
    ``section`` and the parameters of the request, and returns a response, or a dict
    of values for the section's template.

    :param code: the code of the section; without it, the portal's home
    :param path: what follows in the address, or a list of it
    :param routing: more arguments of :func:`odoo.http.route`
    """
    address = f"/my/student/{code}" if code else "/my/student"
    paths = [path] if isinstance(path, str) else path

    def decorate(handler):
        @functools.wraps(handler)
        def page(self, **parameters):
            return self._student_page(
                code, functools.partial(handler, self), parameters
            )

        return http.route(
            [address + each for each in paths],
            **{"type": "http", "auth": "user", "website": True, **routing},
        )(page)

    return decorate


class StudentPortal(CustomerPortal):
    @http.route()
    def home(self, **kw):
        """Show the student the way to the student portal on Odoo's own ``/my``."""
        response = super().home(**kw)
        try:
            student = request.env["op.student"].portal_student()
        except StudentPortalRefused as refusal:
            # Whoever is no student needs not hear of the student portal.
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

        It checks that it is a student who asks, that the school's portal and the
        section are on, and that the access level opens the section. That somebody
        is signed in is the route's matter. Who is refused gets a page saying why.

        :param code: the code of the section; without it, the portal's home
        :param handler: is called with student, section (the home with sections, all
            that the student may open) and the parameters
        :param dict parameters: what the browser sent
        """
        for name in "student", "section", "sections":
            parameters.pop(name, None)
        try:
            student = request.env["op.student"].portal_student()
            section, sections = student.portal_open_section(code)
            request.update_context(tz=student.portal_timezone())
            student = student.with_context(tz=student.portal_timezone())
            shown = {"section": section} if code else {"sections": sections}
            page = handler(student=student, **shown, **parameters)
        except StudentPortalRefused as refusal:
            return self._student_refusal(refusal)
        except MissingError:
            return self._student_refusal(
                StudentPortalRefused(
                    request.env._("It may have been taken away, or it is not yours."),
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

    @http.route(
        [
            "/my/student/<string:code>",
            "/my/student/<string:code>/page/<int:page>",
        ],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def student_section(self, code, page=1, **parameters):
        """Show a section that has no page of its own: a list of its records."""

        def records(student, section, page):
            return self._student_records(student, section, page=page)

        return self._student_page(code, records, {"page": page})

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
            url=f"/my/student/{section.code}",
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
