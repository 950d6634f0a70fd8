import re

from PIL import Image

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

#: What a student may change, and how long each may be.
PROFILE_LENGTHS = {
    "phone": 32,
    "mobile": 32,
    "street": 128,
    "street2": 128,
    "city": 64,
    "zip": 16,
    "emergency_name": 128,
    "emergency_phone": 32,
    "emergency_relation": 64,
}
#: Digits with what is written between them, and an extension.
PHONE_FORMAT = re.compile(r"\+?[\d ().\-/]+((x|ext\.?) ?\d{1,6})?", re.ASCII | re.I)
PHONE_DIGITS = range(5, 22)

PHOTO_TYPES = ("image/jpeg", "image/png")
PHOTO_BYTES = 8 * 2**20
PHOTO_SIZE = (1024, 1024)


class OpStudent(models.Model):
    """What a student sends for the own profile, before any of it is written."""

    _inherit = "op.student"

    @api.private
    def portal_check_profile(self, values):
        """Check what a browser sent for the profile.

        :param dict values: texts by name, as :meth:`portal_profile` has them; what
            a student may not change is left out, whatever it is
        :return: the values that are right, and by name a sentence on each that is not
        :rtype: tuple of dicts
        """
        self.ensure_one()
        before = self.portal_profile()
        clean = {}
        for name, text in before.items():
            sent = values.get(name)
            if isinstance(sent, str):
                # No line breaks, nor what cannot be seen, such as a change of
                # direction that would turn a name round.
                text = " ".join(
                    "".join(
                        sign if sign.isprintable() else " " for sign in sent
                    ).split()
                )
            clean[name] = text
        errors = {}
        for name, length in PROFILE_LENGTHS.items():
            if len(clean.get(name, "")) > length:
                errors[name] = self.env._("Use at most %s characters.", length)
        for name in "phone", "mobile", "emergency_phone":
            number = clean.get(name)
            if number and number != before[name] and not self._is_phone(number):
                errors.setdefault(
                    name,
                    self.env._(
                        "This is no phone number. Write it with digits, such as"
                        " +32 470 12 34 56."
                    ),
                )
        installed = dict(self.env["res.lang"].get_installed())
        if clean["lang"] != before["lang"] and clean["lang"] not in installed:
            errors["lang"] = self.env._("Choose one of the languages of the list.")
        if clean["tz"] and clean["tz"] not in self.portal_timezones():
            errors["tz"] = self.env._("Choose one of the time zones of the list.")
        self._portal_check_address(before, clean, errors)
        self._portal_check_emergency(before, clean, errors)
        return clean, errors

    def _is_phone(self, number):
        digits = sum(character.isdigit() for character in number)
        return bool(PHONE_FORMAT.fullmatch(number)) and digits in PHONE_DIGITS

    def _portal_check_address(self, before, clean, errors):
        """Check that the country is one, and the state one of the country's."""
        country = self.portal_choice("res.country", clean["country_id"])
        state = self.portal_choice("res.country.state", clean["state_id"])
        if clean["country_id"] and not country:
            errors["country_id"] = self.env._(
                "Choose one of the countries of the list."
            )
        elif (
            before["country_id"] not in ("", clean["country_id"])
            and not self.partner_id._can_edit_country()
        ):
            errors["country_id"] = self.env._(
                "The country cannot be changed, because documents have been issued for"
                " you. Ask your school."
            )
        if clean["state_id"] and (not state or state.country_id != country):
            if before["state_id"] == clean["state_id"] and country:
                # The country was changed where no script could empty the state.
                clean["state_id"] = ""
            else:
                errors["state_id"] = self.env._(
                    "Choose one of the states of the country."
                )
        elif country.state_required and country.state_ids and not state:
            errors["state_id"] = self.env._("Choose the state.")
        clean["country_id"] = country and str(country.id) or ""

    @api.private
    def portal_choice(self, model_name, text):
        """Return the record that a form has chosen, or an empty one."""
        record = self.env[model_name]
        if text.isascii() and text.isdigit() and len(text) < 10:
            record = record.browse(int(text)).exists()
        return record

    def _portal_check_emergency(self, before, clean, errors):
        """Check that the emergency contact has a name and a number."""
        names = ("emergency_name", "emergency_phone", "emergency_relation")
        if all(clean[name] == before[name] for name in names):
            return
        if not clean["emergency_name"]:
            errors["emergency_name"] = self.env._("Say whom to call in an emergency.")
        if not clean["emergency_phone"]:
            errors["emergency_phone"] = self.env._("Say which number to call.")

    @api.private
    def portal_check_photo(self, content):
        """Return a photo as it is stored: small, as JPEG, without where it was taken.

        :param bytes content: the file that was sent
        :return: the photo and None, or None and a sentence that says what is wrong
        :rtype: tuple
        """
        if len(content) > PHOTO_BYTES:
            return None, self.env._(
                "The photo is too large: %s MB at most.", PHOTO_BYTES // 2**20
            )
        try:
            if guess_mimetype(content) not in PHOTO_TYPES:
                raise ValueError
            photo = image_process(
                content,
                size=PHOTO_SIZE,
                verify_resolution=True,
                quality=90,
                output_format="JPEG",
            )
        except (
            UserError,
            OSError,
            ValueError,
            SyntaxError,
            Image.DecompressionBombError,
        ):
            return None, self.env._("This is no photo: send a JPEG or a PNG file.")
        return photo, None
