"""A server of this addon, for as long as a command needs it."""

import contextlib
import socket
import subprocess
import time
import urllib.request

from .console import Failed
from .demonstration import set_address

START_TIMEOUT = 120


@contextlib.contextmanager
def served(environment, database, peer, log=None, **options):
    """Serve a database for as long as the block takes, and give the address.

    :param Environment environment: what it takes
    :param str database: the database's name
    :param SmtpPeer peer: the server that receives the mails
    :param log: the open file that Odoo logs to, this command's output by default
    :param options: more of Odoo's options
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    set_address(environment, database, address)
    configuration = environment.configuration(
        f"serve_{database}",
        **{
            "db_name": database,
            "http_port": port,
            "list_db": False,
            "max_cron_threads": 1,
            "smtp_server": "127.0.0.1",
            "smtp_port": peer.port,
            **options,
        },
    )
    process = subprocess.Popen(
        environment.command("--config", configuration),
        env=environment.variables,
        stderr=log,
    )
    try:
        _wait_for(f"{address}/web/login", process)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_for(url, process):
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url):
            return
        time.sleep(0.5)
    raise Failed(f"Odoo does not answer at {url}.")
