from odoo.http import request

from ..exceptions import StudentPortalRefused
from ..models.op_student.photo import PHOTO_BYTES
from .pages import StudentPortal, student_route

#: What of the profile Odoo's own address form checks.
ADDRESS = ("phone", "street", "street2", "city", "zip", "country_id", "state_id")


class StudentPortalProfile(StudentPortal):
    @student_route("profile", methods=["GET"])
    def student_profile(self, student, section, saved=None, changed="", **parameters):
        return {
            "saved": bool(saved),
            "meanwhile": student.portal_profile_lines(changed.split(",")),
            "school": student.portal_company(),
            "viewers": student.portal_viewers(),
        }

    @student_route("profile", "/guardians", methods=["POST"])
    def student_profile_guardians(self, student, section, hidden=None, **parameters):
        """Let an adult student say whether guardians view the pages."""
        student.portal_hide_from_guardians(hidden == "1")
        return request.redirect(student.portal_address("/profile#guardians"))

    # An expired token is answered below, with what was typed.
    @student_route("profile", path="/edit", methods=["GET", "POST"], csrf=False)
    def student_profile_edit(self, student, section, csrf_token=None, **form):
        if not student.portal_may("profile"):
            raise StudentPortalRefused(
                request.env._(
                    "Only your school can change this. If it is wrong, ask your school."
                ),
                request.env._("You cannot open this page"),
                http_status=403,
            )
        errors, messages, status = {}, [], 200
        profile = was = student.portal_profile()
        if request.httprequest.method == "POST":
            profile, errors, meanwhile = student.portal_check_profile(form)
            messages = self._check_profile_address(student, profile, errors)
            photo = None
            if not student.portal_guardian():
                photo, errors_of_photo = self._profile_photo(student, form)
                errors.update(errors_of_photo)
            status = 422 if errors else 200
            if not request.validate_csrf(csrf_token):
                messages.insert(
                    0,
                    request.env._(
                        "You have signed in again since you opened this page. Look"
                        " it through and save again."
                    ),
                )
                status = 400
            elif not errors:
                student.portal_save_profile(profile, photo)
                return self._profile_saved(student, profile, meanwhile)
        country = student.portal_choice("res.country", profile["country_id"])
        return request.render(
            "openeducat_student_portal.student_portal_profile_form",
            {
                "photo_megabytes": PHOTO_BYTES // 2**20,
                "student_subtitle": request.env._("Change the details")
                if student.portal_guardian()
                else request.env._("Change my details"),
                "profile": profile,
                "was": was,
                "errors": errors,
                "messages": messages,
                # Odoo keeps the country that documents were issued with.
                "can_edit_country": not student.country_id
                or student.partner_id._can_edit_country(),
                "countries": request.env["res.country"].search([]),
                "states": country.state_ids,
                "languages": request.env["res.lang"].get_installed(),
            },
            status=status,
        )

    def _check_profile_address(self, student, profile, errors):
        """Let Odoo's own address form check what of the address was changed.

        :param dict errors: gets what is wrong, by name
        :return: Odoo's sentences on it
        """
        before = student.portal_profile()
        address = {name: profile[name] for name in ADDRESS if name in profile}
        if all(profile[name] == before[name] for name in address):
            return []
        # Odoo asks for a whole address where goods or invoices are sent to it; of
        # students it may be partial, but for a state that the country needs.
        values, _others = self._parse_form_data(address)
        invalid, missing, messages = self._validate_address_values(
            values, student.partner_id, "other", False, ""
        )
        missing &= {"state_id"}
        for name in missing:
            errors.setdefault(name, request.env._("This is needed in your country."))
        for name in invalid:
            errors.setdefault(name, " ".join(messages))
        return messages if invalid - profile.keys() else []

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

    def _profile_saved(self, student, profile, meanwhile):
        """Lead to the profile, in the language that the student has now."""
        address = student.portal_address("/profile?saved=1")
        if meanwhile:
            address += f"&changed={','.join(meanwhile)}"
        lang = profile.get("lang")
        if lang and lang != request.session.context.get("lang"):
            request.session.context = {**request.session.context, "lang": lang}
            if lang in request.env["res.lang"]._get_frontend():
                address = request.env["ir.http"]._url_lang(address, lang_code=lang)
        return request.redirect(address)
