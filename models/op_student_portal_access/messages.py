from odoo import api, models


class OpStudentPortalAccess(models.Model):
    """What the office reads of a status: what it means, and what to do."""

    _inherit = "op.student.portal.access"

    @api.private
    def assessment_message(self, status, holder, user, situation):
        """Say in a sentence what a status means for the holder, and what to do."""
        match status:
            case "ready" if not user and not situation.email(
                holder, user, situation.accesses[holder.partner_id]
            ):
                return self.env._(
                    "Ready, by letter: there is no email. Print the code afterwards."
                )
            case "ready" if not user and "@" not in situation.logins[holder]:
                return self.env._(
                    "Ready: the mail goes to %(address)s, which is not the login.",
                    address=holder.partner_id.email,
                )
            case "no_email" if not holder._has_pattern_login:
                return self.env._(
                    "The guardian has no email, and needs one: logins without an email"
                    " are for students only. Type the guardian's email."
                )
            case "invalid_email" if not holder._has_pattern_login:
                return self.env._(
                    "This is not a valid email, which a guardian needs: logins"
                    " without an email are for students only. Correct it."
                )
            case "no_email" if pattern := situation.patterns[holder]:
                missing = self.missing_pattern_fields(pattern, holder)
                return self.env._(
                    "There is no email, and for a login this is missing: %(fields)s."
                    " Type a login or an address.",
                    fields=", ".join(missing) or "–",
                )
            case "invalid_email" if situation.patterns[holder]:
                return self.env._(
                    "This is neither a valid email nor a login of letters from a"
                    " to z, digits, dots, hyphens and underscores. Correct it."
                )
            case "no_email":
                return self.env._("There is no email. Type the student's email.")
            case "invalid_email":
                return self.env._("This is not a valid email. Correct it.")
            case "ready" if not user:
                return self.env._("Ready: access will be granted.")
            case "ready" if user.partner_id == holder.partner_id:
                return self.env._(
                    "The contact's existing user %(user)s is linked.",
                    user=user.login,
                )
            case "ready":
                return self.env._(
                    "The existing user %(user)s moves to this contact.", user=user.login
                )
            case "take_over":
                return self._take_over_message(user, situation)
            case "portal_off":
                return situation.schools[holder.partner_id].portal_off_reason()
        return self.status_message(status, user)

    @api.private
    @api.model
    def status_message(self, status, user=None):
        """Say why no access can be granted, or no login changed.

        :param user: the res.users that the status is about, where it is about one
        """
        match status:
            case "restore":
                return self.env._("The revoked access will be restored.")
            case "no_email":
                return self.env._("The contact has no email. Add one.")
            case "invalid_email":
                return self.env._("The contact's email is not valid. Correct it.")
            case "reserved":
                return self.env._(
                    "This login is reserved: it looks like one of the school's own."
                    " Type another one."
                )
            case "duplicate":
                return self.env._(
                    "Another contact of this selection has the same address."
                    " Each needs one of its own: correct it."
                )
            case "same_contact":
                return self.env._(
                    "Another line has the same contact. They share one access."
                )
            case "login_taken":
                return self.env._(
                    "User already exists: this address is the login of %(owner)s."
                    " Type another one.",
                    owner=user.name,
                )
            case "login_kept":
                return self.env._(
                    "The user %(user)s existed before the access, and its login is not"
                    " changed here. Use that login, or ask an Administrator to change"
                    " the user.",
                    user=user.login,
                )
            case "user_archived":
                return self.env._(
                    "The contact's user %(user)s is archived, and was not granted"
                    " access here. Ask an Administrator to check the user.",
                    user=user.login,
                )
            case "has_access":
                return self.env._(
                    "The contact already has access, as %(login)s.", login=user.login
                )
            case "internal":
                return self.env._(
                    "The contact is an internal user, %(login)s, and is not changed.",
                    login=user.login,
                )
            case "archived":
                return self.env._("The record is archived. Unarchive it first.")
        raise ValueError(status)

    def _take_over_message(self, user, situation):
        """Say whose login the address is, and that it can move to the student."""
        former = situation.students_of_owners.get(user.partner_id)
        if former:
            return self.env._(
                "User already exists: this is the login of the archived record of"
                " %(owner)s. Tick Take Over if it is the same person, or type another"
                " address.",
                owner=former[0].name,
            )
        # Of any company, as logins are.
        if situation.accesses.get(user.partner_id) or self.sudo().search_count(
            [("user_id", "=", user.id)], limit=1
        ):
            return self.env._(
                "User already exists: this is the login of a deleted record of"
                " %(owner)s. Tick Take Over if it is the same person, or type another"
                " address.",
                owner=user.name,
            )
        return self.env._(
            "User already exists: this is the login of a website account of %(owner)s."
            " Tick Take Over if it is the same person, or type another address.",
            owner=user.name,
        )
