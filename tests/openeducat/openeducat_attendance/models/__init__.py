from . import op_attendance_line
from . import op_attendance_register
from . import op_attendance_sheet
from . import op_attendance_type
from . import op_session
from . import op_student
