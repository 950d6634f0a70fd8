"""Running other programs."""

import subprocess

from .console import Failed


def output(command, text_input="", **options):
    """Run a command and return what it printed.

    :param str text_input: what it reads on its standard input
    :param options: those of ``subprocess.run``
    :raise Failed: when it fails or takes longer than it may
    """
    command = [str(part) for part in command]
    run = {"input": text_input, "capture_output": True, "text": True, "check": True}
    try:
        return subprocess.run(command, **run, **options).stdout.strip()
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{' '.join(command)} did not end in time.") from error
    except subprocess.CalledProcessError as error:
        told = error.stderr.strip() or error.stdout.strip()
        raise Failed(f"{' '.join(command)} failed:\n{told}") from error
