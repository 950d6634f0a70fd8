from odoo import api, fields, models

RESET_TEMPLATE = "openeducat_student_portal.mail_template_portal_reset"


class OpStudentPortalAccess(models.Model):
    _inherit = "op.student.portal.access"

    def _reset_refusals(self):
        return {
            access: self.env._(
                "The contact has never signed in. Resend the invitation."
            )
            if access.user_id.active and not access.user_id.login_date
            else access.mail_refusal(
                self.env._(
                    "A mail to set a new password is waiting to be sent already."
                )
            )
            for access in self
        }

    def _reset(self):
        """Queue a link to set a new password, to the contact's email."""
        mailed = self - self.await_letters_again()
        mailed.use_email_of_contact()
        mailed.queue_resets()
        mailed.log(self.env._("Password reset queued: login %(login)s, %(group)s."))

    @api.private
    def queue_resets(self):
        """Queue a link to set a new password, valid as long as Odoo's own ones.

        It goes to the address on record, no matter what is written on the contact.
        """
        # Who resets passwords may not read settings.
        parameters = self.env["ir.config_parameter"].sudo()
        hours = parameters.get_param("auth_signup.reset_password.validity.hours", 4)
        # A student is waiting for it: it is not held back by the limit of an hour.
        turns = [fields.Datetime.now()] * len(self)
        self.queue_links(RESET_TEMPLATE, "reset", int(hours), turns)
