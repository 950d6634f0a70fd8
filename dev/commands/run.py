"""Serve the addon with demo data."""

import argparse
import signal
import socket
import subprocess
import time

from environment import prepare
from environment.browser import wkhtmltopdf
from environment.console import Missing, say
from environment.databases import addon_fingerprint
from environment.demonstration import bring_up_to_date, logins, set_address
from environment.folders import ADDON, STATE, locked
from environment.smtp_peer import SmtpPeer

DESCRIPTION = """
Serve Odoo with OpenEduCat, this addon and demo students on this machine alone.

The database is kept between runs, and the addon is upgraded in it when its files have
changed. Every mail is delivered to a server that keeps it as a file. Ctrl-C stops all.
"""


def main(arguments):
    """Serve until it is interrupted, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="dev/run",
        usage="%(prog)s [--port PORT] [--without-apps] [--fresh] [-- Odoo's options]",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--port",
        type=_port,
        metavar="PORT",
        default=8069,
        help="the port to serve on (8069)",
    )
    parser.add_argument(
        "--without-apps",
        action="store_true",
        help="OpenEduCat's core alone, without exams, attendance, timetable,"
        " assignments and fees",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="start from the demo data again"
    )
    parser.add_argument("odoo", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    _ensure_free(options.port)
    with locked("run", STATE):
        environment = prepare()
        if not wkhtmltopdf():
            say("Reports are not printed: wkhtmltopdf is missing")
        database = _database(environment, not options.without_apps, options.fresh)
        peer = SmtpPeer(environment.python, STATE / "mails" / "run")
        return _serve(environment, database, peer, options)


def _port(text):
    """Return the port that is given on the command line."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text} is no port: 1 to 65535 are")
    return int(text)


def _ensure_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Missing(
                f"Port {port} cannot be served on: {error.strerror}.",
                f"dev/run --port {port + 1}",
            ) from error


def _database(environment, with_apps, fresh):
    """Return the name of the demonstration's database, as new as the addon."""
    databases = environment.databases
    database = databases.name("run", with_apps)
    below = databases.without_addon_mark(with_apps)
    mark = " ".join([below, addon_fingerprint(), time.strftime("%G-W%V")])
    made_of = databases.marked(database)
    if made_of == mark and not fresh:
        return database
    if fresh or not made_of.startswith(f"{below} "):
        if made_of and not fresh:
            say("Odoo or OpenEduCat has changed: the demonstration starts anew")
        databases.copy(databases.template(with_apps), database)
    else:
        say(f"Upgrading {ADDON} in the database {database}")
        environment.run_odoo(database, "--update", ADDON, tell_warnings=True)
    say("Bringing the demo data up to this week")
    bring_up_to_date(environment, database)
    databases.mark(database, mark)
    return database


def _serve(environment, database, peer, options):
    address = f"http://127.0.0.1:{options.port}"
    set_address(environment, database, address)
    configuration = environment.configuration(
        "run",
        db_name=database,
        http_port=options.port,
        list_db=False,
        max_cron_threads=1,
        smtp_server="127.0.0.1",
        smtp_port=peer.port,
    )
    say(f"Mails are kept in {peer.folder}")
    say("Logins, with their passwords:")
    for login, password, role in logins(environment, database):
        print(f"      {login}  {password}  {role}")
    say(f"Serving {address} (Ctrl-C stops)")
    process = subprocess.Popen(
        environment.command("--config", configuration, *options.odoo),
        env=environment.variables,
        # Ctrl-C is for this process, which then stops Odoo and the others in turn.
        start_new_session=True,
    )
    try:
        return process.wait()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
