"""What some tests and reports need of a browser, and of its like."""

import shutil

from .console import Failed, say
from .folders import cache, fingerprint, kept
from .processes import output

# The names under which Odoo looks for it.
CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")

# axe-core checks whether everybody can use a page; with rtlcss Odoo turns its styles
# for languages that are written from right to left.
NODE_MODULES = {"axe-core": "4.14.1", "rtlcss": "4.3.0"}
DOWNLOAD_SECONDS = 120


def chromium():
    """Return the path of Chromium, or nothing."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def node_modules():
    """Return the folder of what npm downloads once for the tests, or nothing."""
    packages = [f"{name}@{version}" for name, version in NODE_MODULES.items()]
    name = f"node-{fingerprint(*packages)}"
    if not (cache() / name).is_dir() and not shutil.which("npm"):
        return None

    def download(folder):
        say(f"Downloading {' and '.join(NODE_MODULES)}")
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder]
        output(["npm", "install", *options, *packages], timeout=DOWNLOAD_SECONDS)

    try:
        return kept(name, download) / "node_modules"
    except Failed as error:
        say(f"It cannot be had here: {error}")
        return None
