from datetime import timedelta

from odoo import fields


def create_portal_access(school):
    """Give some students their access: one has signed in, one is invited, one's mail
    came back, and one's access was revoked."""
    invited, undelivered, revoked = (
        school.ref(f"op_student_{name}")
        for name in ("jonas_weber", "yuki_tanaka", "kofi_mensah")
    )
    students = school.student + invited + undelivered + revoked
    if students.user_id:
        return
    students._grant_portal_access(
        school.ref("group_student_portal"), send_invitation=False
    )
    _sign_in(school.student.user_id)
    # Told, not sent: nobody is at these addresses.
    invited_on = fields.Datetime.now() - timedelta(days=2)
    (invited + undelivered).write(
        {
            "portal_granted_on": invited_on,
            "portal_invited_on": invited_on,
            "portal_invitation_expires_on": invited_on + timedelta(hours=144),
            "portal_invitation_state": "sent",
        }
    )
    undelivered.write(
        {
            "portal_invitation_state": "failed",
            "portal_invitation_failure": "550 5.1.1 Mailbox unavailable",
        }
    )
    revoked._revoke_portal_access()


def _sign_in(user):
    """Let a user have signed in, with the password *student*."""
    # Written this way, nobody is mailed that the password has changed.
    user._set_encrypted_password(user.id, user._crypt_context().hash("student"))
    user.env["res.users.log"].with_user(user).sudo().create({})
