from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.web import Home


class StudentPortalSignIn(Home):
    @http.route()
    def web_login(self, *args, **kw):
        """Go on in the language that the student has chosen.

        Odoo goes on in that of the page to sign in, which only guessed it. The
        student may still choose another for this browser.
        """
        response = super().web_login(*args, **kw)
        user = request.env.user
        if (
            request.params.get("login_success")
            and user.lang in request.env["res.lang"]._get_frontend()
            and user.student_portal_students()
        ):
            request.future_response.set_cookie("frontend_lang", user.lang)
        return response
