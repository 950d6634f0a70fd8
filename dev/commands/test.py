"""Run the tests with pytest, in databases made for it.

Without arguments, the whole suite runs twice: with OpenEduCat's core alone, without
browser tests and slow ones, then with all its apps. With pytest arguments it runs once,
with all the apps, as `--apps all` does. Tests tagged `slow` or `browser` are included
unless `-m` says otherwise.

  dev/test                                     everything
  dev/test -k invitation                       what has the word in its name
  dev/test tests/test_grant.py                 a file
  dev/test -m "not slow and not browser"       the quick ones
  dev/test --apps core -x                      the core alone, to the first failure
  dev/test --odoo                              the quick ones, by Odoo's own runner

OPENEDUCAT_PATH, ODOO_PATH and the PG* variables name another OpenEduCat, Odoo and
PostgreSQL server.
"""

import os
import signal
import subprocess
import sys

from environment import prepare
from environment.console import say
from environment.folders import ADDON, CHECKOUT, LINK, STATE, locked
from environment.smtp_peer import SmtpPeer
from environment.tools import chromium

from commands import command_parser

# pytest's exit status when Ctrl-C ended it.
INTERRUPTED = 2


def main(arguments):
    """Run the suite, and return pytest's exit status."""
    usage = "%(prog)s [--apps all|core|both] [pytest arguments]"
    parser = command_parser("test", __doc__, usage=usage, allow_abbrev=False)
    which = "OpenEduCat's apps: all of them, its core alone, or one run with each"
    parser.add_argument("--apps", choices=("all", "core", "both"), help=which)
    runner = "run the quick tests by Odoo's own runner, with the core alone"
    parser.add_argument("--odoo", action="store_true", help=runner)
    options, asked = parser.parse_known_args(arguments)
    apps = options.apps or ("all" if asked else "both")
    quick = ["-m", "not browser and not slow"] if apps == "both" else []
    status = 0
    with locked("test"), SmtpPeer(STATE / "mails" / "test") as peer:
        environment = prepare()
        if options.odoo:
            database = environment.databases.fresh("odoo", with_apps=False)
            tags = f"/{ADDON},-slow,-browser"
            say(f"Odoo tests {tags}")
            environment.run_odoo(database, "--update", ADDON, "--test-tags", tags)
            return 0
        if apps != "all":
            status = _run(environment, peer, False, [*quick, *asked])
        # The fullest run comes last: it has the closing line.
        if apps != "core" and status != INTERRUPTED:
            status = _run(environment, peer, True, asked) or status
    return status


def _run(environment, peer, with_apps, asked):
    """Run the suite once, in a fresh copy of the template."""
    databases = environment.databases
    database = databases.fresh("test", with_apps)
    config = environment.configuration(database, peer, db_name=database)
    apps = "all of OpenEduCat's apps" if with_apps else "OpenEduCat's core alone"
    say(f"Testing with {apps}, OpenEduCat being {environment.openeducat.description}")
    modules = environment.node_modules
    variables = {
        **environment.variables,
        # For tests that start servers of their own.
        "STUDENT_PORTAL_SERVER_CONFIG": str(config),
        "STUDENT_PORTAL_TEMPLATE_DB": databases.name("template", with_apps),
        "STUDENT_PORTAL_CHROMIUM": chromium() or "",
        "STUDENT_PORTAL_AXE": str(modules / "axe-core/axe.min.js") if modules else "",
    }
    command = [
        *(sys.executable, "-m", "pytest", "-p", "odoo_tags"),
        *(f"--odoo-config={config}", "--odoo-http", f"--rootdir={LINK}"),
        *("-o", f"cache_dir={STATE / 'pytest_cache'}", *linked(asked)),
    ]
    sys.stdout.flush()
    # Ctrl-C reaches pytest too, which tells then what it has done so far.
    before = signal.signal(signal.SIGINT, lambda *_signal: None)
    run = {"cwd": LINK.parent, "env": variables, "stdin": subprocess.DEVNULL}
    try:
        return subprocess.run(command, **run, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def linked(asked):
    """Return pytest's arguments with paths of this checkout seen through the link.

    pytest names the tests' package after the addon's folder, and so must find it by
    the addon's name. Where no path is named, it is the folder of all tests.
    """
    found = []
    for argument in asked:
        path, separator, test = argument.partition("::")
        path = os.path.abspath(path)
        if os.path.exists(path) and path.startswith(f"{CHECKOUT / 'tests'}"):
            argument = f"{LINK / os.path.relpath(path, CHECKOUT)}{separator}{test}"
        found.append(argument)
    return found if found != asked else [*asked, str(LINK / "tests")]
