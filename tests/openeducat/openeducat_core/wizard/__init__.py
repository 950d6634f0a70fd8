from . import wizard_op_student
