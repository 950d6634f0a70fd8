from werkzeug.urls import url_encode

from odoo import http
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request
from odoo.tools.misc import get_lang

from odoo.addons.web.controllers.utils import _get_login_redirect_url

from ..models.op_student_portal_access.link import START

#: How often an address may type a wrong code, or ask for a new link, in an hour: a
#: class may come from one address.
WRONG_CODES_PER_HOUR = 30
NEW_LINKS_PER_HOUR = 60
#: How often a student may be sent a new link in an hour.
NEW_LINKS_OF_ONE_PER_HOUR = 3


def start_route(path="", *methods):
    # Website would lead to an address of the language that the browser asks for.
    return http.route(
        START + path,
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=methods,
    )


class StudentPortalStart(http.Controller):
    """The way of students and guardians from a link or a letter to their first page."""

    @start_route("", "GET", "POST")
    def student_start(self, token="", code="", **form):
        """Show what a link leads to, or ask for the code of a letter."""
        accesses = request.env["op.student.portal.access"]
        is_sent = request.httprequest.method == "POST"
        if token:
            link = accesses.of_token(token)
            if link.problem:
                return self._dead_page(link, token=token)
            if is_sent and "password" in form:
                return self._choose_password(link.access, token, form)
            return self._password_page(link.access, token)
        if not is_sent:
            # The code of a link is shown; looking at it is no attempt.
            return self._own_home(request.env.user) or self._code_page(code)
        subject = f"wrong code from {request.httprequest.remote_addr}"
        attempts = request.env["op.student.portal.attempt"]
        if not attempts.is_allowed(subject, WRONG_CODES_PER_HOUR):
            return self._code_page(code, problem="limit")
        link = accesses.of_code(code)
        if link.problem == "unknown":
            attempts.record(subject)
            return self._code_page(code, problem="unknown")
        if link.problem:
            return self._dead_page(link)
        return self._password_page(link.access, link.access.token_of_code())

    @start_route("/link", "GET", "POST")
    def student_start_link(self, token="", login="", **form):
        """Send a new link to the address on record, and say so to everyone."""
        accesses = request.env["op.student.portal.access"]
        owner = accesses.of_token(token).access
        is_sent = request.httprequest.method == "POST" and (token or login.strip())
        if is_sent:
            self._send_new_link(owner or accesses.of_login(login))
        # The same for each login that is no address, whether there is one or not.
        return self._render(
            "student_portal_start_link",
            owner,
            is_sent=is_sent,
            by_letter=(owner and not owner.email) or (login and "@" not in login),
        )

    @start_route("/opened", "POST")
    def student_start_opened(self, token="", **form):
        """Record that a browser shows the page behind a link."""
        link = request.env["op.student.portal.access"].of_token(token)
        if not link.problem:
            link.access.record_opening()
        return self._hide(request.make_response(""))

    @start_route("/switch", "POST")
    def student_start_switch(self, token="", **form):
        """Sign out who is signed in, and go on with the link of another one."""
        request.session.logout(keep_db=True)
        return self._redirect(f"{START}?{url_encode({'token': token})}")

    # -- what is done ------------------------------------------------------------

    def _choose_password(self, access, token, form):
        password = form["password"]
        if not password:
            refusal = request.env._("Type a password.")
        elif password != form.get("confirm_password"):
            refusal = request.env._("The passwords are not the same. Type both again.")
        else:
            refusal = ""
            try:
                access.choose_password(password)
            except UserError as error:
                refusal = str(error)
        if refusal:
            return self._password_page(access, token, refusal=refusal)
        self._speak(access)
        home = access.user_id.student_portal_home()
        login = {"type": "password", "login": access.login, "password": password}
        try:
            user_id = request.session.authenticate(request.env, login)["uid"]
        except AccessDenied:
            # Such as after too many wrong passwords from this address.
            query = {"login": access.login, "redirect": home}
            return self._redirect(f"/web/login?{url_encode(query)}")
        return self._redirect(_get_login_redirect_url(user_id, home))

    def _send_new_link(self, access):
        caller = f"new link from {request.httprequest.remote_addr}"
        attempts = request.env["op.student.portal.attempt"]
        if not attempts.is_allowed(caller, NEW_LINKS_PER_HOUR):
            return
        attempts.record(caller)
        student = f"new link of {access.id}"
        if access and attempts.is_allowed(student, NEW_LINKS_OF_ONE_PER_HOUR):
            attempts.record(student)
            access.queue_new_link()

    # -- what is shown -----------------------------------------------------------

    def _password_page(self, access, token, refusal=""):
        user = request.env.user
        others = not user._is_public() and user != access.user_id
        return self._render(
            "student_portal_start_switch" if others else "student_portal_start",
            access,
            token=token,
            refusal=refusal,
            minimum_length=access.user_id.student_portal_password_length(),
        )

    def _dead_page(self, link, token=""):
        return self._own_home(link.access.user_id) or self._render(
            "student_portal_start_dead",
            link.access,
            problem=link.problem,
            token=token,
        )

    def _code_page(self, code, problem=""):
        return self._render("student_portal_start_code", code=code, problem=problem)

    def _own_home(self, user):
        """Lead who is signed in as this student or guardian to the portal."""
        home = user == request.env.user and user.student_portal_home()
        return self._redirect(home) if home else None

    def _speak(self, access):
        """Go on in the language of a student, here and on the pages after."""
        # Nobody is signed in yet.
        code = access.sudo().partner_id.lang
        if code in request.env["res.lang"]._get_frontend():
            request.update_context(lang=code)
            request.lang = request.env["res.lang"]._get_data(code=code)
            request.future_response.set_cookie("frontend_lang", code)

    def _render(self, template, access=None, **values):
        """Return a page that no cache keeps and no other site shows or hears of."""
        school = request.env.company
        if access:
            self._speak(access)
            school = access.company_id or school
        language = get_lang(request.env).code.replace("_", "-")
        response = request.render(
            f"openeducat_student_portal.{template}",
            {
                "access": access,
                # Nobody is signed in yet; a school's name and logo are no secret.
                "school": school.sudo(),
                "html_data": {"lang": language},
                **values,
            },
        )
        return self._hide(response)

    def _redirect(self, location):
        return self._hide(request.redirect(location))

    def _hide(self, response):
        response.headers.update(
            {
                "Cache-Control": "no-store",
                "Content-Security-Policy": "frame-ancestors 'none'",
                "Referrer-Policy": "no-referrer",
                "X-Frame-Options": "DENY",
                "X-Robots-Tag": "noindex",
            }
        )
        return response
