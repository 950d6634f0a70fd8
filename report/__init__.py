from . import op_student_portal_report
from . import access_letter
from . import student_marksheet
