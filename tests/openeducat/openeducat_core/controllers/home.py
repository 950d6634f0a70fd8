from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.web import Home


class OpenEduCatHome(Home):
    """Who signs in without a page in mind: staff to the web client, a parent to
    the children's page (which the community edition lacks), the others to /my."""

    @http.route()
    def web_login(self, redirect=None, *args, **kw):
        response = super().web_login(*args, redirect=redirect, **kw)
        if redirect or not request.params.get("login_success"):
            return response
        if request.env.user._is_internal():
            query = request.httprequest.query_string.decode()
            return request.redirect(f"/web?{query}")
        return request.redirect(self._login_redirect(request.env.uid))

    def _login_redirect(self, uid, redirect=None):
        if redirect:
            return super()._login_redirect(uid, redirect=redirect)
        return "/my/child" if request.env.user.is_parent else "/my"
