"""OpenEduCat 19: the user's own, upstream's branch, or this repository's stand-in."""

import os
import shutil
from pathlib import Path

from .console import Failed, Missing, say
from .folders import CHECKOUT, cache, content_fingerprint, fingerprint, kept
from .odoo_source import clone

CORE = "openeducat_core"
APPS = (
    "openeducat_exam",
    "openeducat_attendance",
    "openeducat_timetable",
    "openeducat_assignment",
    "openeducat_fees",
    "openeducat_parent",
    "openeducat_admission",
)
UPSTREAM = "https://github.com/openeducat/openeducat_erp"
BRANCHES = ("19.0", "19.0-wip")
STAND_IN = CHECKOUT / "tests" / "openeducat"


class OpenEduCat:
    """A folder of OpenEduCat's addons.

    :param Path folder: the folder
    :param str description: which one it is, for people
    """

    def __init__(self, folder, description):
        self.folder = folder
        self.description = description

    @property
    def label(self):
        """A short name for the folder: each OpenEduCat has databases of its own."""
        if self.folder == STAND_IN:
            return "stand_in"
        return fingerprint(self.folder)[:6]

    def modules(self, with_apps):
        """Return the names of the modules to install.

        :param bool with_apps: the apps that feed the student's pages too, as far as
            they are there, and what it takes to pay a fee; else the core alone
        """
        if not with_apps:
            return [CORE]
        apps = [app for app in APPS if (self.folder / app).is_dir()]
        payment = ["account_payment", "payment_demo"]
        return [CORE, *apps, *(payment if "openeducat_fees" in apps else ())]

    def fingerprint(self):
        """Return a fingerprint of its files."""
        return content_fingerprint(self.folder)


def find_openeducat():
    """Find OpenEduCat, or download it.

    The order: ``OPENEDUCAT_PATH``, a checkout ``openeducat_erp`` beside this one, a
    clone of upstream (not where ``CI`` is set), the stand-in.

    :rtype: OpenEduCat
    :raise Missing: when ``OPENEDUCAT_PATH`` holds none
    """
    own = os.environ.get("OPENEDUCAT_PATH")
    if own:
        folder = Path(own).expanduser().resolve()
        if not (folder / CORE).is_dir():
            raise Missing(
                f"OPENEDUCAT_PATH={own} holds no {CORE}.",
                "unset OPENEDUCAT_PATH, or name the folder of OpenEduCat's addons",
            )
        return OpenEduCat(folder, f"OPENEDUCAT_PATH ({folder})")
    sibling = CHECKOUT.parent / "openeducat_erp"
    if (sibling / CORE).is_dir():
        return OpenEduCat(sibling, f"the checkout beside this one ({sibling})")
    if not os.environ.get("CI"):
        for branch in BRANCHES:
            folder = _upstream(branch)
            if folder:
                return OpenEduCat(folder, f"upstream's branch {branch} ({folder})")
    return OpenEduCat(STAND_IN, "this repository's stand-in (tests/openeducat)")


def _upstream(branch):
    """Return the folder of a clone of upstream's branch, or nothing."""
    name = f"openeducat-{branch}"
    if (cache() / name).is_dir():
        return cache() / name
    if not shutil.which("git"):
        say("OpenEduCat's branch is not looked for: git is missing")
        return None
    say(f"Downloading OpenEduCat: upstream's branch {branch}")
    try:
        return kept(name, lambda folder: clone(UPSTREAM, branch, folder))
    except Failed:
        say("It cannot be had here")
        return None
