from . import op_classroom
