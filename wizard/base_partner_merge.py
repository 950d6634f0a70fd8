from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """End the links of an access whose contact is merged with another one.

        Odoo moves the access, the user and the students by SQL.
        """
        contacts = self.env["res.partner"].browse(partner_ids)
        # Who merges contacts may see no access.
        accesses = contacts.sudo().student_portal_access_ids
        merged = super()._merge(partner_ids, dst_partner, extra_checks)
        contact = accesses.exists().partner_id
        contact.signup_type = False
        accesses.exists().close_links()
        students = contacts.exists().students_of_contacts()
        self.env.add_to_compute(students._fields["portal_access_id"], students)
        return merged
