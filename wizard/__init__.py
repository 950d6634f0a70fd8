from . import base_partner_merge
from . import op_student_portal_wizard
from . import op_student_portal_wizard_line
from . import portal_wizard_user
from . import wizard_op_student
