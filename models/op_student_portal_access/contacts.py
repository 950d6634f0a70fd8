from odoo import api, models
from odoo.exceptions import RedirectWarning, UserError

from .record import ADMINISTRATOR_GROUP


class OpStudentPortalAccess(models.Model):
    """The schools and the users of contacts, of any kind of record."""

    _inherit = "op.student.portal.access"

    @api.private
    @api.model
    def schools_of(self, contacts):
        """Return the schools whose settings apply to these contacts.

        It is what ``student_portal_school`` says of each, asked for once of thousands.

        :rtype: res.company, in superuser mode; the acting one where there is no contact
        """
        known = contacts.sudo().with_context(active_test=False)
        counts = dict(
            known._read_group(
                [("id", "in", known.ids)],
                ["company_id"],
                ["__count"],
                order="company_id",
            )
        )
        schools = self.env["res.company"].sudo()
        without = counts.pop(schools, 0)
        counts_of_accesses = dict(
            self.sudo()._read_group(
                [
                    ("partner_id", "in", known.ids),
                    ("partner_id.company_id", "=", False),
                ],
                ["company_id"],
                ["__count"],
            )
            if without
            else ()
        )
        schools = schools.union(*counts, *counts_of_accesses)
        if without > sum(counts_of_accesses.values()) or not schools:
            schools |= self.env.company.sudo()
        return schools

    @api.private
    @api.model
    def open_users_of(self, contacts):
        """Return the action that shows the users of the contacts' accesses.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "openeducat_student_portal.action_res_users"
        )
        # Who manages accesses may not read all users; the action shows who may.
        users = contacts.sudo().student_portal_access_ids.user_id
        action["domain"] = [("id", "in", users.ids)]
        if len(users) == 1:
            action["views"] = [view for view in action["views"] if view[1] == "form"]
            action["res_id"] = users.id
        return action

    @api.private
    @api.model
    def check_enabled_for(self, contacts):
        """Check that the portal is on in a school of contacts.

        :raise RedirectWarning: if it is switched off, to who may switch it on
        :raise UserError: if it is switched off, to everybody else
        """
        schools = self.schools_of(contacts)
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
