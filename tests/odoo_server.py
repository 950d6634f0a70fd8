"""Real servers on a real database, for tests that kill them."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import xmlrpc.client
from http.client import HTTPException
from pathlib import Path

import psycopg2
from aiosmtpd.controller import Controller

from odoo.sql_db import connection_info_for

CONFIGURATION = "STUDENT_PORTAL_SERVER_CONFIG"
TEMPLATE = "STUDENT_PORTAL_TEMPLATE_DB"
STARTING_SECONDS = 60


def wait_until(condition, seconds, reason):
    """Wait until a condition holds, and return what it returned.

    :param condition: a callable
    :param int seconds: how long at most
    :param str reason: what is waited for
    :raise AssertionError: if it does not hold in time
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"Not in {seconds} s: {reason}")


def free_port():
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


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
        """Drop it, whoever is connected."""
        self.administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def wake_schedulers(self):
        """Wake the schedulers, who look by themselves once a minute."""
        self.administer(f"NOTIFY cron_trigger, '{self.name}'")


class OdooServer:
    """An Odoo server of its own processes.

    :param Database database: its database
    :param int smtp_port: where it delivers its mails
    :param schedulers: how many threads work scheduled actions
    :param options: more of Odoo's options
    """

    def __init__(self, database, smtp_port, schedulers=2, options=()):
        self.database = database
        self.port = free_port()
        self.log = Path(tempfile.mkstemp(prefix="odoo-", suffix=".log")[1])
        cluster = [f"--db_{name}={value}" for name, value in database.cluster.items()]
        self._command = [
            *(sys.executable, "-m", "odoo", "--config", os.environ[CONFIGURATION]),
            *("--database", database.name, "--db-filter", f"^{database.name}$"),
            *("--http-port", str(self.port), "--gevent-port", str(free_port())),
            *("--max-cron-threads", str(schedulers), "--log-level", "info"),
            *("--smtp", "127.0.0.1", "--smtp-port", str(smtp_port)),
            *cluster,
            *options,
        ]
        self._process = None

    def start(self):
        """Start it, and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_until_it_answers()
        return self

    def wait_until_it_answers(self):
        """Wait until it answers, as after a start or a loss of the database."""
        wait_until(self._answers, STARTING_SECONDS, f"the server answers: {self.log}")

    def _answers(self):
        if self._process.poll() is not None:
            raise AssertionError(f"The server ended:\n{self.log.read_text()[-3000:]}")
        with contextlib.suppress(OSError, HTTPException, xmlrpc.client.Error):
            return self.client("admin").uid

    def client(self, login, password=None):
        """Return whoever signs in with that login; the password is the same."""
        return Client(self, login, password or login)

    def kill(self):
        """End all its processes at once, in the middle of what they do."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=10)


class Client:
    """Somebody who works on a server by remote calls, as the web client does."""

    def __init__(self, server, login, password):
        self._server = server
        self._password = password
        self.uid = self._proxy("common").authenticate(
            server.database.name, login, password, {}
        )

    def _proxy(self, service):
        return xmlrpc.client.ServerProxy(
            f"http://127.0.0.1:{self._server.port}/xmlrpc/2/{service}", allow_none=True
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


class UnreliablePeer:
    """An SMTP server that keeps the mails it accepts, and may refuse every third."""

    def __init__(self):
        self.refusing = False
        self.recipients = []
        self._seen = 0
        self._lock = threading.Lock()
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server, _session, envelope):
        """Keep or refuse a mail. The name is the one that aiosmtpd calls."""
        with self._lock:
            self._seen += 1
            if self.refusing and self._seen % 3 == 0:
                return "451 Too many mails from you, try again later"
            self.recipients += envelope.rcpt_tos
            return "250 Kept"

    def start(self):
        """Start it."""
        # It logs every word of every conversation.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._controller.start()
        return self

    def stop(self):
        """Stop it."""
        self._controller.stop()
