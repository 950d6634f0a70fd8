from . import op_student
