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


@contextmanager
def mail_server(**sending):
    """Have Odoo hand its mails to a server that takes all, for the time of a test.

    :param sending: what is done with each mail instead, as of a mock
    :return: the mock, with the mails
    """
    sending = {"return_value": "<sent@example.com>", **sending}
    with (
        # As above.
        patch.object(IrMail_Server, "_disable_send", return_value=False),
        patch.object(IrMail_Server, "_connect__", return_value=None),
        patch.object(IrMail_Server, "send_email", **sending) as sent,
    ):
        yield sent
