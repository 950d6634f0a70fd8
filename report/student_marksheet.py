from odoo import api, models


class ReportStudentMarksheet(models.AbstractModel):
    """Marksheets of students.

    The report is one of op.student, for marksheets are of an app that may be missing.
    """

    _name = "report.openeducat_student_portal.report_student_marksheet"
    _description = "Marksheets of a Student"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the validated marksheets of the students, or those that data names.

        :raise AccessError: if the user may read neither the students nor them
        """
        students = self.env["op.student"].browse(docids)
        chosen = data and data.get("marksheet_ids")
        return {
            "docs": students,
            "pages": [
                {"student": student, **page}
                for student in students
                # All of them: only beside each other is it seen which look the same.
                for page in student.portal_marksheet_results(
                    self.env["op.marksheet.line"].search(
                        student.portal_domain("op.marksheet.line")
                    )
                )
                if chosen is None or page["marksheet"].id in chosen
            ],
        }
