"""The Python environment: Odoo's libraries, PostgreSQL, the test tools."""

import shutil
import sys

from .console import Failed, Missing, say
from .folders import CHECKOUT, cache, fingerprint, locked
from .processes import output

REQUIREMENTS = CHECKOUT / "dev" / "requirements.txt"


def ensure_python():
    """Return the interpreter of the environment, made once for its requirements.

    :raise Missing: when this Python has no ``venv``
    """
    version = ".".join(map(str, sys.version_info[:3]))
    requirements = REQUIREMENTS.read_text(encoding="utf-8")
    name = "python-" + fingerprint(requirements, sys.base_prefix, version)
    folder = cache() / name
    python = folder / "bin" / "python"
    # A virtual environment knows its own path: it is made in place, and what says
    # that it is whole is written last.
    whole = folder / ".whole"
    if whole.is_file():
        return python
    with locked(name):
        if not whole.is_file():
            say(f"Installing the Python packages of dev/requirements.txt into {folder}")
            shutil.rmtree(folder, ignore_errors=True)
            try:
                output([sys.executable, "-m", "venv", folder])
            except Failed as error:
                raise Missing(
                    f"This Python makes no virtual environment: {error}",
                    "apt-get install python3-venv",
                ) from error
            pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
            output([*pip, "install", "--requirement", REQUIREMENTS])
            whole.touch()
    return python
