"""Check the code with ruff and pylint-odoo."""

import argparse
import subprocess
import sys

from environment.configuration import link_addon
from environment.console import say
from environment.folders import CHECKOUT
from environment.interpreter import ensure_python
from environment.openeducat import STAND_IN


def main(arguments):
    """Run all checks, and return a status that tells whether all passed."""
    parser = argparse.ArgumentParser(
        prog="dev/lint",
        description="Check the code with ruff and pylint-odoo, which their files"
        " pyproject.toml and .pylintrc set up.",
    )
    parser.add_argument(
        "--fix", action="store_true", help="mend and format what ruff can"
    )
    options = parser.parse_args(arguments)
    interpreter = ensure_python()
    link = link_addon()
    ruff = [interpreter, "-m", "ruff"]
    pylint = [interpreter, "-m", "pylint", f"--rcfile={CHECKOUT / '.pylintrc'}"]
    stand_ins = sorted(folder.parent for folder in STAND_IN.glob("*/__manifest__.py"))
    passed = [
        _run(CHECKOUT, [*ruff, "check", *(["--fix"] if options.fix else ())]),
        _run(CHECKOUT, [*ruff, "format", *([] if options.fix else ["--check"])]),
        # pylint-odoo knows an addon by its folder's name.
        _run(link.parent, [*pylint, link.name]),
        # Nobody installs the stand-in: it has no readme.
        _run(
            STAND_IN,
            [
                *(*pylint, "--disable=missing-readme"),
                *(folder.name for folder in stand_ins),
            ],
        ),
    ]
    return 0 if all(passed) else 1


def _run(folder, command):
    shown = " ".join(str(part) for part in command[2:])
    say(f"Checking with {shown}")
    sys.stdout.flush()
    return subprocess.run(command, cwd=folder, check=False).returncode == 0
