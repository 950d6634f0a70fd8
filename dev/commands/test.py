"""Run the tests with pytest, in databases made for it.

Without arguments, the quick tests run by Odoo's own runner with OpenEduCat's core
alone, then all tests with all its apps, in a worker for each processor. With pytest
arguments they run once, with all the apps, as `--apps all` does. Tests tagged `slow` or
`browser` are included unless `-m` says otherwise.

  dev/test -k invitation                       what has the word in its name
  dev/test --apps core -x                      the core alone, to the first failure
  dev/test --apps all -n 2                     all, in two workers
  dev/test --odoo                              the quick ones, by Odoo's own runner
  dev/test --odoo portal,auth_signup           Odoo's own, without this addon and with

OPENEDUCAT_PATH, ODOO_PATH and the PG* variables name another OpenEduCat, Odoo and
PostgreSQL server.
"""

import re
import signal
import subprocess
import sys

from environment import databases, prepared
from environment.console import Failed, say
from environment.folders import ADDON, LINK
from environment.postgresql import query
from environment.tools import chromium

# The plugin odoo_tags says which tests have to have one worker, and their order.
WORKERS = ("--dist", "loadgroup", "--no-loadscope-reorder")
# Whether with the apps. The fullest run comes last: it has the closing line.
RUNS = {"all": [True], "core": [False], "both": [False, True]}
# The copy of a worker, which pytest-odoo makes, has no files of its own.
PREPARE_WORKERS = """
env["ir.config_parameter"].set_param("ir_attachment.location", "db")
env["ir.attachment"].force_storage()
env["ir.qweb"]._pregenerate_assets_bundles()
"""
INTERRUPTED = 2  # pytest's exit status when Ctrl-C ended it
# Odoo's own tests run while modules are loaded, and fill no column of later ones.
LATER = """
ALTER TABLE res_partner ALTER autopost_bills DROP NOT NULL; ALTER TABLE res_company
ALTER fiscalyear_last_day DROP NOT NULL, ALTER fiscalyear_last_month DROP NOT NULL,
ALTER account_price_include DROP NOT NULL, ALTER layout_background DROP NOT NULL
"""
# How Odoo's log tells which test failed, and at the end how many did.
TELLING = "odoo.tests.result:INFO"
FAILED_TEST = re.compile(r": (?:FAIL|ERROR): (.+)")
TOLD = re.compile(r"\d+ failed, \d+ error\(s\) of \d+ tests")


def main(parser, arguments):
    parser.usage = "%(prog)s [--apps all|core|both] [-n WORKERS] [pytest arguments]"
    parser.allow_abbrev = False
    which = "OpenEduCat's apps: all of them, its core alone, or one run with each"
    parser.add_argument("--apps", choices=RUNS, default="all", help=which)
    parser.add_argument("-n", default="0", metavar="WORKERS", help="as of pytest-xdist")
    modules = {"nargs": "?", "const": ADDON, "metavar": "MODULES"}
    runner = "run the tests of modules (of this addon) by Odoo's own runner"
    parser.add_argument("--odoo", help=runner, **modules)
    options, asked = parser.parse_known_args(arguments)
    if options.odoo:
        return _by_odoo(options.odoo)
    status = 0
    if not arguments:
        status, options.n = _by_odoo(ADDON), "logical"
    with prepared("test") as environment:
        for with_apps in RUNS[options.apps]:
            if status != INTERRUPTED:
                status = _run(environment, with_apps, options.n, asked) or status
    return status


def _by_odoo(modules):
    """Run tests by Odoo's own runner, and return 1 where this addon makes one fail."""
    tags = [*(f"/{module}" for module in modules.split(",")), "-slow", "-browser"]
    options = ["--test-tags", ",".join(tags), "--log-handler", TELLING]
    failed = []
    with prepared("odoo") as environment:
        if modules == ADDON:
            ways = {"OpenEduCat's core alone": environment.template(with_apps=False)}
        else:
            ways = {"without this addon": environment.without_addon()}
            ways["with this addon"] = environment.template()
        for way, source in ways.items():
            say(f"Testing {modules} by Odoo's own runner, {way}")
            database = databases.copy(source, environment.database("odoo"))
            if modules != ADDON:
                query(LATER, database)
            try:
                environment.run_odoo(database, *options)
            except Failed as error:
                if not TOLD.search(str(error)):
                    raise
                print(error)
            log = environment.log_of(database).read_text("utf-8")
            failed.append(set(FAILED_TEST.findall(log)))
            print(*sorted(failed[-1]), *TOLD.findall(log), sep="\n", flush=True)
            databases.drop(database)
    # What fails without this addon, too, is no fault of its.
    return 1 if failed[-1].difference(*failed[:-1]) else 0


def _run(environment, with_apps, workers, asked):
    """Run the suite once with pytest, each worker in a copy of the database."""
    apps = "all of OpenEduCat's apps" if with_apps else "OpenEduCat's core alone"
    say(f"Testing with {apps}")
    if not chromium():
        say("Browser tests are skipped. On Debian: apt-get install chromium")
    axe = environment.node_modules / "axe-core/axe.min.js"
    database = environment.fresh("test", with_apps)
    if workers != "0":
        say("Making the styles and scripts of all pages, for the browser tests")
        environment.run_code(database, PREPARE_WORKERS)
    config = environment.configuration(database, db_name=database)
    variables = {
        **environment.variables,
        # For tests that start servers of their own.
        "STUDENT_PORTAL_SERVER_CONFIG": str(config),
        "STUDENT_PORTAL_TEMPLATE_DB": environment.database("template", with_apps),
        "STUDENT_PORTAL_AXE": str(axe) if axe.is_file() else "",
    }
    command = [
        *(sys.executable, "-m", "pytest", "-p", "odoo_tags", "--odoo-http"),
        *(f"--odoo-config={config}", "-n", workers, *WORKERS, *asked),
    ]
    # Ctrl-C reaches pytest too, which tells then what it has done so far.
    before = signal.signal(signal.SIGINT, lambda *_signal: None)
    run = {"cwd": LINK, "env": variables, "stdin": subprocess.DEVNULL}
    try:
        return subprocess.run(command, **run, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
        databases.drop(database)
