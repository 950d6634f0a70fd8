from odoo import api, models


class ReportAccessLetter(models.AbstractModel):
    _name = "report.openeducat_student_portal.report_access_letter"
    _description = "Access Letters of Students"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Make the letters; whatever way leads here, the right to is checked."""
        students = self.env["op.student"].browse(docids)
        return {"docs": students, "letters": students._prepare_access_letters()}
