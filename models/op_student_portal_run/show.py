from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .record import GIVEN_STATES, PRINTING


class OpStudentPortalRun(models.Model):
    """What is shown of a run, and the next step."""

    _inherit = "op.student.portal.run"

    @api.private
    def show(self):
        """Return the action that shows the result, or asks first.

        A notification says it all where it can; a dialog lists who was skipped.

        :rtype: dict
        """
        self.ensure_one()
        if self.state == "draft" and self.action in PRINTING:
            if not self.skipped_count:
                return self.action_print_letters()
            return self._open_dialog() if self.total_count > 1 else self._notify()
        if self.state == "draft":
            return self._open_dialog()
        if self.state == "running":
            return self.open_form()
        if self.total_count > 1 and self.skipped_count + self.failed_count:
            return self._open_dialog()
        return self._notify()

    def action_confirm(self):
        """Do what was asked about.

        :return: the action that shows the result
        :rtype: dict
        :raise AccessError: if it is not the current user's own question
        :raise UserError: if it was answered before
        """
        self.ensure_one()
        run = self.steered()
        if run.user_id != self.env.user:
            raise AccessError(
                self.env._("Only %(user)s can confirm this.", user=run.user_id.name)
            )
        if run.state != "draft":
            raise UserError(self.env._("This was confirmed already."))
        if self.action in PRINTING:
            return self.action_print_letters()
        run.take_up()
        return self.show()

    # -- the next step -----------------------------------------------------------

    def action_open_users(self):
        """Open the users of the students that the runs gave access.

        :rtype: dict
        """
        lines = self.line_ids.search_fetch(
            [("run_id", "in", self.ids), ("state", "in", GIVEN_STATES)],
            ["student_id", "guardian_id"],
        )
        return self.env["op.student.portal.access"].open_users_of(lines.contacts())

    def action_open_lines(self):
        """Open the students of the run, with the result of each.

        The context may name the filters that are set, as ``search_default_...``.

        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "openeducat_student_portal.action_op_student_portal_run_line"
        )
        action["domain"] = [("run_id", "=", self.id)]
        action["context"] = {
            name: value
            for name, value in self.env.context.items()
            if name.startswith("search_default_")
        }
        return action

    def action_fix_addresses(self):
        """Open the dialog Grant Portal Access for those who need attention.

        There their addresses are corrected, and access is granted, as another run.

        :rtype: dict
        """
        lines = self.attention_line_ids
        if not lines:
            raise UserError(self.env._("Nobody of this run needs attention."))
        return self.env["op.student.portal.wizard"].open_for(*lines.holders_by_kind())

    def action_open_students(self):
        """Open the students that were skipped, but those to fix the address of.

        :rtype: dict
        """
        self.ensure_one()
        skipped = self.skipped_line_ids
        if self.action == "grant":
            skipped = skipped.filtered(lambda line: not line.needs_attention)
        return self.open_students_of(skipped, self.env._("Skipped Students"))

    @api.private
    def open_students_of(self, lines, name):
        """Open the students of lines, or the lines where there are guardians, too."""
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "op.student",
            "view_mode": "list,form",
            "domain": [("id", "in", lines.student_id.ids)],
            "context": {"active_test": False},
        }
        if lines.guardian_id:
            # These lead to both.
            action = self.action_open_lines()
            action |= {"name": name, "domain": [("id", "in", lines.ids)]}
        return action

    # -- the actions that show it ------------------------------------------------

    @api.private
    def open_form(self):
        """Return the action that shows the run.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Portal Access Run"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _open_dialog(self):
        view = self.env.ref(
            "openeducat_student_portal.view_op_student_portal_run_form_dialog"
        )
        return {
            **self.open_form(),
            "name": self._action_name(),
            "views": [(view.id, "form")],
            "target": "new",
        }

    def _action_name(self):
        return dict(self._fields["action"]._description_selection(self.env))[
            self.action
        ]

    def _notify(self):
        """Return the notification that says what was done, and reloads the view."""
        self.ensure_one()
        waits = self.worked_count and self.mail_warning()
        sentences = [self.result] if self.worked_count else []
        for line in self.skipped_line_ids:
            sentences.append(
                self.env._(
                    "%(student)s: %(reason)s",
                    student=line.student_name,
                    reason=line.message,
                )
            )
        if self.failed_count:
            kind = "danger"
        elif self.skipped_count or waits:
            kind = "warning"
        else:
            kind = "success"
        links = []
        if self.total_count > 1:
            # The notification names nobody: the run has the line of each.
            sentences.append("%s")
            action = "openeducat_student_portal.action_op_student_portal_run"
            url = f"/odoo/action-{action}/{self.id}"
            links.append({"label": self.env._("Portal Access Run"), "url": url})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self._action_name(),
                "message": " ".join(sentences),
                "links": links,
                "type": kind,
                "sticky": kind != "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
