"""Test the commands themselves."""

import subprocess

from environment.console import say
from environment.folders import CHECKOUT
from environment.interpreter import ensure_python


def main(arguments):
    """Run the tests of ``dev/tests``, and return pytest's exit status."""
    say("Testing the commands of dev/")
    return subprocess.run(
        [ensure_python(), "-m", "pytest", "-q", *arguments],
        cwd=CHECKOUT / "dev",
        check=False,
    ).returncode
