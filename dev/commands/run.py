"""Serve Odoo with OpenEduCat, this addon and demo students on this machine alone.

The database is kept between runs, and the addon is upgraded in it when its files have
changed. Every mail is delivered to a server that keeps it as a file. Ctrl-C stops all.
"""

import shutil
import socket
import time

from environment import databases, prepared
from environment.console import Missing, say
from environment.folders import ADDON, addon_fingerprint
from pictures import ADMINISTRATOR, FACULTY, GUARDIAN, MANAGER, STUDENT

LOGINS = {"Administrator": ADMINISTRATOR, "Student Manager": MANAGER}
LOGINS |= {"Faculty": FACULTY, "Student": STUDENT, "Guardian": GUARDIAN}


def main(parser, arguments):
    parser.add_argument("--port", type=int, default=8069, help="8069 if not given")
    core = "OpenEduCat's core alone, without exams, timetable, fees and so on"
    parser.add_argument("--without-apps", action="store_true", help=core)
    parser.add_argument("--fresh", action="store_true", help="take the demo data again")
    odoo = {"nargs": "*", "metavar": "OPTION"}
    parser.add_argument("odoo", help="Odoo's own options, after --", **odoo)
    options = parser.parse_args(arguments)
    try:
        socket.create_server(("127.0.0.1", options.port)).close()
    except OSError as error:
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
            for name, user in LOGINS.items():
                print("     ", *user.values(), name, sep="  ")
            say(f"Serving {server.address} (Ctrl-C stops)")
            return server.process.wait()


def _database(environment, with_apps, fresh):
    database = environment.database("run", with_apps)
    below = environment.below(with_apps)
    mark = " ".join([below, addon_fingerprint(), time.strftime("%G-W%V")])
    made_of = databases.marked(database)
    if fresh or not made_of.startswith(f"{below} "):
        environment.fresh("run", with_apps)
    elif made_of == mark:
        return database
    else:
        say(f"Upgrading {ADDON} in the database {database}")
        environment.run_odoo(database, "--update", ADDON)
    say("Bringing the demo data up to this week")
    environment.run_code(database, 'env["op.student"]._create_portal_demo()')
    databases.mark(database, mark)
    return database
