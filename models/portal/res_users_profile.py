from odoo import models
from odoo.exceptions import AccessError, UserError

#: What Odoo lets all users write of their own user by a remote call, and students
#: change on the page of their profile, where it is checked and told, or never.
KEPT_FIELDS = frozenset(("name", "email", "phone", "image_1920"))


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Keep students from writing their name and e-mail past their profile.

        :raise AccessError: if a student does
        """
        if (
            not self.env.su
            and self == self.env.user
            and self.share
            and not KEPT_FIELDS.isdisjoint(vals)
            and self._student_portal_students()
        ):
            raise AccessError(
                self.env._(
                    "Change your phone and photo on the page of your profile. Your name"
                    " and e-mail are changed by your school."
                )
            )
        return super().write(vals)

    def _deactivate_portal_user(self, **post):
        """Keep students from deleting their account.

        Odoo deletes such a user later, and with it, for the database cascades, the
        student and all the school's records of it.

        :raise UserError: if one of them is a student's
        """
        if self._student_portal_students():
            raise UserError(
                self.env._(
                    "Your account belongs to your records at the school, so that only"
                    " your school can close it. Ask it to revoke your access."
                )
            )
        return super()._deactivate_portal_user(**post)
