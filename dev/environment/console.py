"""What the commands tell the person who runs them."""

import sys


class Missing(Exception):
    """A prerequisite is missing.

    :param str what: what is missing, in a sentence
    :param str remedy: the command that mends it
    """

    def __init__(self, what, remedy):
        super().__init__(f"{what}\n  Mend it with: {remedy}")
        self.what = what
        self.remedy = remedy


class Failed(Exception):
    """A step failed: the message says which, why, and where to look."""


def say(message):
    """Tell in one line what is done now, or what was found."""
    print(f"==> {message}", flush=True)


def stop(message):
    """Say why the command ends here, and end it with a failure."""
    print(f"\n{message}", file=sys.stderr, flush=True)
    sys.exit(1)
