from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file

ADDON = "openeducat_student_portal"
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
#: The mails, whose wording an update has not left to the school before.
MAILS = (
    "student_portal_invitation_mail",
    "student_portal_login_mail",
    "student_portal_reset_mail",
)
#: What records say that an update leaves alone: the field, what 19.0.1.0.0 said, and
#: what is said now, unless the school has other words.
REWORDED = {
    "ir_cron_portal_run": (
        "name",
        "Student Portal: grant access",
        "Student Portal: process runs",
    ),
    "privilege_student_portal": (
        "description",
        "What a student may open in the portal: the access levels.",
        "What a student may open in the portal: the portal groups.",
    ),
    "section_grades": (
        "empty_text",
        "Your results will appear here once your school has validated them.",
        "Results will appear here once the school has validated them.",
    ),
    "section_timetable": (
        "empty_text",
        "Your classes will appear here once your school has published them.",
        "Classes will appear here once the school has published them.",
    ),
    "section_attendance": (
        "empty_text",
        "Your attendance will appear here once your teachers have taken it.",
        "Attendance will appear here once the faculty has taken it.",
    ),
    "section_assignments": (
        "empty_text",
        "The assignments of your batch will appear here once your faculty publishes"
        " them.",
        "Assignments will appear here once the faculty has published them.",
    ),
    "section_fees": (
        "empty_text",
        "Your fees, their invoices and what is paid will appear here.",
        "Fees, their invoices and what is paid will appear here.",
    ),
}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
    _move_accesses(env)
    _renew_mails(env)
    # No run was for guardians: what is left to do of one needs no group of theirs.
    cr.execute("UPDATE op_student_portal_run SET uses_school_guardian_groups = TRUE")
    for name, (field, former, text) in REWORDED.items():
        record = env.ref(f"{ADDON}.{name}", raise_if_not_found=False)
        if record and record[field] == former:
            record[field] = text


def _move_accesses(env):
    """Move what was recorded on each student to the access of its contact.

    Of several records of one contact, the one that was granted last counts. A user that
    is older than its access was made by other code than ours. An internal user that was
    never granted access has none.
    """
    cr = env.cr
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
            AND (users.share OR student.portal_granted_on IS NOT NULL)
        ORDER BY
            student.partner_id,
            student.portal_granted_on DESC NULLS LAST,
            student.id DESC
        """
    )
    names = ("partner_id", "user_id", "has_linked_user", *MOVED.values())
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


def _renew_mails(env):
    """Renew the wording of the mails where the school has not edited it.

    19.0.1.0.0 had no translations: what is translated is the school's.
    """
    env.cr.execute(
        """
        SELECT data.name
        FROM ir_model_data data
        JOIN ir_ui_view view ON view.id = data.res_id
        WHERE data.module = %s AND data.model = 'ir.ui.view' AND data.name = ANY(%s)
            AND view.arch_updated IS NOT TRUE AND view.arch_db - 'en_US' = '{}'
        """,
        (ADDON, list(MAILS)),
    )
    for (name,) in env.cr.fetchall():
        # An update would leave the view alone.
        convert_file(env, ADDON, f"views/{name}.xml", {}, mode="init")
