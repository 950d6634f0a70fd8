from odoo import api, models

from .assignment import create_assignments
from .attendance import create_attendance
from .classes import create_classes
from .exam import create_exams
from .family import create_families
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
    "openeducat_parent": create_families,
}
#: The scheduled action, which the demo data makes.
CRON = "openeducat_student_portal.ir_cron_portal_demo"


class OpStudent(models.Model):
    _inherit = "op.student"

    def _register_hook(self):
        """Fill the pages of an app that has been installed after this addon."""
        super()._register_hook()
        if self.pool.updated_modules and (
            cron := self.env.ref(CRON, raise_if_not_found=False)
        ):
            cron._trigger()

    @api.model
    def _create_portal_demo(self):
        """Fill the portal's sections of the demo students; nothing without these.

        The demo data calls it at installation, and a scheduled action later. Records
        that are there are left alone; the timetable and the attendance go on to this
        week.

        :return: whether there are demo students
        :rtype: bool
        """
        if not self.env.ref(
            "openeducat_student_portal.op_student_mira_halvorsen",
            raise_if_not_found=False,
        ):
            return False
        school = DemoSchool(self.env)
        create_portal_access(school, create_classes(school))
        for app, create_section in SECTIONS.items():
            if school.has_app(app):
                create_section(school)
        return True
