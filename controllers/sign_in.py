from odoo import http
from odoo.http import request

from odoo.addons.auth_signup.controllers.main import AuthSignupHome

# Odoo calls first what was imported last: ours has to come after OpenEduCat's.
from odoo.addons.openeducat_core import controllers as _openeducat  # noqa: F401
from odoo.addons.portal.controllers.web import Home

from ..models.op_student_portal_access.link import START


class StudentPortalSignIn(Home):
    @http.route()
    def web_login(self, redirect=None, *args, **kw):
        """Ask for the second factor, and go on in the language of the student.

        OpenEduCat forgets the second factor where no page is asked for: one always is
        here. Odoo goes on in the language of the page to sign in, which only guessed
        it; the student may still choose another for this browser.
        """
        is_sent = request.httprequest.method == "POST"
        query = request.httprequest.query_string.decode()
        goal = redirect or (f"/web?{query}" if is_sent else None)
        response = super().web_login(*args, redirect=goal, **kw)
        if not request.params.get("login_success") or not request.session.uid:
            return response
        user = request.env.user
        if (
            user.lang in request.env["res.lang"]._get_frontend()
            and user.student_portal_students()
        ):
            request.future_response.set_cookie("frontend_lang", user.lang)
        if redirect or user._is_internal():
            return response
        home = user.student_portal_home()
        if home != "/my/children":
            # To the page of OpenEduCat's choice, which has none for guardians.
            home = self._login_redirect(user.id)
        return request.redirect(home)


class StudentPortalSignUp(AuthSignupHome):
    """Odoo's pages behind a link, which students have reached with earlier versions."""

    @http.route()
    def web_auth_signup(self, *args, **kw):
        return self._student_start() or super().web_auth_signup(*args, **kw)

    @http.route()
    def web_auth_reset_password(self, *args, **kw):
        return self._student_start() or super().web_auth_reset_password(*args, **kw)

    def _student_start(self):
        """Return the way to the page of students, if the link is one of theirs."""
        token = request.params.get("token", "")
        accesses = request.env["op.student.portal.access"]
        if accesses.of_token(token).access:
            return request.redirect_query(START, {"token": token})
        return None
