"""Run the tests with pytest, in databases made for it.

Without arguments, the quick tests run by Odoo's own runner with OpenEduCat's core
alone, then all tests with all its apps, in a worker for each processor. With pytest
arguments they run once, with all the apps, as `--apps all` does. Tests tagged `slow` or
`browser` are included unless `-m` says otherwise.

  dev/test                                     everything
  dev/test -k invitation                       what has the word in its name
  dev/test tests/test_grant.py                 a file
  dev/test -m "not slow and not browser"       the quick ones
  dev/test --apps core -x                      the core alone, to the first failure
  dev/test --apps all -n 2                     all, in two workers
  dev/test --odoo                              the quick ones, by Odoo's own runner
  dev/test --odoo portal,auth_signup           Odoo's own, without this addon and with

OPENEDUCAT_PATH, ODOO_PATH and the PG* variables name another OpenEduCat, Odoo and
PostgreSQL server.
"""

import os
import re
import signal
import subprocess
import sys

from environment import prepared
from environment.console import Failed, say
from environment.folders import ADDON, LINK, STATE
from environment.postgresql import query
from environment.serving import free_port
from environment.tools import chromium

# The plugin odoo_tags says which tests have to have one worker, and their order.
WORKERS = ("--dist", "loadgroup", "--no-loadscope-reorder")
# pytest's exit status when Ctrl-C ended it.
INTERRUPTED = 2
# Odoo's own tests run while modules are loaded, and fill no column of later ones.
LATER = "ALTER TABLE res_partner ALTER autopost_bills DROP NOT NULL"
# How Odoo's log tells which test failed, and at the end how many did.
TELLING = "odoo.tests.result:INFO"
FAILED_TEST = re.compile(r": (?:FAIL|ERROR): (.+)")
TOLD = re.compile(r"\d+ failed, \d+ error\(s\) of \d+ tests")


def main(parser, arguments):
    """Run the tests, and return an exit status that tells whether all passed."""
    parser.usage = "%(prog)s [--apps all|core|both] [-n WORKERS] [pytest arguments]"
    parser.allow_abbrev = False
    which = "OpenEduCat's apps: all of them, its core alone, or one run with each"
    parser.add_argument("--apps", choices=("all", "core", "both"), help=which)
    workers = {"type": int, "default": 1, "metavar": "WORKERS"}
    parser.add_argument("-n", help="how many tests run at a time (1)", **workers)
    modules = {"nargs": "?", "const": ADDON, "metavar": "MODULES"}
    runner = "run the tests of modules (of this addon) by Odoo's own runner"
    parser.add_argument("--odoo", help=runner, **modules)
    options, asked = parser.parse_known_args(arguments)
    if options.odoo:
        return _by_odoo(options.odoo)
    status = 0
    if not arguments:
        status, options.n = _by_odoo(ADDON), os.cpu_count()
    with prepared("test") as environment:
        if options.apps in ("core", "both"):
            status = _run(environment, False, options.n, asked)
        # The fullest run comes last: it has the closing line.
        if options.apps != "core" and status != INTERRUPTED:
            status = _run(environment, True, options.n, asked) or status
    return status


def _by_odoo(modules):
    """Run tests by Odoo's own runner, and return 1 where this addon makes one fail."""
    tags = ",".join(f"/{module}" for module in modules.split(","))
    purpose, failed = ("odoo" if modules == ADDON else "odoo_suites"), []
    with prepared(purpose) as environment:
        databases = environment.databases
        if modules == ADDON:
            ways = {"OpenEduCat's core alone": databases.template(with_apps=False)}
        else:
            ways = {"without this addon": databases.without_addon()}
            ways["with this addon"] = databases.template()
        for way, source in ways.items():
            say(f"Testing {modules} by Odoo's own runner, {way}")
            database = databases.name(purpose)
            databases.copy(source, database)
            if modules != ADDON:
                query(LATER, database)
            failed.append(_failed_by_odoo(environment, database, tags))
            databases.drop(database)
    # What fails without this addon, too, is no fault of its.
    return 1 if failed[-1].difference(*failed[:-1]) else 0


def _failed_by_odoo(environment, database, tags):
    """Run tests by Odoo's own runner, tell how many failed, and return which."""
    options = ["--test-tags", f"{tags},-slow,-browser", "--http-port", str(free_port())]
    failure = None
    try:
        environment.run_odoo(database, *options, "--log-handler", TELLING)
    except Failed as error:
        failure = error
    log = environment.log_of(database).read_text("utf-8")
    failed = set(FAILED_TEST.findall(log))
    if failure and not failed:
        raise failure
    print(failure or "", *sorted(failed), *TOLD.findall(log), sep="\n", flush=True)
    return failed


def _run(environment, with_apps, workers, asked):
    """Run the suite once with pytest, each worker with databases of its own."""
    apps = "all of OpenEduCat's apps" if with_apps else "OpenEduCat's core alone"
    say(f"Testing with {apps}, OpenEduCat being {environment.openeducat.description}")
    if not chromium():
        say("Browser tests are skipped. On Debian: apt-get install chromium")
    databases, modules = environment.databases, environment.node_modules
    first, *others = (databases.name(f"test_gw{n}", with_apps) for n in range(workers))
    databases.copy(databases.template(with_apps), first)
    if others:
        say("Making the styles and scripts of all pages, for the browser tests")
        environment.run_code(first, 'env["ir.qweb"]._pregenerate_assets_bundles()')
    for database in others:
        databases.copy(first, database)
        environment.configuration(database, db_name=database)
    config = environment.configuration(first, db_name=first)
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
        *(["-n", str(workers), *WORKERS] if workers > 1 else []),
        *("-o", f"cache_dir={STATE / 'pytest_cache'}", "-o", "testpaths=tests", *asked),
    ]
    sys.stdout.flush()
    # Ctrl-C reaches pytest too, which tells then what it has done so far.
    before = signal.signal(signal.SIGINT, lambda *_signal: None)
    run = {"cwd": LINK, "env": variables, "stdin": subprocess.DEVNULL}
    try:
        return subprocess.run(command, **run, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
        for database in (first, *others):
            databases.drop(database)
