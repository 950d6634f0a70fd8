from odoo import api, models

from .assignment import create_assignments
from .attendance import create_attendance
from .exam import create_exams
from .family import create_family
from .fees import create_fees
from .portal_access import create_portal_access
from .school import DemoSchool
from .timetable import create_timetable

#: What fills the section of an app that may be missing: the addon depends on
#: OpenEduCat's core alone, so that XML cannot name the models of the others.
SECTIONS = {
    "openeducat_timetable": create_timetable,
    "openeducat_attendance": create_attendance,
    "openeducat_exam": create_exams,
    "openeducat_assignment": create_assignments,
    "openeducat_fees": create_fees,
    "openeducat_parent": create_family,
}


class OpStudent(models.Model):
    _inherit = "op.student"

    @api.model
    def _create_portal_demo(self):
        """Fill the portal's sections of the demo students; nothing without these.

        The demo data calls it at installation. An app that is installed later, or in
        the same go but after this addon, is filled by calling it again. Records that
        are there are left alone; the timetable and the attendance go on to this week.

        :return: whether there are demo students
        :rtype: bool
        """
        if not self.env.ref(
            "openeducat_student_portal.op_student_mira_halvorsen",
            raise_if_not_found=False,
        ):
            return False
        school = DemoSchool(self.env)
        create_portal_access(school)
        for app, create_section in SECTIONS.items():
            if school.has_app(app):
                create_section(school)
        return True
