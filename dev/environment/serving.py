"""Odoo servers, for the commands and for the tests."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from http.client import HTTPException

from .console import Failed

STARTING_SECONDS = 120


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def odoo_command(config, *arguments, command="server"):
    return [sys.executable, "-m", "odoo", command, "--config", str(config), *arguments]


def wait_until(condition, seconds, reason):
    """Wait until a condition holds, and return what it returned, or raise Failed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise Failed(f"Not in {seconds} s: {reason}")


class OdooServer:
    """Odoo in processes of its own, which run as long as the block lasts.

    :param arguments: more of its command line
    :param int port: the port to serve on, a free one by default
    :param Path log: the file that it logs to, this process's output by default
    """

    def __init__(self, config, database, peer, *arguments, port=0, log=None, env=None):
        port = port or free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.log = log
        self._env = env
        self._command = odoo_command(
            *(config, "--database", database, "--db-filter", f"^{database}$"),
            *("--http-port", str(port), "--gevent-port", str(free_port())),
            *("--smtp", "127.0.0.1", "--smtp-port", str(peer.port)),
            *("--no-database-list", *arguments),
        )

    def start(self):
        log = open(self.log, "wb") if self.log else None
        self.process = subprocess.Popen(
            self._command,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C is for this process, which then stops Odoo and the others in turn.
            start_new_session=True,
        )
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.kill()
            raise
        return self

    __enter__ = start

    def wait_until_it_answers(self):
        told = f"Odoo serves; see {self.log or 'above'}"
        wait_until(self._answers, STARTING_SECONDS, told)

    def _answers(self):
        if self.process.poll() is not None:
            raise Failed(f"Odoo ended; see {self.log or 'above'}")
        with contextlib.suppress(OSError, HTTPException):
            with urllib.request.urlopen(f"{self.address}/web/login", timeout=30):
                return True

    def kill(self):
        """End all its processes at once, in the middle of what they do."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)

    def __exit__(self, *_exception):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=30)
        self.kill()
