from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...exceptions import StudentPortalRefused

#: How many exam sessions a chart still shows well on a phone.
SESSIONS_IN_CHART = 12


class OpStudent(models.Model):
    _inherit = "op.student"

    @api.private
    def portal_domain(self, model_name):
        if model_name == "op.marksheet.line":
            return (
                Domain("student_id", "in", self.ids)
                & Domain("active", "=", True)
                & Domain("marksheet_reg_id.state", "=", "validated")
                & Domain("marksheet_reg_id.active", "=", True)
            )
        return super().portal_domain(model_name)

    @api.private
    def portal_marksheets(self):
        """Return the student's validated marksheets, that of the last session first.

        They are few, a handful a year, so that they are read at once.
        """
        return self.portal_records("op.marksheet.line").sorted(
            lambda marksheet: (
                marksheet.marksheet_reg_id.exam_session_id.end_date,
                marksheet.id,
            ),
            reverse=True,
        )

    @api.private
    def portal_marksheet(self, marksheet):
        """Return what the student is told of a marksheet.

        :return: a dict: ``marksheet``, ``session``, ``results`` (each of ``subject``,
            ``marks``, ``total``, ``percentage``, ``grade``, ``passed``), ``marks``,
            ``total``, ``percentage``, ``graded``, ``grade``, ``passed``
        """
        register = marksheet.marksheet_reg_id
        graded = marksheet.evaluation_type == "grade"
        results = []
        for result in marksheet.result_line:
            total = result.exam_id.total_marks
            percentage = 100 * result.marks / total if total else 0.0
            results.append(
                {
                    "subject": result.exam_id.subject_id.name,
                    "marks": result.marks,
                    "total": total,
                    "percentage": percentage,
                    "grade": graded and self._portal_grade(register, percentage),
                    "passed": result.status == "pass",
                }
            )
        return {
            "marksheet": marksheet,
            "session": register.exam_session_id,
            "results": results,
            "marks": marksheet.total_marks,
            "total": sum(result["total"] for result in results),
            "percentage": marksheet.percentage,
            "graded": graded,
            "grade": graded and self._portal_grade(register, marksheet.percentage),
            "passed": marksheet.status == "pass",
        }

    def _portal_grade(self, register, percentage):
        """Return the grade that a register gives for a percentage.

        The bounds of grades are whole numbers, so that 59.5 % lies between one that
        ends at 59 and one that begins at 60: it is the lower one. OpenEduCat's own
        fields leave such a grade empty, and those of subjects but in the last range.
        """
        grades = register.result_template_id.grade_ids.filtered(
            lambda grade: grade.min_per <= percentage
        )
        return max(grades, key=lambda grade: grade.min_per, default=grades).result

    @api.private
    def portal_grades_chart(self, marksheets):
        """Return the chart of the latest sessions, from old to new.

        :param marksheets: the student's, the latest first
        :return: the chart; empty where there is nothing to compare
        :rtype: dict
        """
        if len(marksheets) < 2:
            return {}
        return self.portal_chart(
            self.env._("Percentage"),
            [
                (session.name, session.end_date, marksheet.percentage)
                for marksheet in marksheets[:SESSIONS_IN_CHART][::-1]
                for session in marksheet.marksheet_reg_id.exam_session_id
            ],
        )

    @api.private
    def portal_marksheet_pdf(self, marksheet):
        """Return a marksheet as PDF.

        :param marksheet: one of the student's
        :rtype: bytes
        :raise StudentPortalRefused: if the server cannot make PDFs
        """
        report = self.env["ir.actions.report"].sudo()
        try:
            # The marksheet is the student's own, and portal users have no rights on it.
            document, _kind = report.with_context(
                lang=self.env.lang, tz=self.portal_timezone()
            )._render_qweb_pdf(
                "openeducat_student_portal.action_report_student_marksheet",
                self.ids,
                data={"marksheet_ids": marksheet.ids},
            )
        except UserError as error:
            raise StudentPortalRefused(
                self.env._(
                    "The school's server cannot make PDF files at the moment. Your"
                    " results are still on the page of your grades. Please tell your"
                    " school."
                ),
                self.env._("The PDF could not be made"),
                http_status=503,
            ) from error
        return document

    def _portal_summary_grades(self):
        latest = self.portal_marksheets()[:1]
        if not latest:
            return {}
        register = latest.marksheet_reg_id
        grade = latest.evaluation_type == "grade" and self._portal_grade(
            register, latest.percentage
        )
        passed = latest.status == "pass"
        return {
            "value": grade or self.portal_percentage(latest.percentage),
            "text": register.exam_session_id.name,
            "lines": [self.env._("Passed") if passed else self.env._("Failed")],
            "tone": "success" if passed else "danger",
        }
