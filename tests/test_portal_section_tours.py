from odoo.tests import tagged

from .portal_common import needs_model
from .portal_results_common import PortalAttendanceCase, PortalGradesCase


@needs_model(
    "op.assignment",
    "op.attendance.line",
    "op.marksheet.line",
    "op.session",
    "op.student.fees.details",
)
@tagged("post_install", "-at_install", "browser")
class TestPortalSectionTours(PortalGradesCase, PortalAttendanceCase):
    """A student looks at every section on a wide screen."""

    browser_size = "1400x900"

    def test_student_looks_at_every_section(self):
        register = self._create_register("Summer Exams", evaluation="grade")
        self._create_marksheet(register, self.student, (90, 45))
        self.start_tour(
            "/my", "student_portal_sections", login=self.student.user_id.login
        )
        self.assertEqual(self.student.phone.replace(" ", ""), "+3225550101")
        self.assertEqual(self.student.emergency_contact.name, "Anna Tester")


@tagged("post_install", "-at_install", "browser")
class TestPortalSectionPhoneTours(TestPortalSectionTours):
    """And on a phone."""

    browser_size = "390x844"
    touch_enabled = True
