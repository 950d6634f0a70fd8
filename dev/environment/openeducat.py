"""OpenEduCat 19: the user's own, upstream's branch, or this repository's stand-in."""

import os
from functools import partial
from pathlib import Path

from .console import Failed, Missing, say
from .folders import CHECKOUT, kept
from .odoo import clone

CORE = "openeducat_core"
APPS = ("exam", "attendance", "timetable", "assignment", "fees", "parent", "admission")
PAYMENT = ("account_payment", "payment_demo")
SIGN_IN = ("auth_password_policy_portal", "auth_totp_portal")
UPSTREAM = "https://github.com/openeducat/openeducat_erp"
BRANCHES = ("19.0", "19.0-wip")
STAND_IN = CHECKOUT / "tests" / "openeducat"


def modules_of(folder, with_apps):
    """Return the modules of OpenEduCat to install: the core, or all that are there.

    With these go what it takes to pay a fee, and what makes signing in harder.
    """
    if not with_apps:
        return [CORE]
    apps = [app for app in APPS if (folder / f"openeducat_{app}").is_dir()]
    payment = PAYMENT if "fees" in apps else ()
    return [CORE, *(f"openeducat_{app}" for app in apps), *payment, *SIGN_IN]


def find_openeducat():
    """Return the folder of the user's own OpenEduCat, of a clone, or the stand-in."""
    own = os.environ.get("OPENEDUCAT_PATH")
    folder = Path(own or CHECKOUT.parent / "openeducat_erp").expanduser().resolve()
    if (folder / CORE).is_dir():
        where = "OPENEDUCAT_PATH" if own else "the checkout beside this one"
        say(f"OpenEduCat is {where} ({folder})")
        return folder
    if own:
        remedy = "unset OPENEDUCAT_PATH, or name the folder of OpenEduCat's addons"
        raise Missing(f"OPENEDUCAT_PATH={own} holds no {CORE}.", remedy)
    for branch in () if os.environ.get("CI") else BRANCHES:
        try:
            folder = kept(f"openeducat-{branch}", partial(clone, UPSTREAM, branch))
            say(f"OpenEduCat is upstream's branch {branch} ({folder})")
            return folder
        except Failed:
            say("It cannot be had here")
    say("OpenEduCat is this repository's stand-in (tests/openeducat)")
    return STAND_IN
