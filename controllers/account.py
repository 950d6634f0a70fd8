from odoo import http
from odoo.http import request

from ..exceptions import StudentPortalRefused
from .pages import StudentPortal


class StudentPortalAccount(StudentPortal):
    """Odoo's own pages of the account, where a student uses them."""

    @http.route()
    def account(self, **kwargs):
        """Lead students to their profile: one place to change what is theirs."""
        if "redirect" not in kwargs and self._has_student_profile():
            return request.redirect("/my/student/profile")
        return super().account(**kwargs)

    def _has_student_profile(self):
        """Tell whether the user is a student who can open the profile."""
        try:
            request.env["op.student"].portal_student().portal_open_section("profile")
        except StudentPortalRefused:
            return False
        return True

    def _prepare_address_form_values(self, partner_sudo, *args, **kwargs):
        values = super()._prepare_address_form_values(partner_sudo, *args, **kwargs)
        values["is_student_contact"] = bool(
            partner_sudo.students_of_contacts()
            or partner_sudo.student_portal_access_ids
        )
        return values

    def _create_or_update_address(self, partner_sudo, *args, **form):
        """Change no name nor email of a student; tell the rest in the chatter.

        It is checked here, since the browser may ask for no validation of the form.
        """
        students = partner_sudo.students_of_contacts()
        kept = [
            name
            for name in ("name", "email")
            if (students or partner_sudo.student_portal_access_ids)
            and name in form
            and (form[name] or "").strip() != (partner_sudo[name] or "").strip()
        ]
        if kept:
            return partner_sudo, {
                "invalid_fields": kept,
                "messages": [
                    request.env._(
                        "Only your school can change your name and email. Ask your"
                        " school."
                    )
                ],
            }
        before = {student: student.portal_profile_texts() for student in students}
        answer = super()._create_or_update_address(partner_sudo, *args, **form)
        for student, texts in before.items():
            student.portal_log_profile(texts)
        return answer
