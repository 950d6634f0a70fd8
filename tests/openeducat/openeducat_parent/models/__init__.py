from . import op_parent
from . import op_parent_relationship
from . import op_student
