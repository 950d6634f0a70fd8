"""What the commands tell the person who runs them, and other programs they run."""

import subprocess


class Missing(Exception):
    """A prerequisite is missing; the remedy is the command that provides it."""

    def __init__(self, what, remedy):
        super().__init__(f"{what}\n  Remedy: {remedy}")


class Failed(Exception):
    """A step failed: the message says which, why, and where to look."""


def say(message):
    print(f"==> {message}", flush=True)


def output(command, **options):
    """Run a command, or raise Failed, and return what it printed."""
    run = {"input": "", "text": True, "capture_output": True, "check": True, **options}
    try:
        return subprocess.run(command, **run).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        told = getattr(error, "stderr", None) or ""
        raise Failed(f"{error}\n{told}") from error
