import email
import email.policy
from contextlib import contextmanager
from unittest.mock import patch

from aiosmtpd.controller import Controller

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .odoo_server import free_port


class SmtpPeer:
    """An SMTP server on loopback that keeps the mails it receives."""

    def __init__(self):
        self.mails = []
        self.recipients = []

    async def handle_DATA(self, server, session, envelope):
        self.recipients += envelope.rcpt_tos
        self.mails.append(
            email.message_from_bytes(
                envelope.original_content, policy=email.policy.default
            )
        )
        return "250 Kept"


@contextmanager
def smtp_peer(env):
    """Have Odoo deliver to a real SMTP peer, for the time of a test."""
    peer = SmtpPeer()
    port = free_port()
    controller = Controller(peer, hostname="127.0.0.1", port=port)
    controller.start()
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "Peer of the test",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_encryption": "none",
        }
    )
    try:
        # Odoo's tests do not send mails, unless told to.
        with patch.object(IrMail_Server, "_disable_send", return_value=False):
            yield peer
    finally:
        controller.stop()
