"""Run a command: ``python -m commands NAME ARGUMENTS``."""

import importlib
import os
import signal
import sys

from environment.console import Failed, Missing
from environment.interpreter import ensure_python


def main(name, *arguments):
    """Run a command, and tell its failure in its own words."""
    # Whoever ends a command, or closes its terminal, still has its servers stopped.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))
    try:
        if not {"-h", "--help"}.intersection(arguments):
            # Go on in the environment, whose libraries the commands use.
            python = ensure_python()
            if not os.path.samefile(sys.prefix, python.parents[1]):
                os.execv(python, [python, "-m", "commands", name, *arguments])
        sys.exit(importlib.import_module(f"commands.{name}").main(list(arguments)))
    except (Failed, Missing) as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit(130)


main(*sys.argv[1:])
