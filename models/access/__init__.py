"""The access of a student: who gets one, the invitation, and the life of it."""

from . import op_student_access_letter
from . import op_student_assessment
from . import op_student_check
from . import op_student_grant
from . import op_student_invitation
from . import op_student_lifecycle
from . import op_student_portal_line
from . import op_student_portal_turn
from . import op_student_revocation
