from odoo import api, fields, models
from odoo.fields import NO_ACCESS
from odoo.tools.constants import GC_UNLINK_LIMIT


class OpStudentPortalRunFile(models.Model):
    """Letters that the scheduler has printed, for who has started the run alone.

    They hold codes. Hence a rule keeps all others from them, and nobody reads the
    content but the controller that hands it out. It stands in the row, which is gone
    with the run, and not in an attachment, which would stay.
    """

    _name = "op.student.portal.run.file"
    _description = "File of a Portal Access Run"
    _order = "id"

    run_id = fields.Many2one(
        "op.student.portal.run", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(string="File", required=True)
    letter_count = fields.Integer(string="Letters")
    expires_on = fields.Datetime(string="Valid until", required=True)
    content = fields.Binary(attachment=False, groups=NO_ACCESS)

    def action_download(self):
        """Download the file.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/student_portal/letters/{self.id}",
            "target": "download",
        }

    @api.autovacuum
    def _gc_expired_files(self):
        """Delete the files whose codes no longer work, a part at a time.

        :return: how many were deleted, and whether there may be more
        :rtype: tuple
        """
        expired = self.search(
            [("expires_on", "<", fields.Datetime.now())], limit=GC_UNLINK_LIMIT
        )
        expired.unlink()
        return len(expired), len(expired) == GC_UNLINK_LIMIT
