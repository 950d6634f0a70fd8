from odoo import api, fields, models
from odoo.tools import SQL

from .op_student_portal_access.assess import Request


class OpStudentPortalLine(models.AbstractModel):
    """What a line of the wizard and of a run have in common.

    It is a student's, or a guardian's: of a guardian it has the contact alone, for
    the app with the guardians may be missing.
    """

    _name = "op.student.portal.line"
    _description = "Student Portal Access Line"

    student_id = fields.Many2one("op.student")
    guardian_id = fields.Many2one("res.partner", string="Guardian")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", compute="_compute_partner_id"
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

    @api.depends("student_id.partner_id", "guardian_id")
    def _compute_partner_id(self):
        for line in self:
            line.partner_id = line.guardian_id or line.student_id.partner_id

    @api.private
    def holders(self):
        """Return the record of each line for which its contact has access.

        :return: a dict of each line to a student or guardian, empty where it is
            deleted
        :rtype: dict
        """
        contacts = self.guardian_id
        # Who manages accesses may not read guardians; what they may do with them is
        # checked where it is asked for.
        guardians = {
            guardian.partner_id: guardian.with_env(self.env)
            for guardian in (contacts and contacts.guardians_of_contacts())
        }
        return {line: guardians.get(line.guardian_id, line.student_id) for line in self}

    @api.private
    @api.model
    def holder_columns(self, holders):
        """Return what lines say of whom they are, as ``holders`` reads it, by column.

        :param holders: students and guardians in superuser mode
        """
        students = [each if each._name == "op.student" else None for each in holders]
        return {
            "student_id": [each and each.id for each in students],
            "guardian_id": [
                None if student else holder.partner_id.id
                for holder, student in zip(holders, students, strict=True)
            ],
        }

    @api.private
    def holders_by_kind(self):
        """Return the students of the lines, and their guardians where there are some.

        :rtype: list of recordset
        """
        return self.env["op.student.portal.access"].holders_by_kind(
            [Request(holder) for holder in self.holders().values() if holder]
        )

    @api.private
    def contacts(self):
        """Return the contacts of the lines, for all who may see the lines.

        :rtype: res.partner
        """
        # Who sees a line may not see the student of it, who may be another school's.
        lines = self.sudo()
        # Of a whole school, all at once: the ORM itself fetches a thousand at a time.
        lines.fetch(["student_id", "guardian_id"])
        lines.student_id.fetch(["partner_id"])
        return lines.partner_id.with_env(self.env)

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
