from odoo import api, fields, models


class OpStudentPortalRun(models.Model):
    _inherit = "op.student.portal.run"

    @api.model
    def _start(self, students, portal_group, send_invitation, logins=None):
        """Grant access to the students: at once, or as work of the scheduler.

        Up to a number of students, a setting, they are granted in this transaction.
        More of them that are ready become work that Odoo's scheduler does in batches.

        :param students: an op.student recordset
        :param portal_group: the access level, a res.groups
        :param bool send_invitation: queue the invitation to set a password
        :param dict logins: the address typed for a student, by its id; the
            contact's e-mail where it has none
        :return: the run
        :rtype: op.student.portal.run
        :raise AccessError: if the current user may not grant
        :raise UserError: if the portal is switched off, or the group is no access
            level
        """
        students._check_portal_manager()
        students._check_portal_enabled()
        students._check_portal_group(portal_group)
        students.check_access("write")
        # Runs are the record of what was done: nobody writes them but this model,
        # after the checks above.
        run = (
            self.sudo()
            .with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            .create(
                {
                    "user_id": self.env.uid,
                    "company_id": self.env.company.id,
                    "started_on": fields.Datetime.now(),
                    "portal_group_id": portal_group.id,
                    "send_invitation": send_invitation,
                }
            )
        )
        # The contact's e-mail is asked for before access is given to it.
        contacts = [student.partner_id for student in students.sudo()]
        emails = [contact.email for contact in contacts]
        logins = dict(zip(students.ids, emails, strict=True)) | (logins or {})
        states = ["pending"] * len(students)
        messages = [None] * len(students)
        attention = [False] * len(students)
        if len(students) > self._threshold():
            # What is not ready now is told at once, and whoever shares an address
            # with another of the selection is found, in whichever batch that is.
            assessments = students._assess_portal_access(logins)
            for index, student in enumerate(students):
                if not assessments[student].is_ready:
                    states[index] = "skipped"
                    messages[index] = assessments[student].message
                    attention[index] = assessments[student].needs_attention
        run.line_ids._insert_lines(
            run,
            {
                "student_id": students.ids,
                "student_name": [contact.name for contact in contacts],
                "login": [logins[student.id] or None for student in students],
                "state": states,
                "message": messages,
                "needs_attention": attention,
            },
        )
        run._take_up(at_once=states.count("pending") <= self._threshold())
        return self.browse(run.id)

    @api.model
    def _threshold(self):
        """Return how many students are granted at once, in the request."""
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("openeducat_student_portal.run_threshold", 100))

    def _take_up(self, at_once):
        """Work the pending lines off, or have Odoo's scheduler do it.

        :param bool at_once: in this transaction, not by the scheduler
        """
        self.ensure_one()
        self.write(
            {
                "state": "running",
                "interruption": False,
                "finished_on": False,
                "working_since": fields.Datetime.now(),
                "done_before": self.total_count - self.pending_count,
            }
        )
        if at_once:
            self._process_batch(self.pending_count)
        else:
            self._wake_scheduler()
