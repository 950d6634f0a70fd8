import re
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from .common import StudentPortalCase
from .guardian_common import GuardianCase
from .portal_common import needs_model
from .smtp_peer import smtp_peer


class FromClickToSignInCase(StudentPortalCase, HttpCase):
    """The dialog in a browser, and all that follows from it."""

    def _start_tour(self, tour, student=None):
        action = "/odoo/action-openeducat_core.act_open_op_student_view"
        self.start_tour(
            f"{action}/{student.id}" if student else action,
            tour,
            login=self.student_manager.login,
        )

    def _link(self, peer, address):
        """Return the path and query of the link in the mail to an address."""
        # Odoo's other apps may have had mails in the queue.
        (mail,) = [mail for mail in peer.mails if address in mail["To"]]
        body = mail.get_body(("html",)).get_content()
        link = re.search(r'href="([^"]*/my/start\?[^"]*)"', body)[1]
        path = urlsplit(link.replace("&amp;", "&"))
        return f"{path.path}?{path.query}"


@tagged("post_install", "-at_install", "browser")
class TestFromClickToSignIn(FromClickToSignInCase):
    """Students."""

    def test_several_students_are_granted_from_the_list(self):
        students = self._create_students(3)
        for number, student in enumerate(students):
            student.gr_no = f"TOUR-GRANT-{number}"
        students[1].email = False
        self._start_tour("student_portal_grant_many")
        self.assertEqual(len(students.user_id), 3)
        self.assertEqual(students[1].user_id.login, "tour.typed@example.com")

    def test_student_signs_in_with_the_link_of_the_mail(self):
        student = self._create_students(1, email=False)
        with smtp_peer(self.env) as peer:
            self._start_tour("student_portal_grant_one", student)
            self.assertEqual(student.user_id.login, "typed.address@example.com")
            self.assertFalse(peer.mails, "Nothing is sent before the commit")
            self.env["mail.mail"].process_email_queue()
        link = self._link(peer, "typed.address@example.com")
        self.start_tour(link, "student_portal_start_link")
        self.env.invalidate_all()
        self.assertTrue(student.user_id.login_date)
        self.assertEqual(student.portal_state, "active")

        self.authenticate("typed.address@example.com", "Correct-Horse-77")
        response = self.url_open("/my")
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.url.endswith("/my"), response.url)
        self.assertIn(student.name, response.text)


@tagged("post_install", "-at_install", "browser")
@needs_model("op.parent")
class TestGuardiansFromClickToSignIn(GuardianCase, FromClickToSignInCase):
    """The guardians of a class: the office at its desk, a mother on her phone."""

    def test_mother_of_three_signs_in_with_the_link_of_the_mail(self):
        students = self._create_students(3)
        for number, student in enumerate(students):
            student.gr_no = f"TOUR-GRANT-{number}"
        mother = self._create_guardian(students)
        father = self._create_guardian(students[0], "Otto Tester", email=False)
        with smtp_peer(self.env) as peer:
            self._start_tour("student_portal_grant_guardians")
            self.assertEqual(father.user_id.login, "tour.father@example.com")
            self.assertFalse(students.user_id)
            self.env["mail.mail"].process_email_queue()
        link = self._link(peer, mother.user_id.login)
        self.browser_size = "390x844"
        self.touch_enabled = True
        self.start_tour(link, "guardian_portal_start_link")
        self.env.invalidate_all()
        self.assertEqual(mother.portal_state, "active")
        self.assertEqual(father.portal_state, "invited")
