"""OpenEduCat 19: the user's own, upstream's branch, or this repository's stand-in."""

import os
from functools import partial
from pathlib import Path
from typing import NamedTuple

from .console import Failed, Missing, say
from .folders import CHECKOUT, fingerprint, kept
from .odoo import clone

CORE = "openeducat_core"
APPS = ("exam", "attendance", "timetable", "assignment", "fees", "parent", "admission")
PAYMENT = ("account_payment", "payment_demo")
SIGN_IN = ("auth_password_policy_portal", "auth_totp_portal")
UPSTREAM = "https://github.com/openeducat/openeducat_erp"
BRANCHES = ("19.0", "19.0-wip")
STAND_IN = CHECKOUT / "tests" / "openeducat"


class OpenEduCat(NamedTuple):
    """A folder of OpenEduCat's addons, and which one it is, for people."""

    folder: Path
    description: str

    @property
    def label(self):
        """A short name for the folder: each OpenEduCat has databases of its own."""
        return "stand_in" if self.folder == STAND_IN else fingerprint(self.folder)[:6]

    def modules(self, with_apps):
        """Return the modules to install: the core alone, or the apps that are there.

        With these go what it takes to pay a fee, and what makes signing in harder.
        """
        apps = [f"openeducat_{app}" for app in APPS] if with_apps else []
        apps = [app for app in apps if (self.folder / app).is_dir()]
        payment = PAYMENT if "openeducat_fees" in apps else ()
        return [CORE, *apps, *payment, *(SIGN_IN if with_apps else ())]


def find_openeducat():
    """Find the user's own OpenEduCat, clone upstream's branch, or take the stand-in."""
    own = os.environ.get("OPENEDUCAT_PATH")
    folder = Path(own or CHECKOUT.parent / "openeducat_erp").expanduser().resolve()
    if (folder / CORE).is_dir():
        where = "OPENEDUCAT_PATH" if own else "the checkout beside this one"
        return OpenEduCat(folder, f"{where} ({folder})")
    if own:
        remedy = "unset OPENEDUCAT_PATH, or name the folder of OpenEduCat's addons"
        raise Missing(f"OPENEDUCAT_PATH={own} holds no {CORE}.", remedy)
    for branch in () if os.environ.get("CI") else BRANCHES:
        try:
            folder = kept(f"openeducat-{branch}", partial(clone, UPSTREAM, branch))
            return OpenEduCat(folder, f"upstream's branch {branch} ({folder})")
        except Failed:
            say("It cannot be had here")
    return OpenEduCat(STAND_IN, "this repository's stand-in (tests/openeducat)")
