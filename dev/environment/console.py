"""What the commands tell the person who runs them, and other programs they run."""

import subprocess


class Missing(Exception):
    """A prerequisite is missing; the remedy is the command that provides it."""

    def __init__(self, what, remedy):
        super().__init__(f"{what}\n  Remedy: {remedy}")


class Failed(Exception):
    """A step failed: the message says which, why, and where to look."""


def say(message):
    """Tell in one line what is done now, or what was found."""
    print(f"==> {message}", flush=True)


def output(command, **options):
    """Run a command, or raise Failed, and return what it printed."""
    command = [str(part) for part in command]
    pipes = {} if "stdout" in options else {"capture_output": True}
    run = {"input": "", "text": True, "check": True, **pipes, **options}
    try:
        return (subprocess.run(command, **run).stdout or "").strip()
    except FileNotFoundError as error:
        raise Failed(f"The program {command[0]} is missing.") from error
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{' '.join(command)} did not end in time.") from error
    except subprocess.CalledProcessError as error:
        told = (error.stderr or error.stdout or "").strip()
        raise Failed(f"{' '.join(command)} failed:\n{told}") from error
