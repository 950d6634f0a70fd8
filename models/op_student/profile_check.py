import io
import re
import unicodedata

from PIL import Image

from odoo import api, models
from odoo.tools.image import (
    IMAGE_MAX_RESOLUTION,
    image_apply_opt,
    image_fix_orientation,
)

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

PHOTO_FORMATS = ("JPEG", "PNG")
PHOTO_BYTES = 8 * 2**20
PHOTO_SIZE = (1024, 1024)
#: The segments of a JPEG file that begin its pixels, and end it.
JPEG_SCAN, JPEG_END = b"\xff\xda", b"\xff\xd9"


class OpStudent(models.Model):
    """What a student sends for the own profile, before any of it is written."""

    _inherit = "op.student"

    @api.private
    def portal_check_profile(self, values):
        """Check what a browser sent for the profile.

        What the form had when it was opened comes back as ``was_<name>``: only what
        is different from it was changed by the student.

        :param dict values: texts by name, as :meth:`portal_profile` has them; what
            a student may not change is ignored
        :return: the values that are right; by name a sentence on each that is not;
            and the names of what others changed while the form was open
        :rtype: tuple of two dicts and a list
        """
        self.ensure_one()
        now = self.portal_profile()
        clean, errors, meanwhile = {}, {}, []
        for name, text in now.items():
            sent = values.get(name)
            was = values.get(f"was_{name}", text)
            clean[name] = text
            if isinstance(sent, str) and sent != was:
                clean[name] = self._portal_line(sent)
            if was != text:
                meanwhile.append(name)
                if clean[name] != text:
                    errors[name] = self.env._(
                        "This was changed to “%s” meanwhile. Save again to have yours.",
                        self._portal_profile_text(name, text),
                    )
        for name in "phone", "mobile", "emergency_phone":
            if name in clean and clean[name] != now[name]:
                clean[name] = self._portal_phone(clean[name])
                if clean[name] and not self._is_phone(clean[name]):
                    errors[name] = self.env._(
                        "This is no phone number. Write it with digits, such as"
                        " +32 470 12 34 56."
                    )
        for name, length in PROFILE_LENGTHS.items():
            if len(clean.get(name, "")) > length:
                errors[name] = self.env._("Use at most %s characters.", length)
        installed = dict(self.env["res.lang"].get_installed())
        if clean["lang"] != now["lang"] and clean["lang"] not in installed:
            errors["lang"] = self.env._("Choose one of the languages of the list.")
        if clean["tz"] and clean["tz"] not in self.portal_timezones():
            errors["tz"] = self.env._("Choose one of the time zones of the list.")
        self._portal_check_places(now, clean, errors)
        self._portal_check_emergency(now, clean, errors)
        return clean, errors, meanwhile

    def _portal_line(self, text):
        """Return a text without line breaks, nor what cannot be seen.

        Such as a change of direction, which would turn a name round.
        """
        return " ".join(
            "".join(sign if sign.isprintable() else " " for sign in text).split()
        )

    def _portal_profile_text(self, name, text):
        """Return a value of the profile as people read it."""
        if name in ("country_id", "state_id"):
            return self.partner_id[name].display_name or "–"
        if name == "lang":
            return dict(self.env["res.lang"].get_installed()).get(text, "–")
        return text or "–"

    def _portal_phone(self, number):
        """Return a phone number with the digits and signs that telephones have.

        Readers of Arabic, Hindi or Chinese type their own digits, a word processor
        its own hyphens.
        """
        signs = []
        for sign in unicodedata.normalize("NFKC", number):
            if unicodedata.category(sign) == "Pd" or sign == "\N{MINUS SIGN}":
                sign = "-"
            digit = unicodedata.decimal(sign, None)
            signs.append(sign if digit is None else str(digit))
        return "".join(signs)

    def _is_phone(self, number):
        digits = sum(character.isdigit() for character in number)
        return bool(PHONE_FORMAT.fullmatch(number)) and digits in PHONE_DIGITS

    def _portal_check_places(self, now, clean, errors):
        """Check that the country is one, and the state one of the country's.

        What else an address must have is checked by Odoo's own address form.
        """
        country = self.portal_choice("res.country", clean["country_id"])
        state = self.portal_choice("res.country.state", clean["state_id"])
        if clean["country_id"] and not country:
            errors["country_id"] = self.env._(
                "Choose one of the countries of the list."
            )
        if clean["state_id"] and (not state or state.country_id != country):
            if now["state_id"] == clean["state_id"] and country:
                # The country was changed where no script could empty the state.
                clean["state_id"] = ""
            else:
                errors["state_id"] = self.env._(
                    "Choose one of the states of the country."
                )
        clean["country_id"] = country and str(country.id) or ""

    @api.private
    def portal_choice(self, model_name, text):
        """Return the record that a form has chosen, or an empty one."""
        record = self.env[model_name]
        if text.isascii() and text.isdigit() and len(text) < 10:
            record = record.browse(int(text)).exists()
        return record

    def _portal_check_emergency(self, now, clean, errors):
        """Check that the emergency contact has a name and a number."""
        names = ("emergency_name", "emergency_phone", "emergency_relation")
        if all(clean[name] == now[name] for name in names):
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
            photo = self._portal_photo(content)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None, self.env._(
                "This is no photo, or the file is damaged: send a JPEG or PNG file."
            )
        return photo, None

    def _portal_photo(self, content):
        """Return a photo drawn again: of the file that was sent, only the pixels stay.

        Odoo's own ``image_process`` returns the file itself, with its location, where
        drawing it again makes it larger, and paints black what is transparent.

        :raise ValueError: if it is cut off or has too many pixels; Pillow raises
            others for what is no image
        """
        image = Image.open(io.BytesIO(content), formats=PHOTO_FORMATS)
        if image.width * image.height > IMAGE_MAX_RESOLUTION:
            raise ValueError
        if not self._is_whole_image(image.format, content):
            raise ValueError
        image = image_fix_orientation(image)
        image.thumbnail(PHOTO_SIZE, Image.Resampling.LANCZOS)
        image = image.convert("RGBA")
        photo = Image.new("RGB", image.size, "white")
        photo.paste(image, mask=image)
        return image_apply_opt(photo, "JPEG", quality=90, optimize=True)

    def _is_whole_image(self, kind, content):
        """Tell whether the end of an image is there.

        Odoo lets Pillow paint grey what is missing.
        """
        if kind == "JPEG":
            # A preview in front of the pixels has an end of its own.
            position = 2
            while content[position : position + 2] != JPEG_SCAN:
                length = int.from_bytes(content[position + 2 : position + 4])
                if content[position : position + 1] != b"\xff" or length < 2:
                    return False
                position += 2 + length
            return JPEG_END in content[position:]
        return b"IEND" in content
