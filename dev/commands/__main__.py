"""Run a command: ``python -m commands NAME ARGUMENTS``."""

import importlib
import signal
import sys

from environment.console import Failed, Missing, stop


def main(name, *arguments):
    """Run a command, and tell its failure in its own words."""
    # Whoever ends a command, or closes its terminal, still has its servers stopped.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))
    try:
        sys.exit(importlib.import_module(f"commands.{name}").main(list(arguments)))
    except (Failed, Missing) as error:
        stop(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


main(*sys.argv[1:])
