from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..dev.environment.smtp_peer import SmtpPeer


@contextmanager
def smtp_peer(env):
    """Have Odoo deliver to a real SMTP peer, for the time of a test."""
    env["ir.mail_server"].search([]).active = False
    with (
        SmtpPeer() as peer,
        # Odoo's tests do not send mails, unless told to.
        patch.object(IrMail_Server, "_disable_send", return_value=False),
    ):
        env["ir.mail_server"].create(
            {
                "name": "Peer of the test",
                "smtp_host": "127.0.0.1",
                "smtp_port": peer.port,
                "smtp_encryption": "none",
            }
        )
        yield peer
