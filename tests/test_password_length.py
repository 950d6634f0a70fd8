from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .start_common import StartCase


@tagged("post_install", "-at_install")
class TestPasswordLength(StartCase):
    """Passwords of students whose portal group has a minimum length of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As Odoo's password policy has it, which need not be installed.
        users = cls.registry["res.users"]
        policy = patch.object(
            users, "get_password_policy", lambda self: {"minlength": 12}, create=True
        )
        policy.start()
        cls.addClassCleanup(policy.stop)

    def _check(self, user, password):
        user._check_password_policy([password])

    def test_group_has_a_length_of_its_own(self):
        user = self.student.user_id
        self.assertEqual(user.student_portal_password_length(), 12)
        self.group_student_portal.student_portal_password_length = 6
        self.assertEqual(user.student_portal_password_length(), 6)
        self._check(user, "owls42")
        self._check(user, False)
        with self.assertRaises(UserError) as raised:
            self._check(user, "owls4")
        self.assertIn("at least 6", str(raised.exception))

    def test_length_holds_for_nobody_else(self):
        self.group_student_portal.student_portal_password_length = 6
        for user in (self.portal_user, self.student_manager):
            self.assertEqual(user.student_portal_password_length(), 12)
            self.assertFalse(user._student_portal_own_length())

    def test_passwords_of_nobody_are_checked_as_odoo_does(self):
        if "auth_password_policy" not in self.env.registry._init_modules:
            self.skipTest("Odoo's password policy is not installed")
        self.env["res.users"]._check_password_policy(["owls42 and owls43"])

    def test_page_tells_the_length(self):
        self.group_student_portal.student_portal_password_length = 6
        self.authenticate(None, None)
        self.assertSays(self.url_open(self._link()), "Minimum number of characters: 6")

    def test_negative_length_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.group_limited.student_portal_password_length = -1
            self.group_limited.flush_recordset()
