"""Odoo 19: the user's own, Debian's package, or upstream's branch."""

import os
import shutil
import tempfile
from pathlib import Path

from .console import Failed, Missing, say
from .folders import cache, fingerprint, kept
from .processes import output

SERIES = "19.0"
UPSTREAM = "https://github.com/odoo/odoo"
# How long upstream's server may take to say whether it has a branch.
ANSWER_SECONDS = 15
PACKAGE = "odoo-19"
# Debian's package replaces some files by links into these packages.
LINKED_FROM_SID = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
)
# Later suites than Debian 12's name the files of these otherwise.
LINKED_FROM_OWN_SUITE = ("fonts-font-awesome", "fonts-inconsolata")
# Odoo's bundles ask for this file, which Debian leaves out. It blurs the
# background of video calls; without it each page logs an error.
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
DIST_PACKAGES = "usr/lib/python3/dist-packages"


class OdooSource:
    """A folder from which ``python -m odoo`` runs.

    :param Path root: the folder that holds the package ``odoo``
    :param str description: where it came from, for people
    """

    def __init__(self, root, description):
        self.root = root
        self.description = description

    @property
    def addons_folders(self):
        """The folders of its addons."""
        folders = (self.root / "addons", self.root / "odoo" / "addons")
        return [folder for folder in folders if folder.is_dir()]

    def fingerprint(self):
        """Return a fingerprint of all its code: names, sizes and times."""
        seen = []
        for path, folders, files in os.walk(self.root / "odoo"):
            self._note(path, folders, files, seen)
        for path, folders, files in os.walk(self.root / "addons"):
            self._note(path, folders, files, seen)
        return fingerprint(self.root, *sorted(seen))

    @staticmethod
    def _note(path, folders, files, seen):
        folders[:] = [
            name
            for name in folders
            if name not in ("static", "tests", "i18n", "__pycache__")
        ]
        for name in files:
            if name.endswith((".py", ".xml", ".csv")):
                status = os.stat(os.path.join(path, name))
                seen.append(f"{path}/{name} {status.st_size} {status.st_mtime_ns}")


def find_odoo():
    """Find Odoo 19, or download it.

    ``ODOO_PATH`` names the user's own. Else Debian's package is taken, which apt
    downloads without touching the system, else a shallow clone of upstream.

    :rtype: OdooSource
    :raise Missing: when there is none
    """
    own = os.environ.get("ODOO_PATH")
    if own:
        return _own(Path(own).expanduser().resolve())
    # What was downloaded once is kept, whichever way it came.
    ways = (
        ("odoo-debian", "Debian's package", _download_package, DIST_PACKAGES),
        ("odoo-upstream", "a clone of upstream's branch", _clone, ""),
    )
    for name, description, _fill, below in ways:
        if (cache() / name).is_dir():
            return OdooSource(cache() / name / below, description)
    reasons = []
    for name, description, fill, below in ways:
        say(f"Downloading Odoo {SERIES}: {description}")
        try:
            return OdooSource(kept(name, fill) / below, description)
        except Missing as error:
            reasons.append(f"{description}: {error.what} ({error.remedy})")
        except Failed as error:
            reasons.append(f"{description}: {error}")
        say("It cannot be had here")
    raise Missing(
        f"Odoo {SERIES} is missing.\n  " + "\n  ".join(reasons),
        f"git clone --depth 1 --branch {SERIES} {UPSTREAM} ../odoo"
        " && export ODOO_PATH=$PWD/../odoo",
    )


def _own(root):
    for folder in (root, root.parent, root / DIST_PACKAGES):
        release = folder / "odoo" / "release.py"
        if release.is_file():
            if f"({SERIES.replace('.', ', ')}," not in release.read_text("utf-8"):
                raise Missing(
                    f"ODOO_PATH={root} is not Odoo {SERIES}.",
                    f"git -C {root} checkout {SERIES}",
                )
            return OdooSource(folder, "ODOO_PATH")
    raise Missing(
        f"ODOO_PATH={root} holds no Odoo.", "unset ODOO_PATH, or name Odoo's folder"
    )


def _clone(folder):
    if not shutil.which("git"):
        raise Missing("The program git is missing.", "apt-get install git")
    clone(UPSTREAM, SERIES, folder)


def clone(repository, branch, folder):
    """Clone the last state of a branch into ``folder``, never asking anything.

    :raise Failed: when it cannot be had
    """
    variables = {
        **os.environ,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_HTTP_LOW_SPEED_LIMIT": "1000",
        "GIT_HTTP_LOW_SPEED_TIME": "20",
    }
    # A network that swallows what is sent would be waited for by minutes, at each run.
    output(
        ["git", "ls-remote", "--exit-code", "--heads", repository, branch],
        env=variables,
        timeout=ANSWER_SECONDS,
    )
    command = ["git", "clone", "--quiet", "--depth", "1", "--branch", branch]
    output([*command, repository, folder], env=variables)


def _download_package(folder):
    """Extract Debian's package, and what it links to, into ``folder``.

    :raise Missing: when this is no Debian
    :raise Failed: when apt fails
    """
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise Failed(f"The program {program} is missing: this is no Debian.")
    if not KEYRING.is_file():
        raise Missing(
            "Debian's keys are missing.", "apt-get install debian-archive-keyring"
        )
    with tempfile.TemporaryDirectory(dir=cache()) as temporary:
        own_suite = Apt(Path(temporary) / "own")
        own_suite.update()
        own_suite.download(LINKED_FROM_OWN_SUITE, required=False)
        sid = Apt(
            Path(temporary) / "sid",
            f"deb [signed-by={KEYRING}] {own_suite.mirror()} sid main\n",
        )
        sid.update()
        sid.download((PACKAGE, *LINKED_FROM_SID))
        for package in sorted(Path(temporary).glob("*/packages/*.deb")):
            output(["dpkg-deb", "-x", package, folder])
    addons = folder / DIST_PACKAGES / "odoo" / "addons"
    left_out = addons / LEFT_OUT
    if not left_out.exists():
        left_out.parent.mkdir(parents=True, exist_ok=True)
        left_out.touch()
    _tell_dangling_links(addons)


def _tell_dangling_links(addons):
    """Name the files that are links into a package that was not to be had.

    :raise Failed: when a script is among them: no page would be served
    """
    dangling = [
        str(file.relative_to(addons))
        for file in addons.rglob("*")
        if file.is_symlink() and not file.exists()
    ]
    if any(name.endswith(".js") for name in dangling):
        raise Failed("These scripts are missing: " + ", ".join(dangling))
    if dangling:
        say("Odoo lacks these fonts: " + ", ".join(dangling))


class Apt:
    """Debian's package tool with lists and downloads of its own.

    It needs no rights on the system and changes nothing there; signatures are
    checked as ever.

    :param Path folder: where it keeps everything
    :param str sources: its sources; the machine's own when empty
    """

    def __init__(self, folder, sources=""):
        self.packages = folder / "packages"
        self.packages.mkdir(parents=True)
        (folder / "lists" / "partial").mkdir(parents=True)
        (folder / "cache" / "archives" / "partial").mkdir(parents=True)
        self.options = [
            *("-o", f"Dir::State::Lists={folder / 'lists'}"),
            *("-o", f"Dir::Cache={folder / 'cache'}"),
            *("-o", "Acquire::Retries=3"),
            *("-o", "Acquire::Languages=none"),
        ]
        if os.geteuid() == 0:
            # Its own user could not write here.
            self.options += ["-o", "APT::Sandbox::User=root"]
        if sources:
            (folder / "sources.list").write_text(sources, encoding="utf-8")
            self.options += [
                *("-o", f"Dir::Etc::SourceList={folder / 'sources.list'}"),
                *("-o", "Dir::Etc::SourceParts=/dev/null"),
            ]

    def update(self):
        """Fetch the lists of packages."""
        output(["apt-get", *self.options, "--quiet=2", "update"])

    def mirror(self):
        """Return the address from which this machine has its Debian packages.

        :raise Failed: when it has none
        """
        lines = output(
            [
                *("apt-get", *self.options, "indextargets"),
                *("--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages"),
            ]
        ).splitlines()
        for line in lines:
            label, _space, address = line.partition(" ")
            if label == "Debian":
                return address
        raise Failed("This machine's package sources are not Debian's.")

    def download(self, packages, required=True):
        """Download packages into the folder ``packages``.

        :param bool required: whether to fail when one cannot be had
        """
        for package in [packages] if required else [[name] for name in packages]:
            try:
                output(
                    ["apt-get", *self.options, "--quiet=2", "download", *package],
                    cwd=self.packages,
                )
            except Failed:
                if required:
                    raise
