from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged

from .access_common import PortalAccessCase

STUDENTS = "/odoo/action-openeducat_core.act_open_op_student_view"


@tagged("post_install", "-at_install", "browser")
class TestAccessTours(PortalAccessCase, HttpCase):
    """The access of students, in a browser."""

    def _tour(self, path, tour, user=None):
        login = (user or self.student_manager).login
        # OpenEduCat asks for a review, a few seconds after each page is loaded.
        asked = {f"g2_review_{self.env.cr.dbname}": "1"}
        self.start_tour(path, tour, login=login, cookies=asked)
        self.env.invalidate_all()

    def test_student_manager_acts_from_the_form(self):
        student = self._create_invited()
        login = student.portal_login
        student.email = "tour.new@example.com"
        self._tour(f"{STUDENTS}/{student.id}", "student_portal_access_form")
        self.assertNotEqual(student.portal_login, login)
        self.assertEqual(student.portal_login, "tour.new@example.com")

    def test_student_manager_acts_from_the_list(self):
        students = self._create_invited(3)
        failed, active = students[1:]
        self._sign_in_once(active)
        failed.sudo().portal_access_id.mail_state = "failed"
        students += self._create_students(1)
        for number, student in enumerate(students):
            student.gr_no = f"TOUR-ACCESS-{number}"
        self._tour(STUDENTS, "student_portal_access_list")
        self.assertEqual(set((students[:3]).mapped("portal_state")), {"revoked"})

    def test_adoption_leads_to_the_students(self):
        course = self.env["op.course"].create(
            {"name": "Tour of the Adoption", "code": "TOUR-ADOPTION"}
        )
        today = fields.Date.today()
        batch = self.env["op.batch"].create(
            {
                "name": "Batch of the Tour",
                "code": "TOUR-BATCH",
                "course_id": course.id,
                "start_date": today,
                "end_date": today + timedelta(days=100),
            }
        )
        for student in self._create_active(2):
            self.env["op.student.course"].create(
                {
                    "student_id": student.id,
                    "course_id": course.id,
                    "batch_id": batch.id,
                }
            )
        self._tour(
            "/odoo/action-openeducat_student_portal.action_op_student_portal_report",
            "student_portal_adoption",
        )

    def test_administrator_is_led_to_the_settings(self):
        student = self._create_students(1)
        company = self.env.company
        company.student_portal_enabled = False
        with patch.object(
            self.registry["ir.mail_server"], "has_outgoing_server", return_value=False
        ):
            self._tour(
                f"{STUDENTS}/{student.id}",
                "student_portal_settings",
                self.administrator,
            )
        self.assertTrue(company.student_portal_enabled)
        self.assertEqual(company.student_portal_invitation_hours, 48)
        group = self.env["res.groups"].search([("name", "=", "Group of the Tour")])
        self.assertTrue(group.are_student_portal_groups())
        self.assertEqual(
            group.student_portal_section_ids,
            self.env.ref("openeducat_student_portal.section_profile"),
        )
