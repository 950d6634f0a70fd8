import re
from html import unescape
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from .common import StudentPortalCase
from .smtp_peer import mail_server

#: The password that is set with a link.
PASSWORD = "Correct-Horse-77"


@tagged("post_install", "-at_install")
class PortalAccessCase(StudentPortalCase):
    """Students with access, and what can be done with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whether this machine listens for mails is no matter of these tests.
        server = patch.object(
            cls.registry["ir.mail_server"], "has_outgoing_server", return_value=True
        )
        server.start()
        cls.addClassCleanup(server.stop)

    @classmethod
    def _create_invited(cls, count=1, **values):
        """Create students who were invited, and whose mail was sent."""
        students = cls._create_students(count, **values)
        cls._grant(students)
        cls._set_mails_sent(students)
        return students

    @classmethod
    def _create_active(cls, count=1, **values):
        """Create students who have signed in."""
        students = cls._create_invited(count, **values)
        cls._sign_in_once(students)
        return students

    @classmethod
    def _set_mails_sent(cls, students):
        students.sudo().portal_access_id.mail_id.write({"state": "sent"})

    @classmethod
    def _sign_in_once(cls, students):
        for user in students.user_id:
            user.with_user(user)._update_last_login()

    @classmethod
    def _as(cls, students, user=None):
        """Return the students as a user sees them, the Student Manager if none."""
        return students.with_user(user or cls.student_manager)

    def _send_mails(self, students, error=None):
        """Have Odoo's mail queue send the students' mails to a server that takes all,
        or that raises an error."""
        mails = students.sudo().portal_access_id.mail_id
        queue = mails.with_context(filters=[("id", "in", mails.ids)])
        with mail_server(side_effect=error):
            queue.process_email_queue()

    def _bodies(self, student):
        return "\n".join(student.message_ids.mapped("body"))

    def assertNotified(self, action, kind):
        self.assertEqual(action["tag"], "display_notification", action)
        self.assertEqual(action["params"]["type"], kind, action)
        return action["params"]["message"]

    def assertDialog(self, action):
        self.assertEqual(action["res_model"], "op.student.portal.run", action)
        self.assertEqual(action["target"], "new", action)
        return self.env["op.student.portal.run"].browse(action["res_id"])

    def _confirm(self, action, user=None):
        """Answer yes to what an action asks; return the action that shows the result.

        :param user: the res.users that was asked, the Student Manager if none
        """
        run = self.assertDialog(action).with_user(user or self.student_manager)
        self.assertEqual(run.state, "draft")
        self.assertTrue(run.question)
        return run.action_confirm()

    def _skipped(self, run):
        """Return the reason of each student that a run has skipped."""
        return {line.student_id: line.message for line in run.skipped_line_ids}


class AccessLinkCase(PortalAccessCase, HttpCase):
    """Links to set a password, opened in a browser."""

    def _link(self, student):
        """Return the path and query of the link in the last mail to a student."""
        body = student.sudo().portal_access_id.mail_id.body_html
        link = re.search(r'href="([^"]*token=[^"]*)"', body)[1]
        parts = urlsplit(unescape(link))
        return f"{parts.path}?{parts.query}"

    def _token(self, link):
        return re.search(r"token=([^&]+)", link)[1]

    def _set_password(self, link, password=PASSWORD, **values):
        """Open a link and set a password, as a browser of its own does."""
        self.authenticate(None, None)
        page = self.url_open(link).text
        return self.url_open(
            link,
            data={
                "csrf_token": re.search(r'csrf_token: "([^"]+)"', page)[1],
                "token": self._token(link),
                "password": password,
                "confirm_password": password,
                **values,
            },
        )
