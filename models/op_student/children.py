from odoo import api, fields, models
from odoo.fields import Domain

from ...exceptions import StudentPortalRefused
from ..op_student_portal_access.record import MANAGER_GROUP


class OpStudent(models.Model):
    """Whose child a student is: what guardians may see, and do.

    A guardian is the contact of an ``op.parent``, of an app that may be missing. Then
    nobody has children here.
    """

    _inherit = "op.student"

    portal_bar_ids = fields.One2many(
        "op.student.portal.bar",
        "student_id",
        string="Barred Guardians",
        groups=MANAGER_GROUP,
    )
    portal_has_guardians = fields.Boolean(
        string="Guardians Installed",
        compute="_compute_portal_has_guardians",
        groups=MANAGER_GROUP,
        help="Whether the app for guardians is installed.",
    )

    def _compute_portal_has_guardians(self):
        self.portal_has_guardians = "parent_ids" in self._fields

    @api.model
    @api.private
    def portal_children(self):
        """Return the children that the current user may see right now, by name.

        This is the one place that says it: all pages, files and feeds of a child come
        by :meth:`portal_child`, and fetch by :meth:`portal_records`, which asks again.

        :return: op.student, in superuser mode
        """
        return self._portal_students_of_guardian().filtered(
            lambda student: student.is_portal_child()
        )

    @api.model
    @api.private
    def portal_child(self, child_id):
        """Return one of the children that the current user may see right now.

        :param int child_id: the id of a student
        :return: that child, and all the children, in superuser mode
        :rtype: tuple of two op.student
        :raise StudentPortalRefused: if it is no child of the user's, or is not shown
            to the user, for any reason
        """
        students = self._portal_students_of_guardian()
        children = students.filtered(lambda student: student.is_portal_child())
        child = students.filtered(lambda student: student.id == child_id)
        if child and not child.portal_company().student_portal_enabled:
            raise self.portal_off_refusal()
        if child not in children:
            raise self.portal_no_child_refusal()
        return child.with_company(child.portal_company()), children

    @api.model
    @api.private
    def portal_no_child_refusal(self):
        """Return what is told of a child that is not shown, for any reason.

        :rtype: StudentPortalRefused
        """
        return StudentPortalRefused(
            self.env._(
                "Your school does not show you a child here. If you expected one,"
                " please ask your school."
            ),
            self.env._("There is no such page"),
        )

    @api.model
    def _portal_students_of_guardian(self):
        """Return the students of whom the current user's contact is a guardian."""
        if "parent_ids" not in self._fields:
            return self.browse()
        # Guardians may read neither their own record nor students; the domain lets
        # none but theirs through.
        contact = self.env.user.partner_id
        students = self.sudo().search_fetch(
            Domain("parent_ids.name", "=", contact.id), self.portal_columns(self)
        )
        return students.sorted(lambda student: (student.name, student.id))

    @api.private
    def is_portal_child(self):
        """Tell whether the student is shown to the current user as a guardian.

        It reads fields alone, which Odoo keeps until they change: each fetch of
        records asks it.
        """
        # Users may not read students; whether this is their child is all they learn.
        student = self.sudo()
        user = self.env.user
        if "parent_ids" not in self._fields:
            return False
        school = student.portal_company()
        return (
            user.active
            and not user._is_public()
            and student.active
            # Who is revoked is shown to nobody.
            and student.portal_state != "revoked"
            and any(
                parent.active and parent.name == user.partner_id
                for parent in student.parent_ids
            )
            and school in user.company_ids
            and school.student_portal_enabled
            and not student.is_portal_barred(user.partner_id)
            and not student.hides_from_guardians()
        )

    @api.private
    def is_portal_barred(self, contact):
        """Tell whether a guardian is barred from the student today."""
        return any(
            bar.partner_id == contact and bar.is_in_force()
            for bar in self.portal_bar_ids
        )

    @api.private
    def is_portal_own(self):
        """Tell whether the student is the current user, who is a portal user."""
        user = self.env.user
        # Users may not read students; whether it is theirs is all they learn.
        student = self.sudo()
        return (
            user.share
            and user.active
            and student.active
            and student.user_id == user
            and student.partner_id == user.partner_id
        )

    @api.private
    def portal_may(self, what):
        """Tell whether the current user may do more than look at the pages.

        Students may do it all, and guardians what the school lets them.

        :param str what: submit (assignments), profile (change the address and phone)
            or pay (fees)
        :rtype: bool
        """
        # Users may not read companies.
        school = self.sudo().portal_company()
        return self.is_portal_own() or school[f"student_portal_guardians_{what}"]

    @api.private
    def portal_guardian(self):
        """Return the contact of the current user, who is a guardian of the student.

        :return: a res.partner, empty for the student
        """
        contact = self.env.user.partner_id
        return contact.browse() if self.is_portal_own() else contact

    @api.private
    def portal_address(self, path=""):
        """Return the address of a page of the student, as the current user has it.

        :param str path: what follows the address of the home
        :rtype: str
        """
        self.ensure_one()
        home = "/my/student" if self.is_portal_own() else f"/my/children/{self.id}"
        return home + path
