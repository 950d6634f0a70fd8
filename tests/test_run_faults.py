from concurrent.futures import ThreadPoolExecutor

from odoo.tests import tagged

from ..dev.environment.serving import wait_until
from .fault_common import SECONDS, FaultCase

#: Three batches, in between which servers die.
MANY = 600


@tagged("post_install", "-at_install", "slow")
class TestRunFaults(FaultCase):
    def test_killed_in_the_middle_of_a_run_and_started_again(self):
        server = self._server()
        administrator = server.client("admin")
        students = self._create_students(administrator, MANY)
        run = administrator.grant(students)
        for granted in (1, MANY // 2):
            wait_until(
                lambda granted=granted: self._granted_whole(run) >= granted,
                SECONDS,
                f"{granted} students are granted",
            )
            server.kill()
            self.assertLess(self._granted(run), MANY, "It died too late")
            server.start()
            self.database.wake_schedulers()
        self._wait_for_run(run)
        self.assertGrantedOnce(students)
        self.assertCountsTrue(server.client("admin"), run, granted=MANY)
        self._wait_for_mails()
        self.assertInvitedOnce(students)

    def test_two_servers_share_the_runs(self):
        servers = [self._server(), self._server()]
        clients = [server.client("admin") for server in servers]
        groups = [self._create_students(clients[0], MANY // 2) for _client in clients]
        with ThreadPoolExecutor() as both:
            runs = list(
                both.map(lambda client, group: client.grant(group), clients, groups)
            )
        self._wait_for_run(*runs)
        students = groups[0] + groups[1]
        self.assertGrantedOnce(students)
        for client, run in zip(clients, runs, strict=True):
            self.assertCountsTrue(client, run, granted=MANY // 2)
        self._wait_for_mails()
        self.assertInvitedOnce(students)

    def test_two_administrators_grant_overlapping_selections(self):
        servers = [self._server(schedulers=1), self._server(schedulers=1)]
        administrator = servers[0].client("admin")
        for login in ("first.manager", "second.manager"):
            self._create_manager(administrator, login)
        first, second = (
            server.client(login)
            for server, login in zip(
                servers, ("first.manager", "second.manager"), strict=True
            )
        )
        students = self._create_students(administrator, 390)
        selections = [
            # Two requests at once, and a request against a run under way.
            (first, students[:80]),
            (second, students[40:120]),
            (first, students[90:390]),
            (second, students[150:230]),
        ]
        with ThreadPoolExecutor() as all_at_once:
            runs = list(
                all_at_once.map(lambda each: each[0].grant(each[1]), selections)
            )
        self._wait_for_run(*runs)
        self.assertGrantedOnce(students)
        counts = [administrator.run(run) for run in runs]
        self.assertEqual(sum(each["granted_count"] for each in counts), len(students))
        self.assertEqual(
            sum(each["skipped_count"] for each in counts),
            sum(len(selection) for _client, selection in selections) - len(students),
        )
        self.assertFalse(any(each["failed_count"] for each in counts))
        self._wait_for_mails()
        self.assertInvitedOnce(students)

    def test_invitations_of_two_servers_keep_to_the_limit(self):
        clients = [self._server(schedulers=0).client("admin") for _each in range(2)]
        clients[0].call(
            "ir.config_parameter",
            "set_param",
            *("openeducat_student_portal.invitations_per_hour", "30"),
        )
        groups = [self._create_students(clients[0], 20) for _each in range(6)]
        with ThreadPoolExecutor() as all_at_once:
            list(
                all_at_once.map(
                    lambda client, group: client.grant(group), clients * 3, groups
                )
            )
        leaving = self.database.query(
            "SELECT mail.scheduled_date, ("
            "   SELECT count(*) FROM op_student_portal_access access"
            "   JOIN mail_mail other ON other.id = access.mail_id"
            "   WHERE other.scheduled_date >= mail.scheduled_date"
            "   AND other.scheduled_date < mail.scheduled_date + interval '1 hour')"
            " FROM op_student_portal_access access"
            " JOIN mail_mail mail ON mail.id = access.mail_id"
        )
        self.assertEqual(len(leaving), 120)
        self.assertLessEqual(max(count for _moment, count in leaving), 30)

    def test_mail_server_that_refuses_every_third(self):
        server = self._server()
        administrator = server.client("admin")
        students = self._create_students(administrator, 120)
        self.peer.refusing = True
        run = administrator.grant(students)
        self._wait_for_run(run)
        self._wait_for_mails()
        self.assertGrantedOnce(students)
        self.assertCountsTrue(administrator, run, granted=len(students))
        failed = administrator.call(
            "op.student",
            "search_read",
            [["id", "in", students], ["portal_mail_state", "=", "failed"]],
            ["portal_mail_failure", "portal_state"],
        )
        # Other mails of the queue may be among those that are refused.
        self.assertAlmostEqual(len(failed), len(students) // 3, delta=5)
        for student in failed:
            self.assertEqual(student["portal_state"], "invited")
            self.assertIn("Too many mails", student["portal_mail_failure"])

        self.peer.refusing = False
        asked = administrator.call(
            "op.student",
            "action_resend_portal_invitation",
            [student["id"] for student in failed],
        )
        administrator.call(asked["res_model"], "action_confirm", asked["res_id"])
        self._wait_for_mails()
        self.assertInvitedOnce(students)
        self.assertFalse(
            administrator.call(
                "op.student",
                "search_count",
                [["id", "in", students], ["portal_mail_state", "!=", "sent"]],
            )
        )

    def test_what_others_do_between_start_and_turn(self):
        # A server without a scheduler: nothing happens before the other one starts.
        administrator = self._server(schedulers=0).client("admin")
        students = self._create_students(administrator, 450)
        deleted, archived, granted = students[:10], students[210:220], students[420:430]
        run = administrator.grant(students)
        administrator.call("op.student", "unlink", deleted)
        administrator.call("op.student", "write", archived, {"active": False})
        administrator.grant(granted)
        self._server()
        self.database.wake_schedulers()
        # And while the run is under way.
        wait_until(lambda: self._granted(run), SECONDS, "a batch is done")
        later = students[440:450]
        administrator.call("op.student", "unlink", later)
        self._wait_for_run(run)
        gone = {*deleted, *later, *archived}
        self.assertGrantedOnce([each for each in students if each not in gone])
        self.assertCountsTrue(administrator, run, granted=410, skipped=40)
        reasons = dict(
            self.database.query(
                "SELECT message, count(*) FROM op_student_portal_run_line"
                " WHERE run_id = %s AND state = 'skipped' GROUP BY message",
                run,
            )
        )
        for count, word in ((20, "deleted"), (10, "archived")):
            [found] = [reasons[reason] for reason in reasons if word in reason]
            self.assertEqual(found, count)
        self.assertEqual(
            sum(reasons[text] for text in reasons if "already has access" in text), 10
        )
