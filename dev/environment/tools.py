"""Programs from the registries: Python's packages, axe-core and rtlcss; Chromium."""

import shutil
import sys

from .console import Failed, Missing, output, say
from .folders import CHECKOUT, cache, fingerprint, kept

REQUIREMENTS = CHECKOUT / "dev" / "requirements.txt"
# The names under which Odoo looks for it.
CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# axe-core checks whether everybody can use a page; with rtlcss Odoo turns its styles
# for languages that are written from right to left.
NODE_MODULES = ("axe-core@4.14.1", "rtlcss@4.3.0")


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
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def node_modules():
    """Return the folder of what npm downloads once, whether it is there or not."""

    def download(folder):
        say(f"Downloading {' and '.join(NODE_MODULES)}")
        npm = ["npm", "install", "--ignore-scripts", "--fetch-retries=1"]
        output([*npm, "--prefix", folder, *NODE_MODULES], timeout=120)

    name = f"npm-{fingerprint(*NODE_MODULES)}"
    try:
        kept(name, download)
    except Failed as error:
        say(f"No page is looked at by axe-core, nor right to left: {error}")
    return cache() / name / "node_modules"
