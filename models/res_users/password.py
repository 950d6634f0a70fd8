from odoo import api, models
from odoo.exceptions import UserError


class ResUsers(models.Model):
    """How long a password is: a portal group may have a length of its own."""

    _inherit = "res.users"

    @api.private
    def student_portal_password_length(self):
        """Return how many characters a password of this user has at least.

        It is 0 where Odoo's password policy is not installed, which checks it.
        """
        self.ensure_one()
        policy = getattr(self, "get_password_policy", None)
        if not policy:
            return 0
        return self._student_portal_own_length() or policy().get("minlength", 0)

    def _student_portal_own_length(self):
        # Who sets a password with a link has no rights yet.
        user = self.sudo()
        groups = user.group_ids & user.env["res.groups"].student_portal_groups()
        lengths = groups.mapped("student_portal_password_length")
        return max(lengths, default=0)

    def _check_password_policy(self, passwords):
        """Let a portal group have a minimum length of its own, such as for children.

        Odoo's password policy calls it, where it is installed.
        """
        general = getattr(super(), "_check_password_policy", None)
        if general and len(self) != len(passwords):
            # Whose they are is not said, as other code may call it.
            general(passwords)
            return
        for user, password in zip(self, passwords, strict=True):
            length = user._student_portal_own_length()
            if not length and general:
                general([password])
            elif password and len(password) < length:
                raise UserError(
                    self.env._(
                        "The password must have at least %(length)s characters.",
                        length=length,
                    )
                )
