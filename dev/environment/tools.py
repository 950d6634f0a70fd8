"""Programs from the registries: Python's packages, axe-core and rtlcss; Chromium."""

import shutil
import sys

from .console import Failed, Missing, output, say
from .folders import CHECKOUT, cache, fingerprint, kept, locked

REQUIREMENTS = CHECKOUT / "dev" / "requirements.txt"
# The names under which Odoo looks for it.
CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# axe-core checks whether everybody can use a page; with rtlcss Odoo turns its styles
# for languages that are written from right to left.
NODE_MODULES = ("axe-core@4.14.1", "rtlcss@4.3.0")
DOWNLOAD_SECONDS = 120


def ensure_python():
    """Return the interpreter with the requirements, made once for them.

    :raise Missing: when this Python has no ``venv``
    """
    name = f"python-{fingerprint(REQUIREMENTS.read_text('utf-8'), sys.version)}"
    folder = cache() / name
    # A virtual environment knows its own path: it is made in place, and what says
    # that it is whole is written last.
    python, whole = folder / "bin" / "python", folder / ".whole"
    if whole.is_file():
        return python
    with locked(name, cache()):
        if not whole.is_file():
            say(f"Installing the Python packages of dev/requirements.txt into {folder}")
            try:
                output([sys.executable, "-m", "venv", "--clear", folder])
            except Failed as error:
                raise Missing(
                    f"This Python makes no virtual environment: {error}",
                    "apt-get install python3-venv",
                ) from error
            pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
            output([*pip, "install", "--requirement", REQUIREMENTS])
            whole.touch()
    return python


def chromium():
    """Return the path of Chromium, or nothing."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def node_modules():
    """Return the folder of what npm downloads once for the tests, or nothing."""

    def download(folder):
        say(f"Downloading {' and '.join(NODE_MODULES)}")
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
        output(
            ["npm", "install", *options, "--prefix", folder, *NODE_MODULES],
            timeout=DOWNLOAD_SECONDS,
        )

    name = f"node-{fingerprint(*NODE_MODULES)}"
    if not (cache() / name).is_dir() and not shutil.which("npm"):
        return None
    try:
        return kept(name, download) / "node_modules"
    except Failed as error:
        say(f"It cannot be had here: {error}")
        return None
