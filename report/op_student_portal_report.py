from odoo import api, fields, models
from odoo.tools import SQL


class OpStudentPortalReport(models.Model):
    """The adoption of the portal: each student once for each course, or once.

    ``Students`` as a measure counts each student once, with any number of courses.
    """

    _name = "op.student.portal.report"
    _description = "Adoption of the Student Portal"
    _auto = False
    _order = "id"
    _rec_name = "student_id"
    _depends = {
        "op.student": ["active", "partner_id", "portal_state", "portal_access_id"],
        "op.student.portal.access": [
            "portal_group_id",
            "granted_on",
            "last_sign_in",
            "mail_state",
            "progress",
        ],
        "op.student.course": ["student_id", "course_id", "batch_id", "state"],
        "res.partner": ["company_id"],
    }

    student_id = fields.Many2one("op.student", readonly=True, aggregator=None)
    # The id again, for the views to count: each student once.
    student_count = fields.Integer(
        string="Students", readonly=True, aggregator="count_distinct"
    )
    course_id = fields.Many2one("op.course", readonly=True)
    batch_id = fields.Many2one("op.batch", readonly=True)
    course_state = fields.Selection(
        [("running", "Running"), ("finished", "Finished")],
        string="Course Status",
        readonly=True,
    )
    portal_state = fields.Selection(
        lambda self: self._selection_of_student("portal_state"),
        string="Portal Access",
        readonly=True,
    )
    portal_mail_state = fields.Selection(
        lambda self: self._selection_of_student("portal_mail_state"),
        string="Last Mail or Letter",
        readonly=True,
    )
    portal_progress = fields.Selection(
        lambda self: self._selection_of_student("portal_progress"),
        string="Progress",
        readonly=True,
    )
    portal_group_id = fields.Many2one("res.groups", readonly=True)
    portal_granted_on = fields.Datetime(string="Access Granted on", readonly=True)
    portal_last_sign_in = fields.Datetime(string="Last Sign-in", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @api.model
    def _selection_of_student(self, name):
        return self.env["op.student"]._fields[name]._description_selection(self.env)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT
                COALESCE(enrolment.id, -student.id) AS id,
                student.id AS student_id,
                student.id AS student_count,
                enrolment.course_id,
                enrolment.batch_id,
                enrolment.state AS course_state,
                student.portal_state,
                access.mail_state AS portal_mail_state,
                access.progress AS portal_progress,
                access.portal_group_id,
                access.granted_on AS portal_granted_on,
                access.last_sign_in AS portal_last_sign_in,
                contact.company_id
            FROM op_student student
            JOIN res_partner contact ON contact.id = student.partner_id
            LEFT JOIN op_student_portal_access access
                ON access.id = student.portal_access_id
            LEFT JOIN op_student_course enrolment ON enrolment.student_id = student.id
            WHERE student.active
            """
        )

    @api.model
    def action_open_students(self, domain):
        """Open the students behind a part of the graph or the pivot.

        :param list domain: the part, as a domain of this model
        :return: the action of the students, with the Action menu
        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Students"),
            "res_model": "op.student",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "view_mode": "list,kanban,form",
            "domain": [("portal_report_ids", "any", domain)],
            "search_view_id": self.env.ref("openeducat_core.view_op_student_search").id,
        }
