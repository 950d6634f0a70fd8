"""Odoo 19: the user's own, Debian's package, or upstream's branch."""

import os
import tempfile
from functools import partial
from pathlib import Path

from .console import Failed, Missing, output, say
from .folders import cache, kept

SERIES = "19.0"
UPSTREAM = "https://github.com/odoo/odoo"
# Debian's package, and those into which it has links in place of some files. Later
# suites than Debian 12's name the files of the last two otherwise.
PACKAGES = """
    odoo-19 libjs-jquery libjs-jquery-form libjs-underscore fonts-roboto-unhinted
    fonts-montserrat fonts-ocr-b fonts-font-awesome/bookworm fonts-inconsolata/bookworm
""".split()
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
DIST_PACKAGES = "usr/lib/python3/dist-packages"
# Odoo's bundles ask for this file, which Debian leaves out. It blurs the
# background of video calls; without it each page logs an error.
OMITTED = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def find_odoo():
    """Return the folder from which ``python -m odoo`` runs: your own, or a download."""
    if own := os.environ.get("ODOO_PATH"):
        return _own(Path(own).expanduser().resolve())
    reasons = []
    for name, fill, below in (
        ("debian", _download_package, DIST_PACKAGES),
        ("upstream", partial(clone, UPSTREAM, SERIES), ""),
    ):
        try:
            root = kept(f"odoo-{SERIES}-{name}", fill) / below
            say(f"Odoo is {root}")
            return root
        except Failed as error:
            say("It cannot be had here")
            reasons.append(f"{name}: {error}")
    raise Missing(
        f"Odoo {SERIES} is missing.\n  " + "\n  ".join(reasons),
        f"git clone --depth 1 --branch {SERIES} {UPSTREAM} ../odoo"
        " && export ODOO_PATH=$PWD/../odoo",
    )


def _own(root):
    version = f"({SERIES.replace('.', ', ')},"
    for folder in (root, root.parent, root / DIST_PACKAGES):
        release = folder / "odoo" / "release.py"
        if release.is_file() and version in release.read_text("utf-8"):
            say(f"Odoo is ODOO_PATH ({folder})")
            return folder
    remedy = f"name Odoo's folder, with branch {SERIES} in it, or unset ODOO_PATH"
    raise Missing(f"ODOO_PATH={root} holds no Odoo {SERIES}.", remedy)


def clone(repository, branch, folder):
    say(f"Downloading branch {branch} of {repository}")
    # Nothing is asked of the user, and no network that swallows everything waited for.
    env = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    output(["git", "ls-remote", "--heads", repository, branch], env=env, timeout=15)
    command = ["git", "clone", "--quiet", "--depth", "1", "--branch", branch]
    output([*command, repository, folder], env=env)


def _download_package(folder):
    """Extract Debian's package, and what it links to, into ``folder``."""
    say(f"Downloading Odoo {SERIES}: Debian's package")
    with tempfile.TemporaryDirectory(dir=cache()) as temporary:
        asked = ("--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages")
        targets = output([*_apt(temporary), "indextargets", *asked]).splitlines()
        mirrors = [line.split()[1] for line in targets if line.startswith("Debian ")]
        if not mirrors:
            raise Failed("This machine's package sources are not Debian's.")
        source = f"deb [signed-by={KEYRING}] {mirrors[0]} {{}} main\n"
        sources = source.format("sid") + source.format("bookworm")
        Path(temporary, "sources.list").write_text(sources, encoding="utf-8")
        apt = _apt(temporary, f"-oDir::Etc={temporary}")
        output([*apt, "download", *PACKAGES], cwd=temporary)
        for package in Path(temporary).glob("*.deb"):
            output(["dpkg-deb", "-x", package, folder])
    omitted = folder / DIST_PACKAGES / OMITTED
    omitted.parent.mkdir(parents=True, exist_ok=True)
    omitted.touch()


def _apt(folder, *options):
    """Return apt-get with lists of its own, which changes nothing on the system.

    It needs no rights either: as root, apt's own user could not write here.
    """
    own = [f"-oDir::State={folder}", f"-oDir::Cache={folder}", *options]
    command = ["apt-get", "-qq", "-oAPT::Sandbox::User=root", *own]
    output([*command, "-oAcquire::Languages=none", "update"])
    return command
