from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

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
                & Domain("marksheet_reg_id.exam_session_id.state", "!=", "cancel")
            )
        return super().portal_domain(model_name)

    @api.private
    def portal_marksheets(self):
        """Return what students are told of validated marksheets, the last one first.

        They are few, a handful a year, so that they are read at once.

        :return: a list of dicts, see :meth:`portal_marksheet_results`
        """
        marksheets = self.portal_records("op.marksheet.line").sorted(
            lambda marksheet: (
                marksheet.marksheet_reg_id.exam_session_id.end_date,
                marksheet.id,
            ),
            reverse=True,
        )
        return self.portal_marksheet_results(marksheets)

    @api.private
    def portal_marksheet_results(self, marksheets):
        """Return what the student is told of marksheets.

        OpenEduCat gives 0 marks to who was absent, and fails them. Here an absence
        is no result: neither the total nor the percentage has it.

        :return: a list of dicts: ``marksheet``, ``session``, ``title``, ``results``
            (each of ``subject``, ``marks``, ``total``, ``percentage``, ``grade``,
            ``status``), ``marks``, ``total``, ``percentage`` (None without any
            marks), ``graded``, ``grade``, ``status`` (pass, fail, absent, incomplete,
            or none without any result)
        """
        # A cancelled exam leaves its results behind.
        lines = self.env["op.result.line"].search_fetch(
            Domain("marksheet_line_id", "in", marksheets.ids)
            & Domain("exam_id.state", "!=", "cancel"),
            ["marksheet_line_id", "exam_id", "marks", "status"],
        )
        lines_of = lines.grouped("marksheet_line_id")
        # The faculty prints marksheets with its own rights.
        absent = self.env["op.exam.attendees"].search_fetch(
            self.portal_domain("op.exam.attendees")
            & Domain("exam_id", "in", lines.exam_id.ids)
            & Domain("status", "=", "absent"),
            ["student_id", "exam_id"],
        )
        absent_of = absent.grouped("student_id")
        titles = self._portal_marksheet_titles(marksheets)
        return [
            self._portal_marksheet(
                marksheet,
                titles[marksheet],
                lines_of.get(marksheet, lines.browse()),
                absent_of.get(marksheet.student_id, absent.browse()).exam_id,
            )
            for marksheet in marksheets
        ]

    def _portal_marksheet(self, marksheet, title, lines, missed):
        register = marksheet.marksheet_reg_id
        graded = marksheet.evaluation_type == "grade"
        results = [
            self._portal_result(
                register,
                graded,
                0 if line.exam_id in missed else line.marks,
                0 if line.exam_id in missed else line.exam_id.total_marks,
                "absent" if line.exam_id in missed else line.status,
            )
            | {"subject": line.exam_id.subject_id}
            for line in lines
        ]
        statuses = {result["status"] for result in results}
        if "fail" in statuses or len(statuses) < 2:
            status = "fail" if "fail" in statuses else next(iter(statuses), "none")
        else:
            # Nobody has passed who has not been examined in all of it.
            status = "incomplete"
        return {
            "marksheet": marksheet,
            "session": register.exam_session_id,
            "title": title,
            "results": results,
            "graded": graded,
            **self._portal_result(
                register,
                graded,
                sum(result["marks"] for result in results),
                sum(result["total"] for result in results),
                status,
            ),
        }

    def _portal_result(self, register, graded, marks, total, status):
        percentage = 100 * marks / total if total else None
        return {
            "marks": marks,
            "total": total,
            "percentage": percentage,
            "grade": graded
            and percentage is not None
            and self._portal_grade(register, percentage),
            "status": status,
        }

    def _portal_marksheet_titles(self, marksheets):
        """Return the title of each marksheet: its session's, unless it has several."""
        titles = {}
        sessions = marksheets.grouped(
            lambda each: (each.student_id, each.marksheet_reg_id.exam_session_id)
        )
        for (_student, session), several in sessions.items():
            names = [
                self.env._(
                    "%(session)s: %(register)s, %(date)s",
                    session=session.name,
                    register=each.marksheet_reg_id.name,
                    date=format_date(self.env, each.marksheet_reg_id.generated_date),
                )
                if len(several) > 1
                else session.name
                for each in several
            ]
            for number, (each, name) in enumerate(zip(several, names, strict=True)):
                same = names.count(name) > 1
                # Made twice on a day, from one template: the order is what is left.
                titles[each] = f"{name} ({len(several) - number})" if same else name
        return titles

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
        """Return the percentages of the latest sessions, from old to new.

        :param marksheets: of :meth:`portal_marksheets`
        :return: those to compare; none where there is but one
        :rtype: list
        """
        marked = [each for each in marksheets if each["percentage"] is not None]
        return marked[:SESSIONS_IN_CHART][::-1] if len(marked) > 1 else []

    @api.private
    def portal_result_status(self, status):
        """Return how a result is called, and the tone of that.

        :param str status: see :meth:`portal_marksheet_results`
        :rtype: tuple
        """
        return {
            "pass": (self.env._("Passed"), "success"),
            "fail": (self.env._("Not passed"), "danger"),
            "absent": (self.env._("Absent"), "secondary"),
            "incomplete": (self.env._("Incomplete"), "secondary"),
            "none": (self.env._("No results"), "secondary"),
        }[status]

    @api.private
    def portal_marksheet_pdf(self, marksheet):
        """Return a marksheet as PDF.

        :param marksheet: one of the student's
        :rtype: bytes
        :raise StudentPortalRefused: if the server cannot make PDFs
        """
        # Portal users may not read reports.
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
                    "The school's server cannot make PDF files at the moment. The"
                    " results are still on the page of the grades. Please tell your"
                    " school."
                ),
                self.env._("The PDF could not be made"),
                http_status=503,
            ) from error
        return document

    def _portal_summary_grades(self):
        marksheets = (each for each in self.portal_marksheets() if each["results"])
        latest = next(marksheets, None)
        return self.portal_result_summary(latest) if latest else {}

    @api.private
    def portal_result_summary(self, latest):
        """Return what a home says of a result of a marksheet."""
        label, tone = self.portal_result_status(latest["status"])
        if latest["percentage"] is None:
            return {"value": label, "text": latest["title"]}
        return {
            "value": latest["grade"] or self.portal_percentage(latest["percentage"]),
            "text": latest["title"],
            "lines": [label],
            "tone": tone if tone != "secondary" else None,
        }
