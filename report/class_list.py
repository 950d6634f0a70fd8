from odoo import api, models


class ReportClassList(models.AbstractModel):
    _name = "report.openeducat_student_portal.report_class_list"
    _description = "Class List with Codes"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Make the codes of lines of runs; who asks for them is checked here."""
        lines = self.env["op.student.portal.run.line"].browse(docids).exists()
        letters = lines.print_letters()
        run = lines.run_id[:1]
        return {
            "docs": lines,
            "letters": letters,
            # Who prints may know which batch it is, and which school.
            "batch": run.sudo().batch_id,
            "school": letters[0].access.company_id,
            "address": letters[0].address,
        }
