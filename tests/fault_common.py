import itertools
import os
import unittest
from collections import Counter

from odoo.tests import BaseCase

from ..dev.environment.serving import wait_until
from ..dev.environment.smtp_peer import SmtpPeer
from .odoo_server import CONFIGURATION, TEMPLATE, Database, Server

#: How long a run, or its mails, may take at most.
SECONDS = 180
DOMAIN = "@faults.example.com"
MANAGER_GROUP = "openeducat_student_portal.group_student_manager"


class FaultCase(BaseCase):
    """A database of its own, servers that can be killed, and an SMTP peer."""

    def setUp(self):
        super().setUp()
        for variable in (CONFIGURATION, TEMPLATE):
            if not os.environ.get(variable):
                raise unittest.SkipTest(
                    f"{variable} is not set: dev/test sets it, and tests with servers"
                    " of their own need it"
                )
        self.peer = self.enterContext(SmtpPeer())
        self.database = self._make_database()

    def _make_database(self):
        database = Database(f"{os.environ[TEMPLATE]}_faults_{os.getpid()}")
        database.copy_of(os.environ[TEMPLATE])
        self.addCleanup(database.drop)
        return database

    def _server(self, **options):
        """Start a server, which is killed after the test."""
        server = Server(self.database, self.peer, **options)
        self.addCleanup(self._end, server)
        return server.start()

    def _end(self, server):
        server.kill()
        if self._passed:  # what it logged tells why it has not
            os.unlink(server.log)

    def _callTestMethod(self, method):
        # unittest itself does not tell its cleanups whether the test has passed.
        self._passed = False
        super()._callTestMethod(method)
        self._passed = True

    def _create_students(self, client, count, **values):
        """Create students, each with an address of its own, and return their ids."""
        first = self.database.value("SELECT count(*) FROM op_student")
        return client.call(
            "op.student",
            "create",
            [
                {
                    "first_name": f"Student {number}",
                    "last_name": "Tester",
                    "name": f"Student {number} Tester",
                    "gender": "f",
                    "email": f"student.{number}{DOMAIN}",
                    **values,
                }
                for number in range(first, first + count)
            ],
        )

    def _create_manager(self, client, login):
        """Create a Student Manager, whose password is the login."""
        [group] = client.call(
            "ir.model.data",
            "search_read",
            [["module", "=", "openeducat_student_portal"]]
            + [["name", "=", MANAGER_GROUP.partition(".")[2]]],
            ["res_id"],
        )
        return client.call(
            "res.users",
            "create",
            {
                "name": login,
                "login": login,
                "password": login,
                "group_ids": [[4, group["res_id"]]],
            },
        )

    def _granted(self, run):
        """Return how many students of a run have been granted, as committed."""
        return self.database.value(
            "SELECT count(*) FROM op_student_portal_run_line"
            " WHERE run_id = %s AND state = 'granted'",
            run,
        )

    def _granted_whole(self, run):
        """Return how many students of a run have been granted, as committed.

        At no moment has one of them a user without an invitation, or without its line
        telling of it: a server that dies then would leave it at that.
        """
        [(granted, given, invited)] = self.database.query(
            "SELECT count(*) FILTER (WHERE line.state = 'granted'),"
            " count(access.user_id), count(access.mail_state)"
            " FROM op_student_portal_run_line line"
            " JOIN op_student student ON student.id = line.student_id"
            " LEFT JOIN op_student_portal_access access"
            " ON access.id = student.portal_access_id"
            " WHERE line.run_id = %s",
            run,
        )
        self.assertEqual((given, invited), (granted, granted))
        return granted

    def _wait_for_schedulers(self, reason, query, *values):
        """Wait until a query counts nothing any more; keep the schedulers awake."""
        moments = itertools.count()

        def is_done():
            # One that was just starting has not heard the last call.
            if next(moments) % 40 == 0:
                self.database.wake_schedulers()
            return not self.database.value(query, *values)

        wait_until(is_done, SECONDS, reason)

    def _wait_for_run(self, *runs):
        """Wait until runs have ended."""
        self._wait_for_schedulers(
            "the run is done",
            "SELECT count(*) FROM op_student_portal_run"
            " WHERE state = 'running' AND id = ANY(%s)",
            list(runs),
        )

    def _wait_for_mails(self):
        """Wait until the mail queue has tried every mail that is due.

        What has become of mails with links is recorded when all of a batch have left.
        """
        self._wait_for_schedulers(
            "the mail queue is empty",
            "SELECT count(*) FROM mail_mail mail"
            " LEFT JOIN op_student_portal_access access ON access.mail_id = mail.id"
            " WHERE (mail.state = 'outgoing' OR access.mail_state = 'queued')"
            " AND (mail.scheduled_date IS NULL"
            "      OR mail.scheduled_date <= now() AT TIME ZONE 'UTC')",
        )

    def assertGrantedOnce(self, students):
        """Check that each student has one user, active and its own, and one grant."""
        rows = self.database.query(
            "SELECT student.id, count(users.id),"
            " bool_and(users.active AND users.id = student.user_id)"
            " FROM op_student student"
            " LEFT JOIN res_users users ON users.partner_id = student.partner_id"
            " WHERE student.id = ANY(%s) GROUP BY student.id",
            students,
        )
        self.assertEqual(len(rows), len(students))
        wrong = [row for row in rows if row[1:] != (1, True)]
        self.assertFalse(wrong)
        twice = self.database.query(
            "SELECT student_id FROM op_student_portal_run_line"
            " WHERE state IN ('granted', 'restored') AND student_id = ANY(%s)"
            " GROUP BY student_id HAVING count(*) > 1",
            students,
        )
        self.assertFalse(twice)

    def assertInvitedOnce(self, students):
        """Check that the peer has received one mail to each student, and to no other.

        What else the mail queue had, from demo data say, does not count.
        """
        addresses = self.database.query(
            "SELECT partner.email FROM op_student student"
            " JOIN res_partner partner ON partner.id = student.partner_id"
            " WHERE student.id = ANY(%s)",
            students,
        )
        received = [each for each in self.peer.recipients if each.endswith(DOMAIN)]
        self.assertEqual(Counter(received), Counter(email for (email,) in addresses))

    def assertCountsTrue(self, client, run, **counts):
        """Check that a run's form shows the given counts, and 0 for the others."""
        values = client.run(run)
        names = ("granted", "restored", "skipped", "failed", "pending")
        self.assertEqual(
            {name: values[f"{name}_count"] for name in names},
            {**dict.fromkeys(names, 0), **counts},
        )
        self.assertEqual(values["total_count"], sum(counts.values()))
        self.assertEqual(values["state"], "done")
