"""What a student sees and does in the portal, and whose a record is."""

from . import op_student_portal
from . import op_student_portal_assignments
from . import op_student_portal_attendance
from . import op_student_portal_calendar
from . import op_student_portal_fees
from . import op_student_portal_grades
from . import op_student_portal_invoices
from . import op_student_portal_profile
from . import op_student_portal_profile_check
from . import op_student_portal_section
from . import op_student_portal_submission
from . import op_student_portal_timetable
from . import op_student_portal_upload
from . import res_users_profile
