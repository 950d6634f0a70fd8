from odoo import api, fields, models
from odoo.tools import SQL


class OpStudentPortalLine(models.AbstractModel):
    """What a student's line of the wizard and of a run have in common."""

    _name = "op.student.portal.line"
    _description = "Student Portal Access Line"

    student_id = fields.Many2one("op.student")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", related="student_id.partner_id"
    )
    login = fields.Char(string="Email or Login")
    by_pattern = fields.Boolean(
        string="Login by the Pattern",
        help="If the login is taken meanwhile, the next free number is used.",
    )
    take_over = fields.Boolean(
        help="The login belongs to another contact, which is the same person: it moves"
        " to the student."
    )

    @api.private
    @api.model
    def insert_lines(self, parent, columns):
        """Insert a line for each student, thousands of them in one query.

        The ORM inserts a hundred rows a query, and computes as it goes: for a whole
        school that is longer than an administrator waits for a dialog. The columns
        hold every stored field, computed ones too, that is not to be empty.

        :param parent: the wizard or run that the lines are of
        :param dict columns: the values of each further column, by its name, all of
            one length and in one order
        """
        fixed = {
            self._parent_field: parent.id,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
        }
        names = [*columns, *fixed, "create_date", "write_date"]
        arrays = SQL(", ").join(
            SQL("%s::%s[]", list(values), SQL(self._fields[name].column_type[1]))
            for name, values in columns.items()
        )
        self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) SELECT line.*, %s, %s, %s"
                " FROM unnest(%s) AS line RETURNING 1",
                SQL.identifier(self._table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(SQL("%s", value) for value in fixed.values()),
                self.env.cr.now(),
                self.env.cr.now(),
                arrays,
            )
        )
        parent.invalidate_recordset()
