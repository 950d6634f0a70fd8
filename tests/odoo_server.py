"""Real servers on a real database, for tests that kill them."""

import contextlib
import os
import tempfile
import xmlrpc.client

import psycopg2

from odoo.sql_db import connection_info_for

from ..dev.environment.serving import OdooServer

CONFIGURATION = "STUDENT_PORTAL_SERVER_CONFIG"
TEMPLATE = "STUDENT_PORTAL_TEMPLATE_DB"


class Database:
    """A database of its own, outside Odoo.

    :param str name: its name
    :param dict cluster: libpq's parameters of its cluster; empty for the one that the
        tests use
    """

    def __init__(self, name, cluster=None):
        self.name = name
        self.cluster = cluster or {}

    def _connection(self, name):
        _name, parameters = connection_info_for(name)
        return psycopg2.connect(**{**parameters, **self.cluster})

    def query(self, query, *values):
        """Run a query in a transaction of its own, and return its rows, if any."""
        with contextlib.closing(self._connection(self.name)) as connection:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []

    def value(self, query, *values):
        """Return the one value of a query."""
        return self.query(query, *values)[0][0]

    def administer(self, statement):
        """Run a statement outside of any transaction, in another database."""
        with contextlib.closing(self._connection("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)

    def copy_of(self, template):
        """Make it, as a copy of another one."""
        self.drop()
        self.administer(f'CREATE DATABASE "{self.name}" TEMPLATE "{template}"')

    def drop(self):
        """Drop it, with its connections."""
        self.administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def wake_schedulers(self):
        """Wake the schedulers, who look by themselves once a minute."""
        self.administer(f"NOTIFY cron_trigger, '{self.name}'")


class Server(OdooServer):
    """An Odoo server that can be killed, with people who work on it.

    :param Database database: its database
    :param SmtpPeer peer: the server that receives its mails
    :param int schedulers: how many threads work scheduled actions
    """

    def __init__(self, database, peer, schedulers=2):
        self.database = database
        super().__init__(
            os.environ[CONFIGURATION],
            database.name,
            peer,
            *("--max-cron-threads", str(schedulers), "--log-level", "info"),
            *(f"--db_{name}={value}" for name, value in database.cluster.items()),
            log=tempfile.NamedTemporaryFile(
                prefix="odoo-", suffix=".log", delete=False
            ).name,
        )

    def client(self, login):
        """Return who signs in with that login, the password being the same."""
        return Client(self, login)


class Client:
    """Somebody who works on a server by remote calls, as the web client does."""

    def __init__(self, server, login):
        self._server = server
        self._password = login
        self.uid = self._proxy("common").authenticate(
            server.database.name, login, login, {}
        )

    def _proxy(self, service):
        return xmlrpc.client.ServerProxy(
            f"{self._server.address}/xmlrpc/2/{service}", allow_none=True
        )

    def call(self, model, method, *arguments, **keywords):
        """Call a public method."""
        return self._proxy("object").execute_kw(
            self._server.database.name,
            self.uid,
            self._password,
            *(model, method, arguments, keywords),
        )

    def grant(self, students):
        """Select the students, choose *Grant Portal Access*, and click the button.

        :return: the run's id
        """
        action = self.call("op.student", "action_grant_portal_access", students)
        dialog = action["res_id"]
        self.call(action["res_model"], "action_grant_access", [dialog])
        [values] = self.call(action["res_model"], "read", [dialog], ["run_id"])
        return values["run_id"][0]

    def run(self, run):
        """Return what the form of a run shows."""
        states = ("granted", "restored", "skipped", "failed", "pending", "total")
        names = [f"{state}_count" for state in states]
        [values] = self.call("op.student.portal.run", "read", [run], ["state", *names])
        return values
