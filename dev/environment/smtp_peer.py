"""The SMTP peer to which Odoo delivers, and the folder where it keeps the mails."""

import atexit
import subprocess
from pathlib import Path

from .console import Failed

SCRIPT = Path(__file__).with_name("smtp_server.py")


class SmtpPeer:
    """A server that runs as long as this process.

    :param Path python: an interpreter with aiosmtpd
    :param Path folder: where each mail is kept as a ``.eml`` file
    """

    def __init__(self, python, folder):
        self.folder = folder
        # It ends when its standard input does, that is with this process.
        self.process = subprocess.Popen(
            [str(python), str(SCRIPT), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        atexit.register(self.stop)
        port = self.process.stdout.readline().strip()
        if not port:
            raise Failed("The SMTP peer does not start.")
        self.port = int(port)

    def stop(self):
        """Stop it."""
        self.process.stdin.close()
        self.process.wait(timeout=10)
