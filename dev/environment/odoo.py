"""Odoo 19: the user's own, Debian's package, or upstream's branch."""

import contextlib
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import NamedTuple

from .console import Failed, Missing, output, say
from .folders import cache, fingerprint, fingerprint_files, kept

SERIES = "19.0"
UPSTREAM = "https://github.com/odoo/odoo"
# How long upstream's server may take to say whether it has a branch.
ANSWER_SECONDS = 15
# Debian's package, and those into which it has links in place of some files.
PACKAGES = """
    odoo-19 libjs-jquery libjs-jquery-form libjs-underscore fonts-roboto-unhinted
    fonts-montserrat fonts-ocr-b
""".split()
# Later suites than Debian 12's name the files of these otherwise.
PACKAGES_OF_OWN_SUITE = ("fonts-font-awesome", "fonts-inconsolata")
# Odoo's bundles ask for this file, which Debian leaves out. It blurs the
# background of video calls; without it each page logs an error.
OMITTED = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
DIST_PACKAGES = "usr/lib/python3/dist-packages"


class Odoo(NamedTuple):
    """A folder from which ``python -m odoo`` runs, and where it came from."""

    root: Path
    description: str

    @property
    def addons_folders(self):
        folders = (self.root / "addons", self.root / "odoo" / "addons")
        return [folder for folder in folders if folder.is_dir()]

    def fingerprint(self):
        # There are ten thousand files.
        ignored = ("static", "tests", "i18n")
        files = fingerprint_files(self.root, *ignored, content=False)
        return fingerprint(self.root, files)


def find_odoo():
    """Find Odoo 19, or download it.

    ``ODOO_PATH`` names the user's own. Else Debian's package is taken, which apt
    downloads without touching the system, else a shallow clone of upstream.

    :raise Missing: when there is none
    """
    if own := os.environ.get("ODOO_PATH"):
        return _own(Path(own).expanduser().resolve())
    clone_upstream = partial(clone, UPSTREAM, SERIES)
    ways = [
        ("odoo-debian", "Debian's package", _download_package, DIST_PACKAGES),
        ("odoo-upstream", "a clone of upstream's branch", clone_upstream, ""),
    ]
    # What was downloaded once is kept, whichever way it came.
    ways.sort(key=lambda way: not (cache() / way[0]).is_dir())
    reasons = []
    for name, description, fill, below in ways:
        try:
            return Odoo(kept(name, fill) / below, description)
        except (Missing, Failed) as error:
            say("It cannot be had here")
            reasons.append(f"{description}: {error}")
    raise Missing(
        f"Odoo {SERIES} is missing.\n  " + "\n  ".join(reasons),
        f"git clone --depth 1 --branch {SERIES} {UPSTREAM} ../odoo"
        " && export ODOO_PATH=$PWD/../odoo",
    )


def _own(root):
    for folder in (root, root.parent, root / DIST_PACKAGES):
        release = folder / "odoo" / "release.py"
        if release.is_file():
            if f"({SERIES.replace('.', ', ')}," in release.read_text("utf-8"):
                return Odoo(folder, "ODOO_PATH")
            remedy = f"git -C {root} checkout {SERIES}"
            raise Missing(f"ODOO_PATH={root} is not Odoo {SERIES}.", remedy)
    remedy = "unset ODOO_PATH, or name Odoo's folder"
    raise Missing(f"ODOO_PATH={root} holds no Odoo.", remedy)


def clone(repository, branch, folder):
    """Clone the last state of a branch into ``folder``, never asking anything."""
    say(f"Downloading branch {branch} of {repository}")
    if not shutil.which("git"):
        raise Missing("The program git is missing.", "apt-get install git")
    variables = {
        **os.environ,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_HTTP_LOW_SPEED_LIMIT": "1000",
        "GIT_HTTP_LOW_SPEED_TIME": "20",
    }
    # A network that swallows what is sent would be waited for by minutes, at each run.
    asking = ["git", "ls-remote", "--exit-code", "--heads", repository, branch]
    output(asking, env=variables, timeout=ANSWER_SECONDS)
    command = ["git", "clone", "--quiet", "--depth", "1", "--branch", branch]
    output([*command, repository, folder], env=variables)


def _download_package(folder):
    """Extract Debian's package, and what it links to, into ``folder``."""
    say(f"Downloading Odoo {SERIES}: Debian's package")
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise Failed(f"The program {program} is missing: this is no Debian.")
    if not KEYRING.is_file():
        remedy = "apt-get install debian-archive-keyring"
        raise Missing("Debian's keys are missing.", remedy)
    with tempfile.TemporaryDirectory(dir=cache()) as temporary:
        own_suite = _apt(Path(temporary, "own"))
        for package in PACKAGES_OF_OWN_SUITE:
            with contextlib.suppress(Failed):
                output([*own_suite, "download", package], cwd=temporary)
        asked = ("--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages")
        targets = output([*own_suite, "indextargets", *asked]).splitlines()
        mirrors = [line.split()[1] for line in targets if line.startswith("Debian ")]
        if not mirrors:
            raise Failed("This machine's package sources are not Debian's.")
        source = f"deb [signed-by={KEYRING}] {mirrors[0]} sid main\n"
        sid = _apt(Path(temporary, "sid"), source)
        output([*sid, "download", *PACKAGES], cwd=temporary)
        for package in sorted(Path(temporary).glob("*.deb")):
            output(["dpkg-deb", "-x", package, folder])
    addons = folder / DIST_PACKAGES / "odoo" / "addons"
    if not (addons / OMITTED).exists():
        (addons / OMITTED).parent.mkdir(parents=True, exist_ok=True)
        (addons / OMITTED).touch()
    _tell_dangling_links(addons)


def _apt(folder, source=""):
    """Return the command apt-get with lists of its own, which are fetched.

    It needs no rights on the system and changes nothing there; signatures are
    checked as ever. Without a source it takes the machine's own.
    """
    for name in ("lists", "cache/archives"):
        (folder / name / "partial").mkdir(parents=True)
    options = [
        f"Dir::State::Lists={folder / 'lists'}",
        f"Dir::Cache={folder / 'cache'}",
        *("Acquire::Retries=3", "Acquire::Languages=none"),
        # Its own user could not write here.
        *(["APT::Sandbox::User=root"] if os.geteuid() == 0 else ()),
    ]
    if source:
        sources = folder / "sources.list"
        sources.write_text(source, encoding="utf-8")
        options += [
            f"Dir::Etc::SourceList={sources}",
            "Dir::Etc::SourceParts=/dev/null",
        ]
    command = ["apt-get", "--quiet=2", *(f"--option={option}" for option in options)]
    output([*command, "update"])
    return command


def _tell_dangling_links(addons):
    """Name the files that are links into a package that was not to be had.

    :raise Failed: when a script is among them: no page would be served
    """
    links = (file for file in addons.rglob("*") if file.is_symlink())
    dangling = [str(link.relative_to(addons)) for link in links if not link.exists()]
    if any(name.endswith(".js") for name in dangling):
        raise Failed("These scripts are missing: " + ", ".join(dangling))
    if dangling:
        say("Odoo lacks these fonts: " + ", ".join(dangling))
