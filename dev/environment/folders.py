"""Where things are kept: downloads for all checkouts, state for this one."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from .console import say

ADDON = "openeducat_student_portal"
CHECKOUT = Path(__file__).resolve().parents[2]
STATE = CHECKOUT / ".dev"


def cache():
    """Return the folder of the downloads, which all checkouts share."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / ADDON
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def locked(name, folder=None):
    """Let one process at a time do ``name``; the lock dies with its process."""
    folder = folder or cache()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{name}.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Another run holds {lock.name}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def kept(name, fill):
    """Return the folder ``name`` of the cache, filled once.

    An interrupted or failed ``fill`` leaves nothing behind that would be taken for
    the whole.

    :param str name: the folder's name
    :param fill: a callable that fills the folder it is given
    """
    folder = cache() / name
    if folder.is_dir():
        return folder
    with locked(name):
        if not folder.is_dir():
            partial = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=cache()))
            try:
                fill(partial)
                partial.chmod(0o755)
                partial.rename(folder)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    return folder


def fingerprint(*parts):
    """Return a short name for the given texts, another one for any other texts."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def content_fingerprint(folder, ignored=(), ignored_suffixes=()):
    """Return a fingerprint of the files below ``folder``: their names and content.

    :param ignored: names of folders that do not count; hidden ones never do
    :param ignored_suffixes: endings of the names of files that do not count
    """
    ignored = {"__pycache__", *ignored}
    ignored_suffixes = (".pyc", *ignored_suffixes)
    digest = hashlib.sha256()
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name not in ignored and name[0] != "."
        )
        for name in sorted(files):
            if name.endswith(ignored_suffixes) or name[0] == ".":
                continue
            file = Path(path, name)
            digest.update(f"{file.relative_to(folder)}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
