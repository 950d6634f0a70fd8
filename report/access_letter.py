from odoo import api, models


class ReportAccessLetter(models.AbstractModel):
    _name = "report.openeducat_student_portal.report_access_letter"
    _description = "Access Letters of Students"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Make the letters of lines of runs; who asks for them is checked here."""
        lines = self.env["op.student.portal.run.line"]
        lines = lines.browse(docids or data.get("line_ids")).exists()
        return {"docs": lines, "letters": lines.print_letters()}
