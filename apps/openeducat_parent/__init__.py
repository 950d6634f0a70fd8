"""OpenEduCat's parents, who are the guardians of students."""

from odoo.tools import convert_file

from ...const import ADDON
from ...models.res_groups import GUARDIAN_GROUP, GUARDIANS_PRIVILEGE, STUDENT_GROUP
from .op_parent import OpParent
from .op_student import OpStudent

#: The model without which the app is not installed.
MODEL = "op.parent"
DEFINITIONS = (OpParent, OpStudent)


def load(env):
    """Load the views, and record an access of parents whose users were there before."""
    create_groups(env)
    # As when a module is installed: records of the file are written again.
    convert_file(env, ADDON, "apps/openeducat_parent/views.xml", {}, mode="init")
    parents = env[MODEL].with_context(active_test=False)
    env["op.student.portal.access"].adopt_users(
        parents.search([("user_id", "!=", False)])
    )


def create_groups(env):
    """Create the portal groups of guardians, and open to them what students open.

    That is done once: they are the school's to edit, and guardians keep theirs when the
    app is uninstalled.
    """
    if env.ref(GUARDIANS_PRIVILEGE, raise_if_not_found=False):
        return
    convert_file(env, ADDON, "apps/openeducat_parent/groups.xml", {}, mode="init")
    names = (STUDENT_GROUP, GUARDIAN_GROUP, f"{GUARDIAN_GROUP}_limited")
    student, guardian, limited = map(env.ref, names)
    sections = env["op.student.portal.section"].with_context(active_test=False)
    for section in sections.search([("group_ids", "in", student.ids)]):
        section.group_ids += guardian
        if section.code != "fees":
            section.group_ids += limited
