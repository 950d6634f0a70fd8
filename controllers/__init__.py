from . import portal
from . import portal_account
from . import portal_assignments
from . import portal_attendance
from . import portal_fees
from . import portal_grades
from . import portal_profile
from . import portal_timetable
