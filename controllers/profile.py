from odoo.http import request

from ..models.op_student.profile_check import PHOTO_BYTES
from .pages import StudentPortal, student_route


class StudentPortalProfile(StudentPortal):
    @student_route("profile", methods=["GET"])
    def student_profile(self, student, section, saved=None, **parameters):
        return {"saved": bool(saved), "school": student.portal_company()}

    @student_route("profile", path="/edit", methods=["GET", "POST"])
    def student_profile_edit(self, student, section, **form):
        errors, profile = {}, student.portal_profile()
        if request.httprequest.method == "POST":
            profile, errors = student.portal_check_profile(form)
            photo, errors_of_photo = self._profile_photo(student, form)
            errors.update(errors_of_photo)
            if not errors:
                student.portal_save_profile(profile, photo)
                return self._profile_saved(profile["lang"])
        country = student.portal_choice("res.country", profile["country_id"])
        return request.render(
            "openeducat_student_portal.student_portal_profile_form",
            {
                "photo_megabytes": PHOTO_BYTES // 2**20,
                "student_subtitle": request.env._("Change my details"),
                "profile": profile,
                "errors": errors,
                # Odoo keeps the country that documents were issued with.
                "can_edit_country": not student.country_id
                or student.partner_id._can_edit_country(),
                "countries": request.env["res.country"].search([]),
                "states": country.state_ids,
                "languages": request.env["res.lang"].get_installed(),
            },
            status=422 if errors else 200,
        )

    def _profile_photo(self, student, form):
        """Return the photo of a form and what is wrong with it.

        :return: the photo, False to remove it or None to leave it; and errors
        """
        file = form.get("photo")
        # One byte more than is allowed is enough to refuse it.
        content = file.read(PHOTO_BYTES + 1) if hasattr(file, "read") else b""
        if content:
            photo, error = student.portal_check_photo(content)
            return photo, {"photo": error} if error else {}
        return False if form.get("remove_photo") else None, {}

    def _profile_saved(self, lang):
        """Lead to the profile, in the language that the student has now."""
        address = "/my/student/profile?saved=1"
        if lang != request.session.context.get("lang"):
            request.session.context = {**request.session.context, "lang": lang}
            if lang in request.env["res.lang"]._get_frontend():
                address = request.env["ir.http"]._url_lang(address, lang_code=lang)
        return request.redirect(address)
