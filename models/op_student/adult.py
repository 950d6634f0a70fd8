from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError


class OpStudent(models.Model):
    """Adult students, who see who can view their pages, and may end it."""

    _inherit = "op.student"

    hidden_from_guardians = fields.Boolean(
        readonly=True,
        copy=False,
        groups="openeducat_student_portal.group_student_manager",
        help="The student, who is of age, has stopped guardians from viewing the pages."
        " It holds while the school's settings allow it.",
    )

    def _is_portal_adult(self):
        """Tell whether the student has the age that the school calls adult."""
        zone = self.portal_school_timezone()
        today = fields.Date.context_today(self.with_context(tz=zone))
        age = relativedelta(years=self.portal_company().student_portal_adult_age)
        return bool(self.birth_date) and self.birth_date + age <= today

    def _may_hide_from_guardians(self):
        school = self.portal_company()
        return school.student_portal_adults_hide and self._is_portal_adult()

    @api.private
    def hides_from_guardians(self):
        return self.hidden_from_guardians and self._may_hide_from_guardians()

    @api.private
    def portal_viewers(self):
        """Return what an adult student is told of who can view the pages.

        :return: a dict of ``guardians`` (each of ``name`` and ``relation``),
            ``may_hide`` and ``hidden``; empty for who is not of age, and for
            guardians
        :rtype: dict
        """
        self.ensure_one()
        is_own = "parent_ids" in self._fields and self.is_portal_own()
        if not is_own or not self._is_portal_adult():
            return {}
        guardians = []
        for parent in self.parent_ids:
            users = parent.name.user_ids
            # As each of them is asked when it opens a page.
            if any(self.with_user(user).is_portal_child() for user in users):
                guardians.append(
                    {"name": parent.name.name, "relation": parent.relationship_id.name}
                )
        return {
            "guardians": guardians,
            "may_hide": self._may_hide_from_guardians(),
            "hidden": self.hides_from_guardians(),
        }

    @api.private
    def portal_hide_from_guardians(self, hidden):
        """Stop guardians from viewing the student's pages, or let them again.

        :raise AccessError: if the user is not the student, or may not decide it
        """
        self.ensure_one()
        if not self.is_portal_own() or not self._may_hide_from_guardians():
            raise AccessError(self.env._("Your school does not let you change this."))
        # Portal users may not write students; this changes nothing else of theirs.
        self.sudo().hidden_from_guardians = hidden
        school = self.in_language_of_school()
        school.sudo()._message_log(
            body=school.env._("The student hides the pages from the guardians.")
            if hidden
            else school.env._("The student lets the guardians view the pages.")
        )
