"""Programs from the registries: Python's packages, axe-core and rtlcss; Chromium."""

import shutil
import sys

from .console import Failed, Missing, output, say
from .folders import CHECKOUT, fingerprint, kept

REQUIREMENTS = CHECKOUT / "dev" / "requirements.txt"
# The names under which Odoo looks for it.
CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# axe-core checks whether everybody can use a page; with rtlcss Odoo turns its styles
# for languages that are written from right to left.
NODE_MODULES = ("axe-core@4.14.1", "rtlcss@4.3.0")
NPM = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
DOWNLOAD_SECONDS = 120


def ensure_python():
    """Return the interpreter with the requirements, made once for them."""

    def install(folder):
        say(f"Installing the Python packages of dev/requirements.txt into {folder}")
        try:
            output([sys.executable, "-m", "venv", folder])
        except Failed as error:
            what = f"This Python makes no virtual environment: {error}"
            raise Missing(what, "apt-get install python3-venv") from error
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
        output([*pip, "--disable-pip-version-check", "--requirement", REQUIREMENTS])

    of = fingerprint(REQUIREMENTS.read_text("utf-8"), sys.version)
    return kept(f"python-{of}", install) / "bin" / "python"


def chromium():
    """Return the path of Chromium, or nothing."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def node_modules():
    """Return the folder of what npm downloads once for the tests, or nothing."""

    def download(folder):
        say(f"Downloading {' and '.join(NODE_MODULES)}")
        options = ["--fetch-retries=1", "--prefix", folder]
        output([*NPM, *options, *NODE_MODULES], timeout=DOWNLOAD_SECONDS)

    try:
        return kept(f"npm-{fingerprint(*NODE_MODULES)}", download) / "node_modules"
    except Failed as error:
        say(f"No page is looked at by axe-core, nor right to left: {error}")
        return None
