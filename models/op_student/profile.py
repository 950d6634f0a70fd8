import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError

#: What of the contact a student may change, beside its country and state.
CONTACT_FIELDS = ("phone", "mobile", "street", "street2", "city", "zip")


class OpStudent(models.Model):
    _inherit = "op.student"

    emergency_relation = fields.Char(
        string="Relation of the Emergency Contact",
        help="What the emergency contact is to the student: mother, for example.",
    )

    @api.private
    def portal_profile(self):
        """Return what the student may change, as a form has it: all of it texts.

        Guardians may change the phone and the address alone.

        :rtype: dict
        """
        self.ensure_one()
        contact = self.partner_id
        emergency = self.emergency_contact
        profile = {
            **{
                name: contact[name] or ""
                for name in CONTACT_FIELDS
                if name in contact._fields
            },
            "country_id": str(contact.country_id.id or ""),
            "state_id": str(contact.state_id.id or ""),
        }
        if self.portal_guardian():
            return profile
        return {
            **profile,
            "lang": contact.lang or "",
            "tz": self.chosen_tz or "",
            "emergency_name": emergency.name or "",
            "emergency_phone": emergency.phone or "",
            "emergency_relation": self.emergency_relation or "",
        }

    @api.private
    def portal_profile_lines(self, names):
        """Return parts of the profile with their labels, for people to read.

        :param names: names as :meth:`portal_profile` has them; others are ignored
        """
        labels = {
            **self._portal_contact_labels(),
            "lang": self.env._("Language"),
            "tz": self.env._("Time zone"),
            "emergency_name": self.env._("Emergency contact"),
            "emergency_phone": self.env._("Phone of the emergency contact"),
            "emergency_relation": self.env._("Relation of the emergency contact"),
        }
        return [
            f"{labels[name]}: {self.portal_profile_text(name, text)}"
            for name, text in self.portal_profile().items()
            if name in names and name in labels
        ]

    @api.private
    def portal_save_profile(self, clean, photo=None):
        """Write what a student changed, and say so in the student's chatter.

        :param dict clean: values that :meth:`portal_check_profile` found right
        :param photo: the new photo, as :meth:`portal_check_photo` returns it; False
            to have none; None to leave it
        :raise AccessError: if the user may not change it
        """
        self.check_portal_own()
        if (
            not self.portal_may("profile")
            or photo is not None
            and self.portal_guardian()
        ):
            raise AccessError(self.env._("Your school does not let you change this."))
        before = self.portal_profile()
        changed = {
            name: value for name, value in clean.items() if value != before[name]
        }
        texts = self.portal_profile_texts()
        contact = {
            name: value or False
            for name, value in changed.items()
            if name in CONTACT_FIELDS
        }
        for name in "country_id", "state_id":
            if name in changed:
                contact[name] = int(changed[name] or 0) or False
        if photo is not None:
            contact["image_1920"] = photo and base64.b64encode(photo)
        if contact:
            self.partner_id.write(contact)
        if "phone" in contact and hasattr(
            self.partner_id, "_onchange_phone_validation"
        ):
            # With Odoo's phone validation, written as others are.
            self.partner_id._onchange_phone_validation()
        if "lang" in changed:
            # Of the user, whose language is kept by Odoo in memory.
            self.user_id.lang = changed["lang"]
        if "tz" in changed:
            self.chosen_tz = changed["tz"] or False
        if changed.keys() & {"emergency_name", "emergency_phone"}:
            self._portal_save_emergency_contact(
                clean["emergency_name"], clean["emergency_phone"]
            )
        if "emergency_relation" in changed:
            self.emergency_relation = changed["emergency_relation"]
        self.portal_log_profile(texts, photo)

    def _portal_save_emergency_contact(self, name, phone):
        """Write an emergency contact that the student has named.

        Only a contact that the student has made here is changed. Any other may be
        somebody else's: a parent's, who signs in with it, or a sibling's emergency
        contact too. It is left as it is, and a new one takes its place.
        """
        contact = self.emergency_contact
        if (
            contact
            and contact.create_uid == self.user_id
            and contact.parent_id == self.partner_id
            and contact.type == "contact"
            and not contact.with_context(active_test=False).user_ids
        ):
            contact.write({"name": name, "phone": phone})
        else:
            self.emergency_contact = contact.create(
                {
                    "name": name,
                    "phone": phone,
                    "parent_id": self.partner_id.id,
                    "type": "contact",
                    "company_id": self.partner_id.company_id.id,
                    "lang": self.partner_id.lang,
                }
            )

    @api.private
    def portal_profile_texts(self):
        """Return what the parts of the profile are, as the chatter names them.

        :return: the values by label, in the school's language
        :rtype: dict
        """
        student = self.in_language_of_school()
        contact = student.partner_id
        texts = {
            label: contact[name].display_name if name.endswith("_id") else contact[name]
            for name, label in student._portal_contact_labels().items()
        }
        languages = dict(student.env["res.lang"].get_installed())
        texts[student.env._("Language")] = languages.get(contact.lang)
        texts[student.env._("Time zone")] = student.chosen_tz
        emergency = student.emergency_contact
        texts[student.env._("Emergency contact")] = emergency.name
        texts[student.env._("Phone of the emergency contact")] = emergency.phone
        texts[student.env._("Relation of the emergency contact")] = (
            student.emergency_relation
        )
        return {label: text or "–" for label, text in texts.items()}

    def _portal_contact_labels(self):
        names = [*CONTACT_FIELDS, "country_id", "state_id"]
        columns = self.partner_id.fields_get(names, ["string"])
        return {name: column["string"] for name, column in columns.items()}

    @api.private
    def in_language_of_school(self):
        language = self.portal_company().partner_id.lang
        return self.with_context(lang=language) if language else self

    @api.private
    def portal_log_profile(self, before, photo=None):
        """Tell in the chatter what the student changed, and what it was before.

        :param dict before: what :meth:`portal_profile_texts` returned then
        :param photo: the new one, False where it was removed, None where it stays
        """
        student = self.in_language_of_school()
        guardian = self.is_portal_child() and self.portal_guardian()
        changes = [
            f"{label}: {before[label]} → {text}"
            for label, text in student.portal_profile_texts().items()
            if text != before[label]
        ]
        if photo is not None:
            changes.append(
                student.env._("Photo: changed")
                if photo
                else student.env._("Photo: removed")
            )
        if changes:
            student._message_log(
                body=Markup("<p>%s</p><ul>%s</ul>")
                % (
                    student.env._(
                        "%s, a guardian, changed the profile in the portal.",
                        guardian.name,
                    )
                    if guardian
                    else student.env._(
                        "The student changed the profile in the portal."
                    ),
                    Markup().join(Markup("<li>%s</li>") % line for line in changes),
                )
            )

    def _portal_summary_profile(self):
        missing = []
        if not self.phone:
            missing.append(self.env._("There is no phone number yet."))
        if not self.emergency_contact:
            missing.append(self.env._("There is no emergency contact yet."))
        return {"lines": missing or [line for line in (self.email, self.phone) if line]}
