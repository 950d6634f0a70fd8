"""What the commands tell the person who runs them."""

import sys


class Missing(Exception):
    """A prerequisite is missing; the remedy is the command that provides it."""

    def __init__(self, what, remedy):
        super().__init__(f"{what}\n  Remedy: {remedy}")
        self.what = what
        self.remedy = remedy


class Failed(Exception):
    """A step failed: the message says which, why, and where to look."""


def say(message):
    """Tell in one line what is done now, or what was found."""
    print(f"==> {message}", flush=True)


def stop(message):
    """Say why the command ends here, and end it with a failure."""
    sys.exit(f"\n{message}")
