"""What some tests and reports need of a browser, and of its like."""

import shutil

from .console import Failed, say
from .folders import cache, kept
from .processes import output

# The names under which Odoo looks for it.
CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")

# What finds faults that keep people from using a page.
AXE_VERSION = "4.14.1"
DOWNLOAD_SECONDS = 120


def chromium():
    """Return the path of Chromium, or nothing."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def wkhtmltopdf():
    """Return the path of wkhtmltopdf, or nothing."""
    return shutil.which("wkhtmltopdf")


def axe():
    """Return the path of axe-core, which npm downloads once, or nothing."""
    name = f"axe-core-{AXE_VERSION}"
    if not (cache() / name).is_dir() and not shutil.which("npm"):
        return None

    def download(folder):
        say(f"Downloading axe-core {AXE_VERSION}")
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder]
        output(
            ["npm", "install", *options, f"axe-core@{AXE_VERSION}"],
            timeout=DOWNLOAD_SECONDS,
        )

    try:
        folder = kept(name, download)
    except Failed as error:
        say(f"It cannot be had here: {error}")
        return None
    return folder / "node_modules" / "axe-core" / "axe.min.js"
