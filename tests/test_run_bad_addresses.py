from odoo.tests import tagged

from .fault_common import FaultCase

LONG = f"{'x' * 280}@long.example.com"


@tagged("post_install", "-at_install", "slow")
class TestRunBadAddresses(FaultCase):
    def test_bad_ones_are_explained_and_all_others_granted(self):
        server = self._server()
        administrator = server.client("admin")
        partners = "res.partner"
        bad = {
            # What is wrong, and what the reason says of it.
            "There is no email": [
                {"email": False},
                {"email": ""},
                {"email": "   "},
            ],
            "not a valid email": [
                {"email": "a@b"},
                {"email": "no address"},
                {"email": "@example.com"},
                {"email": "two@example.com, three@example.com"},
                {"email": "four@example.com;five@example.com"},
                {"email": "line@example.com\nBcc: break@example.com"},
                {"email": LONG},
                {"email": "two@@example.com"},
                {"email": "dots@example..com"},
            ],
        }
        students, expected = [], {}
        for reason, kinds in bad.items():
            for values in kinds:
                made = self._create_students(administrator, 5, **values)
                students += made
                expected[reason] = expected.get(reason, 0) + len(made)
        # Siblings of two, with their parents' addresses.
        for family in range(8):
            students += self._create_students(
                administrator, 2, email=f"Parent.{family}@faults.example.com"
            )
        expected["same address"] = 16
        # Addresses that are the logins of others, in upper case too.
        for email in ("admin", "taken@example.com", "Taken@Example.COM"):
            if email == "admin":
                self._create_manager(administrator, "internal@example.com")
                email = "internal@example.com"
            elif email.islower():
                administrator.call(
                    "res.users", "create", {"name": "Taken", "login": email}
                )
            students += self._create_students(administrator, 4, email=email)
        expected["User already exists"] = 12
        archived = self._create_students(administrator, 6)
        administrator.call("op.student", "write", archived, {"active": False})
        expected["archived"] = 6
        granted = self._create_students(administrator, 6)
        administrator.grant(granted)
        expected["already has access"] = 6
        students += archived + granted
        self.assertEqual(len(students), 100)
        self.assertEqual(sum(expected.values()), 100)
        good = self._create_students(administrator, 900)

        run = administrator.grant(students[:50] + good + students[50:])
        self._wait_for_run(run)
        self.assertCountsTrue(administrator, run, granted=900, skipped=100)
        self.assertGrantedOnce(good)
        reasons = self.database.query(
            "SELECT message FROM op_student_portal_run_line"
            " WHERE run_id = %s AND state = 'skipped'",
            run,
        )
        for part, count in expected.items():
            found = [reason for (reason,) in reasons if part in reason]
            self.assertEqual(len(found), count, part)
        untouched = administrator.call(
            "op.student",
            "search_count",
            [["id", "in", students], ["user_id", "!=", False]],
            context={"active_test": False},
        )
        self.assertEqual(untouched, len(granted))
        self.assertEqual(
            administrator.call(partners, "search_count", [["email", "=", LONG]]), 5
        )
