from . import op_student_portal_report
from . import access_letter
from . import class_list
from . import student_marksheet
