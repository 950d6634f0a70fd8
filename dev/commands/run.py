"""Serve Odoo with OpenEduCat, this addon and demo students on this machine alone.

The database is kept between runs, and the addon is upgraded in it when its files have
changed. Every mail is delivered to a server that keeps it as a file. Ctrl-C stops all.
"""

import argparse
import shutil
import socket
import time

from environment import prepared
from environment.console import Missing, say
from environment.databases import addon_fingerprint
from environment.folders import ADDON
from pictures import ADMINISTRATOR, FACULTY, GUARDIAN, MANAGER, STUDENT

LOGINS = {
    "Administrator": ADMINISTRATOR,
    "Student Manager": MANAGER,
    "Faculty": FACULTY,
    "Student": STUDENT,
    "Guardian": GUARDIAN,
}


def main(parser, arguments):
    """Serve until it is interrupted, and return the exit status."""
    parser.usage = "%(prog)s [--port N] [--without-apps] [--fresh] [-- Odoo's options]"
    port = {"type": int, "metavar": "N", "default": 8069}
    parser.add_argument("--port", help="the port to serve on (8069)", **port)
    core = "OpenEduCat's core alone, without exams, timetable, fees and so on"
    parser.add_argument("--without-apps", action="store_true", help=core)
    fresh = "start from the demo data again"
    parser.add_argument("--fresh", action="store_true", help=fresh)
    parser.add_argument("odoo", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        socket.create_server(("127.0.0.1", options.port)).close()
    except (OSError, OverflowError) as error:
        what = f"Port {options.port} cannot be served on: {error}."
        raise Missing(what, "dev/run --port 8070") from error
    with prepared("run") as environment:
        if not shutil.which("wkhtmltopdf"):
            say("Reports are not printed: wkhtmltopdf is missing")
        database = _database(environment, not options.without_apps, options.fresh)
        serve = environment.demonstration
        with serve(database, *options.odoo, port=options.port) as server:
            say(f"Mails are kept in {environment.peer.folder}")
            say("Logins, with their passwords:")
            for name, (login, password) in LOGINS.items():
                print(f"      {login}  {password}  {name}")
            say(f"Serving {server.address} (Ctrl-C stops)")
            return server.process.wait()


def _database(environment, with_apps, fresh):
    """Return the name of the demonstration's database, as new as the addon."""
    databases = environment.databases
    database = databases.name("run", with_apps)
    below = databases.mark_below(with_apps)
    mark = " ".join([below, addon_fingerprint(), time.strftime("%G-W%V")])
    made_of = databases.marked(database)
    if made_of == mark and not fresh:
        return database
    if fresh or not made_of.startswith(f"{below} "):
        databases.fresh("run", with_apps)
    else:
        say(f"Upgrading {ADDON} in the database {database}")
        environment.run_odoo(database, "--update", ADDON)
    say("Bringing the demo data up to this week")
    environment.run_code(database, 'env["op.student"]._create_portal_demo()')
    databases.mark(database, mark)
    return database
