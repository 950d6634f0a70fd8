"""Demo data of the portal's sections.

The addon depends on OpenEduCat's core alone, so XML cannot name the models of the other
apps. Each file here fills the section of one app, when that is installed.
"""

from .assignment import create_assignments
from .attendance import create_attendance
from .exam import create_exams
from .fees import create_fees
from .portal_access import create_portal_access
from .school import DemoSchool
from .timetable import create_timetable

SECTIONS = {
    "openeducat_timetable": create_timetable,
    "openeducat_attendance": create_attendance,
    "openeducat_exam": create_exams,
    "openeducat_assignment": create_assignments,
    "openeducat_fees": create_fees,
}


def create_portal_demo(env):
    """Fill the sections of the installed apps; leave alone what is there already."""
    school = DemoSchool(env)
    create_portal_access(school)
    for app, create_section in SECTIONS.items():
        if school.has_app(app):
            create_section(school)
