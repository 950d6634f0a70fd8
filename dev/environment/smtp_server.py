"""An SMTP server that keeps every mail as a file.

Run by the Python of the environment: ``python smtp_server.py FOLDER``. It
prints its port, and ends when its standard input does.
"""

import itertools
import re
import socket
import sys
import time
from pathlib import Path

from aiosmtpd.controller import Controller


class Keeper:
    """Keep each mail as ``<time>-<number>-<recipient>.eml``."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.numbers = itertools.count(1)

    # The name is the one that aiosmtpd calls.
    async def handle_DATA(self, _server, _session, envelope):
        recipient = re.sub(r"[^\w.@+-]", "_", envelope.rcpt_tos[0])[:80]
        moment = time.strftime("%Y%m%d-%H%M%S")
        name = f"{moment}-{next(self.numbers):05d}-{recipient}.eml"
        # Whoever waits for a mail never sees half of one.
        partial = self.folder / f".{name}"
        partial.write_bytes(envelope.original_content)
        partial.rename(self.folder / name)
        return "250 Kept"


def free_port():
    """Return a port that nobody listens on: the controller wants to know it before."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main(folder):
    port = free_port()
    controller = Controller(
        Keeper(folder), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True
    )
    controller.start()
    print(port, flush=True)
    sys.stdin.read()
    controller.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
