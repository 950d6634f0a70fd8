import re
import unicodedata

from odoo import api, models

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
                        "This was changed to “%s” in the meantime. Save again to keep"
                        " what you typed.",
                        self.portal_profile_text(name, text),
                    )
        for name in "phone", "mobile", "emergency_phone":
            if name in clean and clean[name] != now[name]:
                clean[name] = self._portal_phone(clean[name])
                if clean[name] and not self._is_phone(clean[name]):
                    errors[name] = self.env._(
                        "This is not a phone number. Write it with digits, such as"
                        " +32 470 12 34 56."
                    )
        for name, length in PROFILE_LENGTHS.items():
            if len(clean.get(name, "")) > length:
                errors[name] = self.env._("Use at most %s characters.", length)
        installed = dict(self.env["res.lang"].get_installed())
        if clean.get("lang") != now.get("lang") and clean["lang"] not in installed:
            errors["lang"] = self.env._("Choose one of the languages of the list.")
        if clean.get("tz") and clean["tz"] not in self.portal_timezones():
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

    @api.private
    def portal_profile_text(self, name, text):
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
        if all(clean.get(name) == now.get(name) for name in names):
            return
        if not clean["emergency_name"]:
            errors["emergency_name"] = self.env._(
                "Type the name of an emergency contact."
            )
        if not clean["emergency_phone"]:
            errors["emergency_phone"] = self.env._(
                "Type the phone of the emergency contact."
            )
