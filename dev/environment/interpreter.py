"""The Python environment: Odoo's libraries, PostgreSQL, the test tools."""

import shutil
import sys
from pathlib import Path

from .console import Failed, Missing, say
from .folders import CHECKOUT, cache, fingerprint, locked
from .processes import output

REQUIREMENTS = CHECKOUT / "dev" / "requirements.txt"


def ensure_python():
    """Return the interpreter of the environment, made once for its requirements."""
    version = ".".join(map(str, sys.version_info[:3]))
    name = "python-" + fingerprint(
        REQUIREMENTS.read_text(encoding="utf-8"), sys.base_prefix, version
    )
    folder = cache() / name
    interpreter = folder / "bin" / "python"
    # A virtual environment knows its own path: it is made in place, and what says
    # that it is whole is written last.
    whole = folder / ".whole"
    if not whole.is_file():
        with locked(name):
            if not whole.is_file():
                shutil.rmtree(folder, ignore_errors=True)
                make(folder, interpreter)
                whole.touch()
    return interpreter


def make(folder: Path, interpreter: Path):
    """Make the environment in ``folder``.

    :raise Missing: when this Python has no ``venv``
    """
    say(f"Installing the Python packages of dev/requirements.txt into {folder}")
    try:
        output([sys.executable, "-m", "venv", folder])
    except Failed as error:
        raise Missing(
            f"This Python makes no virtual environment: {error}",
            "apt-get install python3-venv",
        ) from error
    output(
        [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        + ["--requirement", REQUIREMENTS]
    )
