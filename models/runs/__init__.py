"""Access granted to many students at once, as work of Odoo's scheduler."""

from . import op_student_portal_run
from . import op_student_portal_run_line
from . import op_student_portal_run_start
from . import op_student_portal_run_work
