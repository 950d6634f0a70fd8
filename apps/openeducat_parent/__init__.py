"""OpenEduCat's parents, who are the guardians of students."""

from odoo.tools import convert_file

from .op_parent import OpParent
from .op_student import OpStudent

#: The model without which the app is not installed.
MODEL = "op.parent"
DEFINITIONS = (OpParent, OpStudent)


def load(env):
    """Load the views, and record an access of parents whose users were there before."""
    addon, file = "openeducat_student_portal", "apps/openeducat_parent/views.xml"
    # As when a module is installed: records of the file are written again.
    convert_file(env, addon, file, {}, mode="init")
    parents = env[MODEL].with_context(active_test=False)
    env["op.student.portal.access"].adopt_users(
        parents.search([("user_id", "!=", False)])
    )
