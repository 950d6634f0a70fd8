"""Running other programs."""

import subprocess

from .console import Failed


def output(command, text_input="", **options):
    """Run a command and return what it printed.

    :param str text_input: what it reads on its standard input
    :param options: those of ``subprocess.run``
    :raise Failed: when it fails, with what it printed, or takes longer than it may
    """
    command = [str(part) for part in command]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            input=text_input,
            check=False,
            **options,
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{' '.join(command)} did not end in time.") from error
    if done.returncode:
        message = done.stderr.strip() or done.stdout.strip()
        raise Failed(f"{' '.join(command)} failed:\n{message}")
    return done.stdout.strip()
