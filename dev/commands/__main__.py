"""Run a command: ``python -m commands NAME ARGUMENTS``."""

import argparse
import importlib
import os
import signal
import sys
from pathlib import Path

from environment.console import Failed, Missing
from environment.tools import ensure_python


def main(name, *arguments):
    """Run a command in the Python environment, and tell its failure in its words."""
    # A command that is ended, or whose terminal is closed, still stops its servers.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))
    try:
        if not {"-h", "--help"}.intersection(arguments):
            python = ensure_python()
            if Path(sys.prefix).resolve() != python.parents[1].resolve():
                os.execv(python, [python, "-m", "commands", name, *arguments])
        command = importlib.import_module(f"commands.{name}")
        parser = argparse.ArgumentParser(
            prog=f"dev/{name.replace('_', '-')}",
            description=command.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sys.exit(command.main(parser, arguments))
    except (Failed, Missing) as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit(130)


main(*sys.argv[1:])
