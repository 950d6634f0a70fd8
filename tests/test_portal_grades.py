from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError, MissingError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import find_in_path, mute_logger

from .portal_common import needs_model
from .portal_results_common import PortalGradesCase

PDF = "/my/student/grades/%s/pdf"


@needs_model("op.marksheet.line")
@tagged("post_install", "-at_install")
class TestPortalGrades(PortalGradesCase):
    def _rows(self, page):
        """Return the texts of the cells of each row of the first marksheet."""
        table = html.fromstring(page).xpath("//article//table")[0]
        return [
            [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]
            for row in table.xpath("tbody/tr|tfoot/tr")
        ]

    def test_results_show_marks_percentage_and_result_of_each_subject(self):
        page = self._open("/my/student/grades")
        self.assertIn("Spring Exams", page)
        self.assertEqual(
            self._rows(page),
            [
                ["Botany Passed", "81 / 100 81.0%", "81.0%", "Passed"],
                ["Zoology Not passed", "35 / 100 35.0%", "35.0%", "Not passed"],
                ["Total Not passed", "116 / 200 58.0%", "58.0%", "Not passed"],
            ],
        )

    def test_results_of_a_graded_session_show_grades(self):
        register = self._create_register("Graded", evaluation="grade", total=50)
        # 79.5 % is between the two ranges; OpenEduCat takes marks for percentages.
        self._create_marksheet(register, self.student, (20, 50))
        rows = self._rows(self._open("/my/student/grades"))
        self.assertEqual(
            rows,
            [
                ["Botany Passed", "20 / 50 C", "C", "Passed"],
                ["Zoology Passed", "50 / 50 A", "A", "Passed"],
                ["Total Passed", "70 / 100 A 70.0%", "A 70.0%", "Passed"],
            ],
        )

    def test_percentage_between_two_grades_has_the_lower_one(self):
        student = self._pages()
        register = self._create_register("Graded", evaluation="grade")
        for percentage, grade in (39.9, "F"), (40, "C"), (59.5, "C"), (100, "A"):
            self.assertEqual(student._portal_grade(register, percentage), grade)
        register.result_template_id.grade_ids = False
        self.assertFalse(student._portal_grade(register, 50))

    def test_results_that_are_not_validated_are_not_shown(self):
        for state in "draft", "cancelled":
            register = self._create_register(f"Session {state}", state=state)
            marksheet = self._create_marksheet(register, self.student, (50, 50))
            self._open(PDF % marksheet.id, status=404)
        page = self._open("/my/student/grades")
        self.assertNotIn("Session draft", page)
        self.assertNotIn("Session cancelled", page)
        self.register.state = "draft"
        page = self._open("/my/student/grades")
        self.assertNotIn("Spring Exams", page)
        self.assertIn("once the school has validated them", page)

    def test_archived_results_are_not_shown(self):
        for record in self.marksheet, self.register:
            with self._changed(record, active=False):
                self.assertNotIn("Spring Exams", self._open("/my/student/grades"))

    def test_results_of_others_are_never_shown(self):
        page = self._open(f"/my/student/grades?student_id={self.other_student.id}")
        self.assertEqual(self._rows(page)[0][1], "81 / 100 81.0%")
        self.assertEqual(page.count("<article"), 1)
        page = self._open("/my/student/grades", self.other_student.user_id)
        self.assertEqual(self._rows(page)[0][1], "66 / 100 66.0%")
        self.assertEqual(page.count("<article"), 1)
        self._open(PDF % self.other_marksheet.id, status=404)
        self._open(PDF % self.marksheet.id, self.other_student.user_id, status=404)

    def test_student_of_another_company_sees_only_own_results(self):
        school = self.env["res.company"].create({"name": "Other School"})
        elsewhere = self._create_portal_student(company_id=school.id)
        marksheet = self._create_marksheet(self.register, elsewhere, (11, 12))
        self._open(PDF % self.marksheet.id, elsewhere.user_id, status=404)
        self._open(PDF % marksheet.id, status=404)
        page = self._open("/my/student/grades", elsewhere.user_id)
        self.assertEqual(self._rows(page)[0][1], "11 / 100 11.0%")
        self.assertEqual(page.count("<article"), 1)

    def test_pages_are_refused_to_all_others(self):
        self.assertPagesRefused(
            ["/my/student/grades", PDF % self.marksheet.id], "grades"
        )

    def test_fetching_anothers_marksheet_is_refused(self):
        student = self._pages()
        with self.assertRaises(MissingError):
            student.portal_record("op.marksheet.line", self.other_marksheet.id)
        [own] = student.portal_marksheets()
        self.assertEqual(own["marksheet"], self.marksheet)
        other = self.other_student.with_user(self.student.user_id).sudo()
        with self.assertRaises(AccessError):
            other.portal_marksheets()

    def test_results_are_sorted_filtered_and_paged(self):
        names = ["Spring Exams"]
        for number in range(8):
            names.append(f"Session {number}")
            register = self._create_register(names[-1])
            self._create_marksheet(register, self.student, (90 - number, 90))

        def sessions(url):
            titles = html.fromstring(self._open(url)).xpath("//article//h2")
            return [title.text_content() for title in titles]

        newest = names[::-1]
        self.assertEqual(sessions("/my/student/grades"), newest[:8])
        self.assertEqual(sessions("/my/student/grades/page/2"), newest[8:])
        # Beyond the last page is the last one; what makes no sense is skipped.
        self.assertEqual(sessions("/my/student/grades/page/99"), newest[8:])
        self.assertEqual(
            sessions("/my/student/grades?sortby=x&filterby=-1&page=a"), newest[:8]
        )
        self.assertEqual(sessions("/my/student/grades?sortby=oldest"), names[:8])
        self.assertEqual(
            sessions("/my/student/grades?sortby=best")[:2], ["Session 0", "Session 1"]
        )
        url = f"/my/student/grades?filterby={self.course.id}"
        self.assertEqual(sessions(url), newest[:8])

    def _chart(self):
        """Return the text and the style of each bar, without any script."""
        page = html.fromstring(self._open("/my/student/grades"))
        return [
            (
                f"{name.text_content()}: {bar.text_content().strip()}",
                *bar.xpath(".//*[hasclass('progress-bar')]/@style"),
            )
            for name, bar in zip(
                page.xpath("//dl[hasclass('o_student_portal_chart')]/dt"),
                page.xpath("//dl[hasclass('o_student_portal_chart')]/dd"),
                strict=True,
            )
        ]

    def test_chart_is_bars_with_their_figures_as_text(self):
        self.assertFalse(self._chart())
        register = self._create_register("Summer Exams")
        self._create_marksheet(register, self.student, (50, 50))
        self.assertEqual(
            self._chart(),
            [
                ("Spring Exams: 58.0%", "width: 58.0%"),
                ("Summer Exams: 50.0%", "width: 50.0%"),
            ],
        )

    def test_absence_is_no_result(self):
        register = self._create_register("Summer Exams")
        marksheet = self._create_marksheet(register, self.student, (81, None))
        # Of another student, in the same exams.
        self._create_marksheet(register, self.other_student, (None, 81))
        page = self._open("/my/student/grades")
        self.assertEqual(
            self._rows(page),
            [
                ["Botany Passed", "81 / 100 81.0%", "81.0%", "Passed"],
                ["Zoology Absent", "", "", "Absent"],
                ["Total Incomplete", "81 / 100 81.0%", "81.0%", "Incomplete"],
            ],
        )
        self.assertEqual(self._chart()[1][0], "Summer Exams: 81.0%")
        pdf = self._open(PDF % marksheet.id)
        self.assertIn("Absent", pdf)
        self.assertNotIn("Not passed", pdf)
        self.assertNotIn("40.5", page + pdf)
        self.assertIn("81.0%", self._open("/my/student"))

    def test_failure_stays_one_beside_an_absence(self):
        register = self._create_register("Summer Exams", evaluation="grade")
        self._create_marksheet(register, self.student, (20, None))
        self.assertEqual(
            self._rows(self._open("/my/student/grades")),
            [
                ["Botany Not passed", "20 / 100 F", "F", "Not passed"],
                ["Zoology Absent", "", "", "Absent"],
                ["Total Not passed", "20 / 100 F 20.0%", "F 20.0%", "Not passed"],
            ],
        )

    def test_who_was_absent_from_a_session_has_no_percentage_and_no_bar(self):
        register = self._create_register("Summer Exams")
        marksheet = self._create_marksheet(register, self.student, (None, None))
        page = self._open("/my/student/grades")
        self.assertEqual(self._rows(page)[2], ["Total Absent", "", "", "Absent"])
        self.assertFalse(self._chart())
        self.assertNotIn("Not passed", self._open(PDF % marksheet.id))
        summary = self._pages()._portal_summary_grades()
        self.assertEqual(summary, {"value": "Absent", "text": "Summer Exams"})
        self.assertIn("Spring Exams", self._open("/my/student/grades?sortby=best"))

    def test_absence_in_results_that_openeducat_generates(self):
        register = self._create_register("Summer Exams")
        template = register.result_template_id
        for exam, status in zip(
            register.exam_session_id.exam_ids, ("present", "absent"), strict=True
        ):
            self.env["op.exam.attendees"].create(
                {
                    "student_id": self.student.id,
                    "exam_id": exam.id,
                    "status": status,
                    "marks": 70 if status == "present" else 0,
                }
            )
        template.generate_result()
        generated = self.env["op.marksheet.register"].search(
            [("result_template_id", "=", template.id)], order="id desc", limit=1
        )
        generated.action_validate()
        rows = self._rows(self._open("/my/student/grades"))
        self.assertEqual([row[3] for row in rows], ["Passed", "Absent", "Incomplete"])
        self.assertEqual(rows[2][1], "70 / 100 70.0%")

    def test_register_without_results_is_neither_passed_nor_in_the_chart(self):
        register = self._create_register("Summer Exams")
        marksheet = self.env["op.marksheet.line"].create(
            {"student_id": self.student.id, "marksheet_reg_id": register.id}
        )
        page = html.fromstring(self._open("/my/student/grades"))
        [article] = page.xpath("//article[.//h2='Summer Exams']")
        self.assertIn("no results yet", article.text_content())
        self.assertNotIn("Passed", article.text_content())
        self.assertFalse(article.xpath(".//a"))
        self.assertFalse(self._chart())
        self.assertNotIn("Passed", self._open(PDF % marksheet.id))
        self.assertEqual(self._pages()._portal_summary_grades()["text"], "Spring Exams")

    def test_two_registers_of_a_session_can_be_told_apart(self):
        corrected = self.register.copy(
            {"name": "Corrected", "generated_date": "2026-02-01", "state": "validated"}
        )
        marksheet = self._copy_marksheet(corrected, (85, 60))
        self.register.generated_date = "2026-01-20"
        titles = [
            "Spring Exams: Corrected, 02/01/2026",
            "Spring Exams: Spring Exams, 01/20/2026",
        ]
        page = html.fromstring(self._open("/my/student/grades"))
        self.assertEqual(
            [each.text_content() for each in page.xpath("//article//h2")], titles
        )
        self.assertEqual([bar[0] for bar in self._chart()][0], f"{titles[1]}: 58.0%")
        self._sign_in()
        response = self.url_open(PDF % marksheet.id)
        self.assertIn(titles[0], response.text)
        self.assertNotIn(titles[1], response.text)
        self.assertIn("Corrected", response.headers["Content-Disposition"])

    def test_two_registers_of_one_name_and_day_are_numbered(self):
        self.register.generated_date = "2026-01-20"
        self._copy_marksheet(
            self.register.copy({"generated_date": "2026-01-20", "state": "validated"}),
            (85, 60),
        )
        title = "Spring Exams: Spring Exams, 01/20/2026"
        self.assertEqual(
            [each["title"] for each in self._pages().portal_marksheets()],
            [f"{title} (2)", f"{title} (1)"],
        )

    def _copy_marksheet(self, register, marks):
        """Create another marksheet of the student, for the same exams."""
        return self.env["op.marksheet.line"].create(
            {
                "student_id": self.student.id,
                "marksheet_reg_id": register.id,
                "result_line": [
                    Command.create(
                        {
                            "student_id": self.student.id,
                            "exam_id": exam.id,
                            "marks": mark,
                        }
                    )
                    for exam, mark in zip(
                        register.exam_session_id.exam_ids, marks, strict=True
                    )
                ],
            }
        )

    def test_results_of_a_cancelled_session_are_gone(self):
        self.register.exam_session_id.act_cancel()
        self.assertNotIn("Spring Exams", self._open("/my/student/grades"))
        self.assertNotIn("Spring Exams", self._open("/my/student"))
        self._open(PDF % self.marksheet.id, status=404)

    def test_result_of_a_cancelled_exam_is_gone(self):
        self.register.exam_session_id.exam_ids[1].state = "cancel"
        self.assertEqual(
            self._rows(self._open("/my/student/grades")),
            [
                ["Botany Passed", "81 / 100 81.0%", "81.0%", "Passed"],
                ["Total Passed", "81 / 100 81.0%", "81.0%", "Passed"],
            ],
        )

    def test_home_shows_the_latest_result(self):
        page = self._open("/my/student")
        self.assertIn("58.0%", page)
        self.assertIn("Spring Exams", page)

    def test_numbers_are_in_the_language_of_the_student(self):
        self._speak(self.student, "fr_FR")
        self.assertIn("58,0", self._open("/my/student/grades"))

    def test_marksheet_is_a_pdf_with_the_letterhead_of_the_school(self):
        self.student.gr_no = "PT-REGISTRATION"
        self._sign_in()
        response = self.url_open(PDF % self.marksheet.id)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        # Odoo makes no PDF of it in tests, unless it is told to.
        for text in (
            self.company.name,
            self.student.name,
            "PT-REGISTRATION",
            "Spring Exams",
            "Botany",
            "81.0%",
        ):
            self.assertIn(text, response.text)
        self.assertNotIn(self.other_student.name, response.text)

    def test_pdf_is_made_where_wkhtmltopdf_is_installed(self):
        try:
            find_in_path("wkhtmltopdf")
        except OSError:
            self.skipTest("wkhtmltopdf is not installed")
        self._sign_in()
        student = self._pages().with_context(force_report_rendering=True)
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            document = student.portal_marksheet_pdf(
                student.portal_record("op.marksheet.line", self.marksheet.id)
            )
        self.assertTrue(document.startswith(b"%PDF"))

    def test_missing_wkhtmltopdf_is_told_on_a_page(self):
        report = type(self.env["ir.actions.report"])
        with patch.object(report, "get_wkhtmltopdf_state", lambda _self: "install"):
            # In tests Odoo would not even look for it.
            render = report._render_qweb_pdf_prepare_streams
            with patch.object(
                report,
                "_render_qweb_pdf",
                lambda self, ref, res_ids=None, data=None: render(
                    self, ref, data, res_ids
                ),
            ):
                page = self._open(PDF % self.marksheet.id, status=503)
        self.assertIn("cannot make PDF files", page)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.http")
    def test_report_is_refused_to_who_may_not_read_students(self):
        report = self.env["report.openeducat_student_portal.report_student_marksheet"]
        for user in self.student.user_id, self.portal_user, self.employee:
            with self.assertRaises(AccessError):
                report.with_user(user)._get_report_values(self.student.ids)
            self._sign_in(user)
            response = self.url_open(
                "/report/html/openeducat_student_portal.report_student_marksheet/"
                f"{self.student.id}"
            )
            self.assertNotEqual(response.status_code, 200)

    def test_report_is_refused_to_who_reads_marksheets_but_not_the_student(self):
        user = self._create_user(
            "portal.test.exams",
            "openeducat_core.group_op_faculty,openeducat_exam.group_op_exam_user",
        )
        report = self.env["report.openeducat_student_portal.report_student_marksheet"]
        report = report.with_user(user)
        self.assertTrue(report._get_report_values(self.student.ids)["pages"])
        self.env["ir.rule"].create(
            {
                "name": "Not this student",
                "model_id": self.env["ir.model"]._get_id("op.student"),
                "domain_force": f"[('id', '!=', {self.student.id})]",
            }
        )
        with self.assertRaises(AccessError):
            report._get_report_values(self.student.ids)

    def test_page_costs_no_more_with_more_students_and_sessions(self):
        self._open("/my/student/grades")
        for number in range(4):
            register = self._create_register(f"Session {number}")
            self._create_marksheet(register, self.student, (50, None))
            for student in self._create_students(5):
                self._create_marksheet(register, student, (1, 2))
        self._sign_in()
        with self.assertQueryCount(40):
            self.url_open("/my/student/grades")
