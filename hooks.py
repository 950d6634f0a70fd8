"""What is done when the addon is installed, and before it is uninstalled."""

from odoo.fields import Command
from odoo.tools.sql import drop_index


def adopt_existing_users(env):
    """Record an access of students whose user is there before the addon."""
    students = env["op.student"].with_context(active_test=False)
    env["op.student.portal.access"].adopt_users(
        students.search([("user_id", "!=", False)])
    )


def leave_the_portal(env):
    """Let the users keep *Portal*, which our groups give them until they are gone.

    Mails with links that wait are cancelled: nothing would answer the links. What Odoo
    does not know to be ours is removed here.
    """
    groups = env["res.groups"].student_portal_groups()
    users = env["res.users"].with_context(active_test=False)
    users.search([("all_group_ids", "in", groups.ids)]).write(
        {"group_ids": [Command.link(env.ref("base.group_portal").id)]}
    )
    mails = env["op.student.portal.access"].search([]).mail_id
    mails.filtered(lambda mail: mail.state == "outgoing").cancel()
    for name, table, _column in env["op.student.portal.section"].lookup_indexes():
        drop_index(env.cr, name, table)
    env["ir.config_parameter"].search(
        [("key", "=like", "openeducat_student_portal.%")]
    ).unlink()
