from odoo import fields, models
from odoo.tools import SQL

#: Where classes and exams are: the models, and the fields that lead to them.
ROOMS = {
    "op.classroom": ("op.session", "classroom_id"),
    "res.partner": ("op.exam.session", "venue"),
}


class Base(models.AbstractModel):
    _inherit = "base"

    def unlink(self):
        """Note with classes and exams that their room is deleted.

        The database empties their field and notes nothing, so that the calendars of
        phones would take the change for an older one. The model of rooms may be of an
        app that is not installed: hence here.
        """
        model_name, field_name = ROOMS.get(self._name, (None, None))
        if model_name in self.env and self:
            # Without rights on classes, and without the mails that OpenEduCat sends
            # to the students when a class is written.
            classes = self.env[model_name].sudo().with_context(active_test=False)
            classes = classes.search([(field_name, "in", self.ids)])
            if classes:
                classes.flush_recordset(["write_date"])
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET write_date = %s WHERE id IN %s",
                        SQL.identifier(classes._table),
                        fields.Datetime.now(),
                        classes._ids,
                    )
                )
                classes.invalidate_recordset(["write_date"])
        return super().unlink()
