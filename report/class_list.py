from odoo import api, models


class ReportClassList(models.AbstractModel):
    _name = "report.openeducat_student_portal.report_class_list"
    _description = "Class List with Codes"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Make the codes of lines of runs; who asks for them is checked here.

        Those of the batch who get no code are in their rows, too, without one.
        """
        lines = self.env["op.student.portal.run.line"]
        lines = lines.browse(docids or data.get("line_ids")).exists()
        letters = {each.access.partner_id: each for each in lines.print_letters()}
        run = lines.run_id[:1]
        # Of a batch that is printed in parts, they are in the last one.
        if run.state == "done":
            lines |= run.line_ids.filtered(lambda line: line.state == "skipped")
        lines.student_id.check_portal_manager()
        # Who prints may know which batch it is, which school, and who has access.
        students = lines.sorted("id").sudo().student_id
        letter = next(iter(letters.values()))
        return {
            "docs": lines,
            "rows": [(each, letters.get(each.partner_id)) for each in students],
            "batch": run.sudo().batch_id,
            "school": letter.access.company_id,
            "address": letter.address,
        }
