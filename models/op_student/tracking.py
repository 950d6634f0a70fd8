from odoo import models


class OpStudent(models.Model):
    _inherit = "op.student"

    def _track_get_fields(self):
        """Track no list of records that the current user may not read.

        OpenEduCat tracks the fees of a student: who may not read fees, such as a
        Student Manager, could not save a student.
        """
        return {
            name
            for name in super()._track_get_fields()
            if (model_name := self._fields[name].comodel_name) is None
            or self.env[model_name].has_access("read")
        }
