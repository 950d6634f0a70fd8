"""Run the tests."""

import argparse
import os
import signal
import subprocess
import sys

from environment import prepare
from environment.browser import chromium
from environment.configuration import LINK
from environment.console import say
from environment.folders import CHECKOUT, STATE, locked
from environment.smtp_peer import SmtpPeer

# pytest's exit status when Ctrl-C ended it.
INTERRUPTED = 2

DESCRIPTION = """
Run the tests with pytest, in databases made for it.

Without arguments, the whole suite runs twice: with OpenEduCat's core alone, without
browser tests and slow ones, then with all its apps. With pytest arguments it runs once,
with all the apps, as `--apps all` does. Tests tagged `slow` or `browser` are included
unless `-m` says otherwise.

  dev/test                                     everything
  dev/test -k invitation                       what has the word in its name
  dev/test tests/test_portal_wizard.py         a file
  dev/test -m "not slow and not browser"       the quick ones
  dev/test --apps core -x                      the core alone, to the first failure

OPENEDUCAT_PATH, ODOO_PATH and the PG* variables name another OpenEduCat, Odoo and
PostgreSQL server.
"""


def main(arguments):
    """Run the suite, and return pytest's exit status."""
    parser = argparse.ArgumentParser(
        prog="dev/test",
        usage="%(prog)s [--apps all|core|both] [pytest arguments]",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--apps",
        choices=("all", "core", "both"),
        help="which of OpenEduCat's apps are installed: all of them, its core alone,"
        " or one run with each",
    )
    options, pytest_arguments = parser.parse_known_args(arguments)
    chosen = options.apps or ("all" if pytest_arguments else "both")
    with locked("test", STATE), SmtpPeer(STATE / "mails" / "test") as peer:
        environment = prepare()
        statuses = []
        # The fullest run comes last: it has the closing line.
        for with_apps in {"all": [True], "core": [False]}.get(chosen, [False, True]):
            quick = ["-m", "not browser and not slow"] if chosen == "both" else []
            statuses.append(
                run(
                    environment,
                    peer,
                    with_apps,
                    pytest_arguments if with_apps else [*quick, *pytest_arguments],
                )
            )
            if statuses[-1] == INTERRUPTED:
                break
    return next(filter(None, statuses), 0)


def run(environment, peer, with_apps, pytest_arguments):
    """Run the suite once, in a fresh copy of the template.

    :param Environment environment: what it takes
    :param SmtpPeer peer: the server that receives the mails
    :param bool with_apps: whether OpenEduCat's apps are installed
    :param list pytest_arguments: what the user asks of pytest
    """
    databases = environment.databases
    template = databases.template(with_apps)
    database = databases.name("test", with_apps)
    databases.copy(template, database)
    configuration = environment.configuration(
        database,
        db_name=database,
        smtp_server="127.0.0.1",
        smtp_port=peer.port,
    )
    say(
        "Testing with "
        + ("all of OpenEduCat's apps" if with_apps else "OpenEduCat's core alone")
        + f", OpenEduCat being {environment.openeducat.description}"
    )
    variables = {
        **environment.variables,
        "PYTHONPATH": f"{environment.odoo.root}:{CHECKOUT / 'dev'}",
        # For tests that start servers of their own.
        "STUDENT_PORTAL_SERVER_CONFIG": str(configuration),
        "STUDENT_PORTAL_TEMPLATE_DB": template,
        "STUDENT_PORTAL_POSTGRESQL_RESTART": environment.server.restart,
        "STUDENT_PORTAL_CHROMIUM": chromium() or "",
    }
    if modules := environment.node_modules:
        variables["STUDENT_PORTAL_AXE"] = str(modules / "axe-core" / "axe.min.js")
    command = [
        *(environment.python, "-m", "pytest", "-p", "odoo_tags"),
        *(f"--odoo-config={configuration}", "--odoo-http"),
        *(f"--rootdir={LINK}", "-o", f"cache_dir={STATE / 'pytest_cache'}"),
        *linked(pytest_arguments),
    ]
    sys.stdout.flush()
    # Ctrl-C reaches pytest too, which tells then what it has done so far.
    before = signal.signal(signal.SIGINT, lambda *_signal: None)
    try:
        return subprocess.run(
            [str(part) for part in command],
            cwd=LINK.parent,
            env=variables,
            stdin=subprocess.DEVNULL,
            check=False,
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def linked(pytest_arguments):
    """Return pytest's arguments with paths of this checkout seen through the link.

    pytest names the tests' package after the addon's folder, and so must find it by
    the addon's name. Where no path is named, it is the folder of all tests.
    """
    found = []
    named = False
    for argument in pytest_arguments:
        path, separator, test = argument.partition("::")
        absolute = os.path.abspath(path)
        inside = os.path.exists(absolute) and absolute.startswith(f"{CHECKOUT}{os.sep}")
        if not argument.startswith("-") and inside and (os.sep in path or separator):
            argument = f"{LINK / os.path.relpath(absolute, CHECKOUT)}{separator}{test}"
            named = True
        found.append(argument)
    return found if named else [*found, str(LINK / "tests")]
