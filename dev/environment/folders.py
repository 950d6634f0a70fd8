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
LOGS = STATE / "logs"
# Odoo and pytest know an addon by its folder's name, and a checkout may have any.
ADDONS = STATE / "addons"
LINK = ADDONS / ADDON
# The files of an addon whose content gets into a database.
STORED = (".py", ".xml", ".csv", ".po")


def link_addon():
    """Fill the folder that bears the addon's name with links, and return it.

    A link to the checkout itself would lie within itself, without end. Caches that
    were left there are no links, and stay.
    """
    LINK.mkdir(parents=True, exist_ok=True)
    parts = {path.name for path in CHECKOUT.iterdir()} - {STATE.name, ".git"}
    with locked("links"):
        for name in parts | {path.name for path in LINK.iterdir()} - {"__pycache__"}:
            link, target = LINK / name, CHECKOUT / name
            if link.is_symlink() and (link.readlink() != target or name not in parts):
                link.unlink()
            if name in parts and not link.exists():
                link.symlink_to(target)
    return LINK


def cache():
    """Return the folder of the downloads, which all checkouts share."""
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
    with contextlib.nullcontext() if whole.is_file() else locked(name, cache()):
        if not whole.is_file():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            fill(folder)
            whole.touch()
    return folder


def fingerprint(*parts):
    """Return a short name for the given texts, another one for any other texts."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def fingerprint_files(folder, *ignored, content=True):
    """Return a fingerprint of the files of addons below a folder.

    :param ignored: names of folders that do not count; hidden ones never do
    :param content: whether to read the files, not only their times
    """
    seen = []
    for path, folders, files in os.walk(folder):
        folders[:] = {name for name in folders if name[0] != "."}.difference(ignored)
        for file in (Path(path, name) for name in files if name.endswith(STORED)):
            state = file.read_bytes() if content else b"%d" % file.stat().st_mtime_ns
            state = hashlib.sha256(state).hexdigest()
            seen.append(f"{file.relative_to(folder)} {state}")
    return fingerprint(*sorted(seen))
