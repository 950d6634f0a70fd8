"""The SMTP server to which Odoo delivers, for the commands and for the tests."""

import email
import itertools
import logging
import re
import time
from email.policy import default

from .serving import free_port


class SmtpPeer:
    """A server on loopback that keeps mails as files of a folder, else in ``mails``.

    It runs as long as the block lasts, and refuses every third mail if ``refusing``.
    """

    def __init__(self, folder=None):
        self.folder = folder
        self.mails = []
        self.recipients = []
        self.refusing = False
        self._numbers = itertools.count(1)

    def __enter__(self):
        # The environment may not have been made when this file is imported.
        from aiosmtpd.controller import Controller

        # It logs every word of every conversation.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.port = free_port()
        where = ("127.0.0.1", self.port)
        self._controller = Controller(self, *where, enable_SMTPUTF8=True)
        self._controller.start()
        return self

    def __exit__(self, *_exception):
        self._controller.stop()

    async def handle_DATA(self, _server, _session, envelope):
        """Keep or refuse a mail. The name is the one that aiosmtpd calls."""
        number = next(self._numbers)
        if self.refusing and number % 3 == 0:
            return "451 Too many mails from you, try again later"
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            recipient = re.sub(r"[^\w.@+-]", "_", envelope.rcpt_tos[0])[:80]
            name = f"{time.strftime('%Y%m%d-%H%M%S')}-{number:05d}-{recipient}.eml"
            (self.folder / name).write_bytes(envelope.original_content)
        else:
            self.recipients += envelope.rcpt_tos
            mail = email.message_from_bytes(envelope.original_content, policy=default)
            self.mails.append(mail)
        return "250 Kept"
