"""Where things are kept: downloads for all checkouts, state for this one."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from .console import say

ADDON = "openeducat_student_portal"
CHECKOUT = Path(__file__).resolve().parents[2]
STATE = CHECKOUT / ".dev"
# Odoo's own, as its option data_dir says.
DATA = STATE / "odoo"
# Odoo and pytest know an addon by its folder's name, and a checkout may have any.
LINK = STATE / "addons" / ADDON
# The files of an addon whose content gets into a database.
STORED = (".py", ".xml", ".csv", ".po")


def link_addon():
    """Fill the folder that bears the addon's name with links, and return it.

    A link to the checkout itself would lie within itself, without end.
    """
    LINK.mkdir(parents=True, exist_ok=True)
    with locked("links"):
        for link in LINK.iterdir():
            if not link.exists():
                link.unlink()
        for path in CHECKOUT.iterdir():
            link = LINK / path.name
            if path.name not in (STATE.name, ".git") and not link.exists():
                # Of a copy of the checkout, it leads into the copy.
                link.symlink_to(os.path.relpath(path, LINK))
    return LINK


def cache():
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", ADDON)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def locked(name, folder=STATE):
    """Let one process at a time do ``name``; the lock dies with its process."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{name}.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Another run holds {lock.name}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def kept(name, fill):
    """Return the folder ``name`` of the cache, which ``fill`` has filled once."""
    folder = cache() / name
    # Written last: what was interrupted or has failed is begun again.
    whole = folder / ".whole"
    with locked(name, cache()):
        if not whole.is_file():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            fill(folder)
            whole.touch()
    return folder


def fingerprint(*parts):
    """Return a short name for the given texts, another one for any other texts."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def fingerprint_files(folder, *ignored):
    """Return a fingerprint of the files of addons below a folder.

    :param ignored: names of folders that do not count; hidden ones never do
    """
    seen = []
    for path, folders, files in os.walk(folder):
        folders[:] = {name for name in folders if name[0] != "."}.difference(ignored)
        for file in (Path(path, name) for name in files if name.endswith(STORED)):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            seen.append(f"{file.relative_to(folder)} {content}")
    return fingerprint(*sorted(seen))


def addon_fingerprint():
    return fingerprint_files(CHECKOUT, "dev", "tests", "node_modules")
