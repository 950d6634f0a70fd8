from odoo import api, models
from odoo.fields import Command

from ...models.op_student_portal_access.assess import Request

#: What a dialog takes from the settings of the schools.
SCHOOL_DEFAULTS = ("send_invitation", "portal_group_id", "guardian_group_id")


class OpStudentPortalWizard(models.TransientModel):
    """Whom a dialog lists: the students, their guardians, or both."""

    _inherit = "op.student.portal.wizard"

    @api.model
    def default_get(self, fields):
        """Fill the dialog with the students that are selected."""
        defaults = super().default_get(fields)
        context = self.env.context
        filled = {"line_ids", "student_ids", *SCHOOL_DEFAULTS}.intersection(fields)
        if filled and context.get("active_model") in (None, "op.student"):
            students = self.env["op.student"].browse(context.get("active_ids", []))
            students = students.exists()
            defaults = {
                **self._school_defaults(students.partner_id, fields),
                **defaults,
            }
            if "op.parent" in self.env and "student_ids" in fields:
                defaults["student_ids"] = [Command.set(students.ids)]
            if "line_ids" in fields:
                columns = self._line_columns(students)
                defaults["line_ids"] = [
                    Command.create(dict(zip(columns, values, strict=True)))
                    for values in zip(*columns.values(), strict=True)
                ]
        return defaults

    @api.private
    @api.model
    def open_for(self, *kinds):
        """Return the action that opens a new dialog, for however many there are.

        :param kinds: a recordset of students, one of guardians, or both
        :rtype: dict
        :raise AccessError: if the current user may not grant
        :raise UserError: if the portal of their schools is switched off
        """
        for holders in kinds:
            holders.check_portal_enabled()
        return self._create_for(*kinds).open_dialog()

    @api.model
    def _create_for(self, *kinds):
        # Who may act for the holders may know which school they are of.
        values = self._school_defaults(
            self.env["res.partner"].union(*(each.sudo().partner_id for each in kinds)),
            SCHOOL_DEFAULTS,
        )
        names = {holders._name for holders in kinds}
        if "op.parent" in names:
            values["grant_to"] = "guardians" if len(names) == 1 else "both"
        elif "op.parent" in self.env:
            values["student_ids"] = [Command.set(kinds[0].ids)]
        wizard = self.create({**values, "line_ids": []})
        for holders in kinds:
            wizard.line_ids.insert_lines(wizard, self._line_columns(holders))
        wizard._lines_of_both_kinds().assess_again()
        return wizard

    @api.model_create_multi
    def create(self, vals_list):
        """Fill the dialogs of guardians with the guardians of the selected students."""
        wizards = super().create(vals_list)
        wizards.filtered(lambda wizard: wizard.grant_to != "students")._fill_lines()
        return wizards

    def write(self, vals):
        """Fill the dialog again once it is said who gets access."""
        written = super().write(vals)
        if "grant_to" in vals:
            self._fill_lines()
        return written

    def _fill_lines(self):
        """Keep the lines to those who get access, and add those that are missing."""
        for wizard in self:
            if wizard.run_id or not wizard.student_ids:
                continue
            lines = wizard.line_ids
            wanted = self.env["op.student.portal.wizard.line"]
            missing = []
            if wizard.grant_to != "guardians":
                of_students = lines.filtered("student_id")
                wanted |= of_students
                missing.append(wizard.student_ids - of_students.student_id)
            if wizard.grant_to != "students":
                of_guardians = lines.filtered("guardian_id")
                wanted |= of_guardians
                # Who may grant to the students may do so to their guardians.
                guardians = wizard.student_ids.sudo().parent_ids.sudo(False)
                known = of_guardians.holders().values()
                missing.append(guardians - guardians.browse().union(*known))
            affected = (lines - wanted).lines_sharing() & wanted
            (lines - wanted).unlink()
            for holders in filter(None, missing):
                lines.insert_lines(wizard, self._line_columns(holders))
            (affected | wizard._lines_of_both_kinds()).assess_again()

    def _lines_of_both_kinds(self):
        """Return the lines that share an address, where two kinds were assessed."""
        if self.grant_to != "both":
            return self.env["op.student.portal.wizard.line"]
        mine = [("wizard_id", "=", self.id)]
        groups = self.line_ids._read_group(
            [*mine, ("normalized_login", "!=", False)],
            ["normalized_login"],
            having=[("__count", ">", 1)],
        )
        logins = [login for (login,) in groups]
        return self.line_ids.search([*mine, ("normalized_login", "in", logins)])

    def action_grant_to(self):
        """Fill the dialog with those who get access, as the context says.

        :return: the action that shows the dialog again
        :rtype: dict
        """
        self.ensure_one()
        self.grant_to = self.env.context.get("student_portal_grant_to", self.grant_to)
        return self.open_dialog()

    @api.model
    def _school_defaults(self, contacts, names):
        """Return what the contacts' schools propose.

        Of several schools, the invitation is proposed if all do, and no portal group
        unless it is the same one.
        """
        access = self.env["op.student.portal.access"]
        schools = access.schools_of(contacts.with_env(self.env))
        groups = self.env["res.groups"].union(
            *(school.default_student_portal_group() for school in schools)
        )
        guardian_groups = groups.browse().union(
            *(school.default_guardian_portal_group() for school in schools)
        )
        defaults = {
            "send_invitation": all(
                school.student_portal_send_invitation for school in schools
            ),
            "portal_group_id": groups.id if len(groups) == 1 else False,
            "guardian_group_id": (
                guardian_groups.id if len(guardian_groups) == 1 else False
            ),
        }
        return {name: value for name, value in defaults.items() if name in names}

    @api.model
    def _line_columns(self, holders):
        """Return the values of the lines of students, or of guardians, by column.

        :raise AccessError: if the current user may not grant, or not to these
        """
        holders = holders.exists()
        holders.check_portal_manager()
        assessments = self.env["op.student.portal.access"].assess(
            [Request(holder) for holder in holders]
        )
        # Who may grant to them may know their addresses.
        known = holders.sudo()
        return {
            **self.line_ids.holder_columns(known),
            "child_names": holders.portal_child_names(),
            "login": [
                (
                    each.login
                    if each.by_pattern or each.by_letter
                    else holder.portal_email()
                )
                or None
                for holder, each in zip(known, assessments.values(), strict=True)
            ],
            "by_pattern": [each.by_pattern for each in assessments.values()],
            "by_letter": [each.by_letter for each in assessments.values()],
            "normalized_login": [each.login or None for each in assessments.values()],
            "needs_attention": [each.needs_attention for each in assessments.values()],
            "status": [each.status for each in assessments.values()],
            "message": [each.message for each in assessments.values()],
        }
