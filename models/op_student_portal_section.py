import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.sql import create_index

from .res_groups import GUARDIAN_GROUP

#: A code is part of an address and of the names of methods.
CODE_FORMAT = re.compile(r"[a-z][a-z0-9_]*")

#: What the pages look records up by, and OpenEduCat has no index on.
LOOKED_UP_BY = {
    "op.assignment": "batch_id",
    "op.assignment.sub.line": "student_id",
    "op.exam": "session_id",
    "op.exam.attendees": "student_id",
    "op.marksheet.line": "student_id",
    "op.result.line": "marksheet_line_id",
    "op.session": "batch_id",
    "op.student.fees.details": "student_id",
}


class OpStudentPortalSection(models.Model):
    """A page of the student portal, at ``/my/student/<code>``, and for guardians at
    ``/my/children/<child>/<code>``.

    To add one: a record of this model, the domain of its model's records that are a
    student's (:meth:`op.student.portal_domain`) and a QWeb template, which gets
    ``student``, ``section``, ``records`` and ``pager``. What goes beyond a list has
    a controller of its own (see ``controllers/pages.py``), and what is shown on
    the portal's home is ``_portal_summary_<code>`` of op.student.
    """

    _name = "op.student.portal.section"
    _description = "Student Portal Section"
    _order = "sequence, id"

    name = fields.Char(string="Section", required=True, translate=True)
    code = fields.Char(
        string="Code in the Address",
        required=True,
        help="The last part of the page's address: /my/student/<code>.",
    )
    icon = fields.Char(
        default="fa-file-text-o",
        help="A class of Font Awesome 4, such as fa-graduation-cap.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        string="On", default=True, help="Off: no student can open the section."
    )
    group_ids = fields.Many2many(
        "res.groups",
        string="Portal Groups",
        domain=lambda self: self._group_domain(),
        help="The portal groups whose students may open the section."
        " Without any, no student may.",
    )
    model_name = fields.Char(
        string="Model",
        help="The model that feeds the section, which appears once the app that"
        " has the model is installed.",
    )
    template = fields.Char(
        required=True, help="The external id of the QWeb template of the page."
    )
    empty_text = fields.Char(
        string="Text when Empty",
        translate=True,
        help="What a student reads while there is nothing to show yet.",
    )
    available = fields.Boolean(
        string="App Installed",
        compute="_compute_available",
        help="Whether the app that feeds the section is installed.",
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Another section has this code already."
    )

    def _register_hook(self):
        """Index what the pages look up, so that none grows slower with the school.

        The models are of apps that may be missing now and installed later, so that
        neither a field nor :class:`odoo.models.Index` of this addon can declare it.
        It is looked after whenever a module has been installed or updated.
        """
        super()._register_hook()
        if self.pool.updated_modules:
            for name, table, column in self.lookup_indexes():
                create_index(self.env.cr, name, table, [column])

    @api.model
    @api.private
    def lookup_indexes(self):
        """Return name, table and column of each index of what the pages look up."""
        tables = {
            self.env[model_name]._table: column
            for model_name, column in LOOKED_UP_BY.items()
            if model_name in self.env
        }
        return [
            (f"student_portal_{table}_{column}_index", table, column)
            for table, column in tables.items()
        ]

    @api.model
    def _group_domain(self):
        return [("id", "in", self.env["res.groups"].student_portal_groups().ids)]

    @api.depends("model_name")
    def _compute_available(self):
        for section in self:
            section.available = not section.model_name or section.model_name in self.env

    @api.constrains("code")
    def _check_code(self):
        for section in self:
            if not CODE_FORMAT.fullmatch(section.code):
                raise ValidationError(
                    self.env._(
                        "The code %s cannot be part of an address: use small letters,"
                        " digits and underscores, and begin with a letter.",
                        section.code,
                    )
                )

    @api.constrains("group_ids")
    def _check_groups(self):
        for section in self:
            if not section.group_ids.are_student_portal_groups():
                raise ValidationError(
                    self.env._(
                        "Only portal groups of the student portal can open the"
                        " section %s.",
                        section.name,
                    )
                )

    @api.constrains("template")
    def _check_template(self):
        for section in self:
            view = self.env.ref(section.template, raise_if_not_found=False)
            if not view or view._name != "ir.ui.view" or view.type != "qweb":
                raise ValidationError(
                    self.env._("There is no page template %s.", section.template)
                )

    @api.constrains("model_name")
    def _check_model_has_domain(self):
        for section in self.filtered("model_name"):
            if not section.available:
                continue
            try:
                self.env["op.student"].portal_domain(section.model_name)
            except NotImplementedError:
                raise ValidationError(
                    self.env._(
                        "Nothing says which records of %s belong to a student, so"
                        " no section can show them.",
                        section.model_name,
                    )
                ) from None

    @api.private
    def is_open_to(self, user, as_guardian=False):
        """Tell whether the portal group of a user opens the section.

        A student who is a parent has a group of each kind: one does not count for the
        pages of the other. Who works at the school has no portal group, and sees the
        own children as guardians do.

        :param user: the res.users that asks
        :param bool as_guardian: whether it is the page of a child
        :rtype: bool
        """
        self.ensure_one()
        groups = set(user._get_group_ids())
        of_guardians = set(self.env["res.groups"].guardian_portal_groups().ids)
        if as_guardian:
            groups &= of_guardians
            if user._is_internal():
                groups.add(self.env.ref(GUARDIAN_GROUP).id)
        else:
            groups -= of_guardians
        return not groups.isdisjoint(self.group_ids.ids)
