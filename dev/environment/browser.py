"""Programs that some tests and reports need, and that the system provides."""

import shutil

# The names under which Odoo looks for it.
CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def chromium():
    """Return the path of Chromium, or nothing."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def wkhtmltopdf():
    """Return the path of wkhtmltopdf, or nothing."""
    return shutil.which("wkhtmltopdf")
