import socket

from odoo import api, models
from odoo.tools import config

#: How long a server on this machine may take to answer.
LOCAL_TIMEOUT = 0.5


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model
    @api.private
    def has_outgoing_server(self):
        """Tell whether there is an outgoing mail server to send with.

        That is a server set up in Odoo, or one named in its configuration. Where
        neither is, Odoo tries the machine that it runs on: it is asked whether it
        listens.

        :rtype: bool
        """
        # Everybody sends through the servers, an Administrator alone reads them.
        if self.sudo().search_count(self._find_mail_server_allowed_domain(), limit=1):
            return True
        host, port = config["smtp_server"], config["smtp_port"]
        if not host:
            return False
        if host != "localhost":
            return True
        try:
            with socket.create_connection((host, port), timeout=LOCAL_TIMEOUT):
                return True
        except OSError:
            return False

    @api.model
    @api.private
    def no_outgoing_server_reason(self):
        """Say that there is no outgoing mail server, and who can add one.

        :rtype: str
        """
        return self.env._(
            "There is no outgoing mail server, so no mail can be sent. An Administrator"
            " adds one in Settings > Technical > Outgoing Mail Servers."
        )
