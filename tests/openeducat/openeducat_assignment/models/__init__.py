from . import grading_assignment
from . import grading_assignment_type
from . import op_assignment
from . import op_assignment_sub_line
from . import op_student
