"""Take the README's screenshots of the running product."""

import argparse
import subprocess
from pathlib import Path

from environment import prepare
from environment.browser import chromium
from environment.console import Missing, say
from environment.folders import CHECKOUT, STATE, locked
from environment.serving import served
from environment.smtp_peer import SmtpPeer

DESCRIPTION = """
Serve the addon with its demo data, sign in as those who use it, and write what they see
to PNG files. Names choose among the pictures; without any, all are taken.
"""
IMAGES = CHECKOUT / "docs" / "images"


def main(arguments):
    """Take the pictures, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="dev/screenshots",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a picture's name")
    parser.add_argument(
        "--folder", type=Path, default=IMAGES, help="where they go (docs/images)"
    )
    options = parser.parse_args(arguments)
    if not chromium():
        raise Missing("Chromium is missing.", "apt-get install chromium")
    with locked("screenshots", STATE):
        environment = prepare()
        databases = environment.databases
        database = databases.name("screenshots", with_apps=True)
        databases.copy(databases.template(with_apps=True), database)
        peer = SmtpPeer(environment.python, STATE / "mails" / "screenshots")
        with (
            open(STATE / "screenshots.log", "w", encoding="utf-8") as log,
            served(environment, database, peer, log=log) as address,
        ):
            say(f"Taking pictures into {options.folder}; Odoo's log is {log.name}")
            options.folder.mkdir(parents=True, exist_ok=True)
            return subprocess.run(
                [
                    *(environment.python, "-m", "pictures"),
                    *(address, chromium(), options.folder.resolve()),
                    *options.names,
                ],
                cwd=CHECKOUT / "dev",
                env={**environment.variables, "PYTHONPATH": str(CHECKOUT / "dev")},
                check=False,
            ).returncode
