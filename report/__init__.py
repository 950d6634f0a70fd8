from . import op_student_portal_report
from . import report_access_letter
from . import report_student_marksheet
