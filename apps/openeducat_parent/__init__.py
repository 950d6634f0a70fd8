"""OpenEduCat's parents, who are the guardians of students."""

from .op_parent import OpParent
from .op_student import OpStudent

#: The model without which the app is not installed.
MODEL = "op.parent"
DEFINITIONS = (OpParent, OpStudent)


def adopt(env):
    """Record an access of the parents whose users were there before."""
    parents = env[MODEL].with_context(active_test=False)
    env["op.student.portal.access"].adopt_users(
        parents.search([("user_id", "!=", False)])
    )
