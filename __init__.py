from . import controllers
from . import demo
from . import models
from . import report
from . import secrets_in_logs
from . import wizard


def _adopt_existing_users(env):
    """Record an access of students whose user is there before the addon."""
    students = env["op.student"].with_context(active_test=False)
    env["op.student.portal.access"].adopt_users(
        students.search([("user_id", "!=", False)])
    )
