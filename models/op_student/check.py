from odoo import api, models
from odoo.exceptions import AccessError, RedirectWarning, UserError

from ..op_student_portal_access.access import (
    ADMINISTRATOR_GROUP,
    MANAGER_GROUP,
    PRINTER_GROUP,
)


class OpStudent(models.Model):
    """What is checked before the access of students is given or changed."""

    _inherit = "op.student"

    @api.private
    def check_portal_manager(self):
        """Check that the current user may manage the access of these students.

        :raise AccessError: if it is neither Student Manager nor Administrator, or may
            not write them
        """
        if not (self.env.su or self.env.user.has_group(MANAGER_GROUP)):
            raise AccessError(
                self.env._(
                    "Only Student Managers and Administrators manage the portal"
                    " access of students. Ask one of them."
                )
            )
        self.check_access("write")

    @api.private
    def check_letter_printer(self):
        """Check that letters can be printed, and by whom.

        A letter lets who holds it in as the student: it is the Administrator's, and
        the Student Managers' where the settings say so.

        :raise AccessError: if the current user may not print them
        :raise UserError: if the server cannot make PDFs
        """
        # Superuser mode is no excuse: somebody must be answerable for the letters.
        if not self.env.user.has_group(PRINTER_GROUP):
            raise AccessError(
                self.env._(
                    "Only Administrators print access letters, and Student Managers if"
                    " the settings allow it: anyone who holds one can sign in as the"
                    " student. Ask one of them."
                )
            )
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        if state in ("install", "broken"):
            raise UserError(
                self.env._(
                    "Access letters are PDFs, which Odoo makes with wkhtmltopdf, and"
                    " this server has none that works. Ask its administrator to"
                    " install it."
                )
            )

    @api.private
    def portal_schools(self):
        """Return the schools whose settings apply to these students.

        :rtype: res.company, in superuser mode; the acting one where there is no student
        """
        # Who may act for the students may know which school they are of.
        contacts = self.sudo().partner_id
        schools = self.env["res.company"].union(
            *(contact.student_portal_school() for contact in contacts)
        )
        return (schools or self.env.company).sudo()

    @api.private
    def check_portal_enabled(self):
        """Check that the portal is on in a school of these students.

        :raise RedirectWarning: if it is switched off, to who may switch it on
        :raise UserError: if it is switched off, to everybody else
        """
        schools = self.portal_schools()
        if any(school.student_portal_enabled for school in schools):
            return
        if not self.env.su and self.env.user.has_group(ADMINISTRATOR_GROUP):
            raise RedirectWarning(
                self.env._(
                    "The student portal of %(company)s is switched off.",
                    company=schools[0].name,
                ),
                self.env.ref("openeducat_core.action_openeducat_configuration").id,
                self.env._("Open the Settings"),
            )
        raise UserError(
            self.env._(
                "The student portal of %(company)s is switched off. An Administrator"
                " switches it on in Settings > OpenEduCat > Student Portal.",
                company=schools[0].name,
            )
        )
