"""Check the code with ruff, pylint-odoo, OCA's checks and the tests of dev/."""

import subprocess
import sys

from environment.console import say
from environment.folders import CHECKOUT, link_addon
from environment.openeducat import STAND_IN

OCA = ["oca_pre_commit_hooks.cli", "--disable=prefer-readme-rst"]


def main(parser, arguments):
    parser.add_argument("--fix", action="store_true", help="correct what ruff can")
    fix = parser.parse_args(arguments).fix
    link = link_addon()  # pylint-odoo knows an addon by its folder's name
    stand_ins = [file.parent.name for file in STAND_IN.glob("*/__manifest__.py")]
    pylint = ["pylint", f"--rcfile={CHECKOUT / '.pylintrc'}"]
    passed = [
        _run(CHECKOUT, "ruff", "check", *(["--fix"] if fix else ())),
        _run(CHECKOUT, "ruff", "format", *(() if fix else ["--check"])),
        _run(link.parent, *pylint, link.name),
        # The readme is in Markdown, as its pictures and tables are read on the web.
        _run(link.parent, *OCA, link.name),
        # Nobody installs the stand-in: it has no readme.
        _run(STAND_IN, *pylint, "--disable=missing-readme", *sorted(stand_ins)),
        _run(CHECKOUT / "dev", "pytest", "--quiet"),
    ]
    return 0 if all(passed) else 1


def _run(folder, *command):
    say(f"Checking with {' '.join(command)}")
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, check=False)
    return done.returncode == 0
