"""Test the commands of dev/ themselves."""

import subprocess
import sys

from environment.folders import CHECKOUT


def main(arguments):
    """Run the tests of ``dev/tests``, and return pytest's exit status."""
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, cwd=CHECKOUT / "dev", check=False).returncode
