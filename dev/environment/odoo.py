"""Odoo 19: the user's own, Debian's package, or upstream's branch."""

import contextlib
import os
import tempfile
from functools import partial
from pathlib import Path
from typing import NamedTuple

from .console import Failed, Missing, output, say
from .folders import cache, fingerprint, fingerprint_files, kept

SERIES = "19.0"
UPSTREAM = "https://github.com/odoo/odoo"
# Nothing is asked of the user, and no network that swallows everything waited for.
ANSWER_SECONDS = 15
GIT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_HTTP_LOW_SPEED_LIMIT": "1000",
    "GIT_HTTP_LOW_SPEED_TIME": "20",
}
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

    def fingerprint(self):
        # There are ten thousand files.
        ignored = ("static", "tests", "i18n")
        files = fingerprint_files(self.root, *ignored, content=False)
        return fingerprint(self.root, files)


def find_odoo():
    """Find your own Odoo 19, or download Debian's package, or upstream's branch."""
    if own := os.environ.get("ODOO_PATH"):
        return _own(Path(own).expanduser().resolve())
    clone_upstream = partial(clone, UPSTREAM, SERIES)
    reasons = []
    for name, description, fill, below in (
        ("debian", "Debian's package", _download_package, DIST_PACKAGES),
        ("upstream", "a clone of upstream's branch", clone_upstream, ""),
    ):
        try:
            return Odoo(kept(f"odoo-{SERIES}-{name}", fill) / below, description)
        except Failed as error:
            say("It cannot be had here")
            reasons.append(f"{description}: {error}")
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
            return Odoo(folder, "ODOO_PATH")
    remedy = f"name Odoo's folder, with branch {SERIES} in it, or unset ODOO_PATH"
    raise Missing(f"ODOO_PATH={root} holds no Odoo {SERIES}.", remedy)


def clone(repository, branch, folder):
    """Clone the last state of a branch into an empty folder."""
    say(f"Downloading branch {branch} of {repository}")
    asking = ["git", "ls-remote", "--exit-code", "--heads", repository, branch]
    output(asking, env={**os.environ, **GIT}, timeout=ANSWER_SECONDS)
    command = ["git", "clone", "--quiet", "--depth", "1", "--branch", branch]
    output([*command, repository, folder], env={**os.environ, **GIT})


def _download_package(folder):
    """Extract Debian's package, and what it links to, into ``folder``."""
    say(f"Downloading Odoo {SERIES}: Debian's package")
    if not KEYRING.is_file():
        raise Failed("The package debian-archive-keyring is missing.")
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
    (addons / OMITTED).parent.mkdir(parents=True, exist_ok=True)
    (addons / OMITTED).touch()
    links = (file for file in addons.rglob("*") if file.is_symlink())
    dangling = [str(link.relative_to(addons)) for link in links if not link.exists()]
    if any(name.endswith(".js") for name in dangling):
        # No page would be served.
        raise Failed("These scripts are missing: " + ", ".join(dangling))
    if dangling:
        say("Odoo lacks these fonts: " + ", ".join(dangling))


def _apt(folder, source=""):
    """Return apt-get with lists of its own, of a source or of the machine's sources.

    It needs no rights on the system and changes nothing there.
    """
    for name in ("lists", "cache/archives"):
        (folder / name / "partial").mkdir(parents=True)
    options = ["Acquire::Retries=3", "Acquire::Languages=none"]
    options += [f"Dir::State::Lists={folder}/lists", f"Dir::Cache={folder}/cache"]
    if os.geteuid() == 0:
        # Its own user could not write here.
        options.append("APT::Sandbox::User=root")
    if source:
        (folder / "sources.list").write_text(source, encoding="utf-8")
        options.append(f"Dir::Etc::SourceList={folder}/sources.list")
        options.append("Dir::Etc::SourceParts=/dev/null")
    command = ["apt-get", "--quiet=2", *(f"--option={option}" for option in options)]
    output([*command, "update"])
    return command
