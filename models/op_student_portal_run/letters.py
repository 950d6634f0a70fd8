import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..op_student_portal_access.assess import Request
from ..op_student_portal_access.record import PRINTER_GROUP
from .record import GIVEN_STATES


class OpStudentPortalRun(models.Model):
    """The letters of a run: who has none yet, and how they are printed."""

    _inherit = "op.student.portal.run"

    letter_count = fields.Integer(
        string="Without Letter",
        compute="_compute_letter_count",
        help="Who gets the code by letter, and has no letter yet.",
    )
    file_ids = fields.One2many(
        "op.student.portal.run.file",
        "run_id",
        string="Files",
        readonly=True,
        groups=PRINTER_GROUP,
    )

    @api.depends("line_ids.state")
    def _compute_letter_count(self):
        for run in self:
            run.letter_count = run.line_ids.search_count(run._without_letter())

    def _without_letter(self):
        """Return the domain of the lines whose contacts are to have a letter yet.

        :rtype: Domain
        """
        # Who sees the run may know who has no letter, and search no contacts by it.
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        waiting = contacts._search(
            [("student_portal_access_ids.mail_state", "=", "letter")]
        )
        return (
            Domain("run_id", "=", self.id)
            & Domain("state", "in", (*GIVEN_STATES, "done"))
            & (
                Domain("student_id.partner_id", "in", waiting)
                | Domain("guardian_id", "in", waiting)
            )
        )

    def action_print_letters(self):
        """Print the letters of the run, where they are few enough to wait for them.

        :return: the action of the report
        :rtype: dict
        :raise AccessError: if the current user may not print them
        """
        self.ensure_one()
        self.steered()
        self.env["op.student"].check_letter_printer()
        lines = self.pending_lines()
        if not lines:
            raise UserError(self.env._("All letters of this run are printed."))
        action = self._letter_report().report_action(lines, config=False)
        return {**action, "close_on_report_download": True}

    def _letter_report(self):
        """Return the report that prints the letters, or the class list.

        :rtype: ir.actions.report
        """
        return self.env.ref(
            "openeducat_student_portal.action_report_class_list"
            if self.action == "class_list"
            else "openeducat_student_portal.action_report_access_letter"
        )

    @api.private
    def print_file(self, lines):
        """Print the letters of some lines into a file for who has started the run.

        :raise AccessError: if the starter may not print them any more
        """
        lines.skip_refused()
        lines = lines.filtered(lambda line: line.state == "pending")
        if not lines:
            return
        # The starter's own rights are checked, as if they were printed at once: those
        # in all of the starter's companies, of which several may have been selected.
        companies = self.company_id | self.user_id.company_ids
        context = {**self.starter_context(), "allowed_company_ids": companies.ids}
        report = self._letter_report().with_user(self.user_id).with_context(**context)
        # Without records of its own: of several, Odoo would split the PDF into one for
        # each and join them again, in some hundred megabytes.
        content, _kind = report._render_qweb_pdf(
            report.report_name, data={"line_ids": lines.ids}
        )
        printed = lines.filtered(lambda line: line.state == "done")
        accesses = self.env["op.student.portal.access"].of_contacts(printed.contacts())
        first = sum(self.file_ids.mapped("letter_count")) + 1
        last = first + len(printed) - 1
        self.env["op.student.portal.run.file"].create(
            {
                "run_id": self.id,
                "name": f"{self.batch_id.name or report.name} {first}-{last}.pdf",
                "letter_count": len(printed),
                "expires_on": max(each.link_expires_on for each in accesses.values()),
                "content": base64.b64encode(content),
            }
        )

    def action_print_missing_letters(self):
        """Print the letters of those who have none yet, as another run.

        :rtype: dict
        :raise AccessError: if the current user may not print letters
        """
        self.ensure_one()
        self.env["op.student"].check_letter_printer()
        lines = self.line_ids.search(self._without_letter())
        # Who is a student and a guardian gets one letter: the next ends its code.
        holders = {
            line.partner_id: each for line, each in lines.holders().items() if each
        }
        if not holders:
            raise UserError(self.env._("All letters of this run are printed."))
        requests = [Request(each) for each in holders.values()]
        return self.start("letters", None, requests).show()

    def action_open_without_letter(self):
        """Open those of the run who have no letter yet.

        :rtype: dict
        """
        self.ensure_one()
        lines = self.line_ids.search(self._without_letter())
        return self.open_students_of(lines, self.env._("Without Letter"))
