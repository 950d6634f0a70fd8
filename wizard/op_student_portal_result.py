from odoo import api, fields, models


class OpStudentPortalResult(models.TransientModel):
    """What an action on the access of students has done, or is about to do."""

    _name = "op.student.portal.result"
    _description = "Result of an Action on Portal Access"

    name = fields.Char(readonly=True)
    summary = fields.Char(readonly=True)
    no_mail_server = fields.Boolean(readonly=True)
    pending_action = fields.Selection(
        [("revoke", "Revoke Access"), ("letters", "Access Letters")], readonly=True
    )
    student_ids = fields.Many2many(
        "op.student", string="Students to Act on", readonly=True
    )
    done_count = fields.Integer(string="Done", readonly=True)
    skipped_count = fields.Integer(string="Skipped", readonly=True)
    failed_count = fields.Integer(string="Failed", readonly=True)
    line_ids = fields.One2many(
        "op.student.portal.result.line", "result_id", string="Left Out", readonly=True
    )

    # -- making ------------------------------------------------------------------

    @api.model
    def _show(self, title, outcomes, done_text, by_mail=False):
        """Return the action that shows what became of the students.

        A notification says it all where it can; a dialog lists who was left out.

        :param str title: the name of what was done
        :param dict outcomes: the PortalOutcome of each student
        :param str done_text: says what was done, to ``%(count)s`` students
        :param bool by_mail: whether it waits for mails to be sent
        :rtype: dict
        """
        waits = by_mail and not self.env["ir.mail_server"].has_outgoing_server()
        result = self._create_for(title, outcomes, done_text, no_mail_server=waits)
        if len(outcomes) > 1 and result.line_ids:
            return result._open_dialog()
        return result._notify()

    @api.model
    def _ask(self, title, pending_action, outcomes):
        """Return the action that asks before students are acted on.

        :param str title: the name of what would be done
        :param str pending_action: what is done if the answer is yes
        :param dict outcomes: the PortalOutcome that each student would have
        :rtype: dict
        """
        result = self._create_for(title, outcomes, "")
        if not result.done_count:
            return result._open_dialog()
        # Nobody writes a result but this model.
        result.sudo().write(
            {
                "pending_action": pending_action,
                "student_ids": [
                    student.id
                    for student, outcome in outcomes.items()
                    if outcome.state == "done"
                ],
            }
        )
        return result._open_dialog()

    @api.model
    def _create_for(self, title, outcomes, done_text, **values):
        """Create the result of the outcomes, with a line for who was left out."""
        left_out = {
            student: outcome
            for student, outcome in outcomes.items()
            if outcome.state != "done"
        }
        states = [outcome.state for outcome in outcomes.values()]
        done = states.count("done")
        # What was done is shown, not written, by whoever did it.
        result = self.sudo().create(
            {
                "name": title,
                "summary": done and done_text % {"count": done},
                "done_count": done,
                "skipped_count": states.count("skipped"),
                "failed_count": states.count("failed"),
                **values,
            }
        )
        result.line_ids._insert_lines(
            result,
            {
                "student_id": [student.id for student in left_out],
                "login": [outcome.login or None for outcome in left_out.values()],
                "state": [outcome.state for outcome in left_out.values()],
                "message": [outcome.message for outcome in left_out.values()],
            },
        )
        return self.browse(result.id)

    # -- showing -----------------------------------------------------------------

    def _open_dialog(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _notify(self):
        """Return the notification that says what was done, and reloads the view."""
        self.ensure_one()
        sentences = [self.summary] if self.summary else []
        for line in self.line_ids:
            sentences.append(f"{line.student_id.display_name}: {line.message}")
        if self.no_mail_server:
            sentences.append(self.env["ir.mail_server"].no_outgoing_server_reason())
        if self.failed_count:
            kind = "danger"
        elif self.skipped_count or self.no_mail_server:
            kind = "warning"
        else:
            kind = "success"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": " ".join(sentences),
                "type": kind,
                "sticky": kind != "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- acting ------------------------------------------------------------------

    def action_confirm(self):
        """Do what was asked about.

        :return: the action that shows what was done
        :rtype: dict
        :raise AccessError: if the current user may not do it
        """
        self.ensure_one()
        if self.pending_action == "letters":
            return self.student_ids._print_access_letters()
        return self.student_ids._revoke_and_show()

    def action_open_left_out(self):
        """Open the students that were left out, to mend what stood in the way.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Students Left Out"),
            "res_model": "op.student",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.student_id.ids)],
            "context": {"active_test": False},
        }
