from odoo import fields, models


class OpStudentPortalResultLine(models.TransientModel):
    _name = "op.student.portal.result.line"
    _description = "Student Left Out by an Action on Portal Access"
    _inherit = "op.student.portal.line"
    _order = "state, id"
    _parent_field = "result_id"

    result_id = fields.Many2one(
        "op.student.portal.result", required=True, index=True, ondelete="cascade"
    )
    student_id = fields.Many2one(required=True, ondelete="cascade")
    state = fields.Selection(
        [("failed", "Failed"), ("skipped", "Skipped")],
        string="Status",
        required=True,
    )
    message = fields.Char(string="Reason")
