from odoo import SUPERUSER_ID, api

#: What 19.0.1.0.0 recorded on the student, and where it is recorded now.
MOVED = {
    "portal_granted_on": "granted_on",
    "portal_granted_by_id": "granted_by_id",
    "portal_invited_on": "invited_on",
    "portal_invitation_expires_on": "link_expires_on",
    "portal_invitation_state": "mail_state",
    "portal_invitation_failure": "mail_failure",
    "portal_invitation_mail_id": "mail_id",
    "portal_revoked_by_archive": "revoked_by_archive",
}
#: What 19.0.1.0.0 stored to be searched, and the access stores now.
COMPUTED = ("portal_group_id", "portal_last_sign_in")
#: The tables of the results of actions, which are runs now.
DROPPED = (
    "op_student_op_student_portal_result_rel",
    "op_student_portal_result_line",
    "op_student_portal_result",
)


def migrate(cr, version):
    """Move what was recorded on each student to the access of its contact.

    Of several records of one contact, the one that was granted last counts. A user that
    is older than its access was made by other code than ours.
    """
    cr.execute(
        """
        SELECT DISTINCT ON (student.partner_id)
            student.partner_id,
            student.user_id,
            student.portal_granted_on IS NULL
                OR users.create_date
                    < student.portal_granted_on - interval '1 minute',
            student.portal_granted_on,
            student.portal_granted_by_id,
            student.portal_invited_on,
            student.portal_invitation_expires_on,
            student.portal_invitation_state,
            student.portal_invitation_failure,
            student.portal_invitation_mail_id,
            COALESCE(student.portal_revoked_by_archive, FALSE)
        FROM op_student student
        JOIN res_users users
            ON users.id = student.user_id
            AND users.partner_id = student.partner_id
        ORDER BY
            student.partner_id,
            student.portal_granted_on DESC NULLS LAST,
            student.id DESC
        """
    )
    names = ("partner_id", "user_id", "has_linked_user", *MOVED.values())
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
    accesses = env["op.student.portal.access"]
    accesses = accesses.create(
        [dict(zip(names, row, strict=True)) for row in cr.fetchall()]
    )
    for access in accesses:
        # Links went to the contact's email; a user of other code keeps its login.
        email = "" if access.has_linked_user else access.partner_id.email
        access.email = access.normalize_login(email or access.login)
    env.flush_all()
    for name in (*MOVED, *COMPUTED):
        cr.execute(f"ALTER TABLE op_student DROP COLUMN IF EXISTS {name}")
    # Odoo drops no table of a model that it does not know any more.
    for name in DROPPED:
        cr.execute(f"DROP TABLE IF EXISTS {name} CASCADE")
