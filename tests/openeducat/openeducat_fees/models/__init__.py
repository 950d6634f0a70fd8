from . import op_course
from . import op_fees_element
from . import op_fees_terms
from . import op_fees_terms_line
from . import op_student
from . import op_student_course
from . import op_student_fees_details
