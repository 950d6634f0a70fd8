from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS

from .op_student_portal_access.record import ADMINISTRATOR_GROUP


class OpStudentPortalBar(models.Model):
    """A guardian who is not to see a child, for a time or without end.

    It holds for all that shows a child to its guardians (see
    :meth:`op.student.portal_children`), whether or not the guardian is still one.
    """

    _name = "op.student.portal.bar"
    _description = "Barred Guardian"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"

    student_id = fields.Many2one(
        "op.student", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Guardian",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_parent", "=", True)],
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="Until", help="The last day. Empty: without end.")
    reason = fields.Text(
        groups=ADMINISTRATOR_GROUP,
        help="Only Administrators read it. The guardian is told to ask the school.",
    )
    links_ended = fields.Boolean(
        copy=False,
        groups=NO_ACCESS,
        help="Whether the bar has begun, and the links to invoices that were sent"
        " before have ended.",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The last day cannot be before the first one.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """End the links that the guardians were sent before."""
        bars = super().create(vals_list)
        bars._plan()
        return bars

    def write(self, vals):
        """Begin again with another guardian, child or day."""
        written = super().write(vals)
        if vals.keys() & {"student_id", "partner_id", "date_from", "date_to"}:
            # Who bars guardians does not read the field.
            self.sudo().links_ended = False
            self._plan()
        return written

    @api.private
    def is_in_force(self):
        """Tell whether the guardian is barred today, where the school is."""
        self.ensure_one()
        zone = self.student_id.portal_school_timezone()
        today = fields.Date.context_today(self.with_context(tz=zone))
        return self.date_from <= today <= (self.date_to or today)

    @api.model
    @api.private
    def of_guardians(self, contacts, addresses=()):
        """Return the bars of some contacts, and of those with some email addresses.

        :param addresses: normalized ones
        :return: the bars, in superuser mode
        """
        # Who writes to a child's guardians may not know of bars.
        return self.sudo().search(
            Domain("partner_id", "in", contacts.ids)
            | Domain("partner_id.email_normalized", "in", list(addresses))
        )

    @api.private
    def barred_from(self, record):
        """Return the contacts whom these bars keep today from the child of a record.

        Whose record it is costs queries, which are asked where there are bars alone.

        :param record: a record of any model
        :rtype: res.partner
        """
        children = self and self._children_of(record)
        return self.filtered(
            lambda bar: bar.student_id in children and bar.is_in_force()
        ).partner_id

    @api.model
    def _children_of(self, record):
        """Return the students whose record it is, in superuser mode.

        It is of the student, or of the contact, or an invoice for a fee.
        """
        # Who is written to does not depend on the rights of the one who writes.
        record = record.sudo()
        children = self.env["op.student"].sudo()
        student = record._fields.get("student_id")
        if student and student.comodel_name == "op.student":
            children |= record.student_id
        contact = record._fields.get("partner_id")
        if record._name == "res.partner":
            children |= record.students_of_contacts()
        elif contact and contact.comodel_name == "res.partner":
            children |= record.partner_id.students_of_contacts()
        fees = self.env.get("op.student.fees.details")
        if record._name == "account.move" and fees is not None:
            of_invoice = fees.sudo().search([("invoice_id", "in", record.ids)])
            children |= of_invoice.student_id
        return children

    def _plan(self):
        """Begin the bars whose first day it is, and the others on theirs."""
        self._begin()
        # Who bars guardians may not know all of a school.
        later = self.sudo().filtered(lambda bar: not bar.is_in_force())
        if later:
            cron = self.env.ref("openeducat_student_portal.ir_cron_portal_bar")
            cron.sudo()._trigger(
                [bar.student_id.portal_midnight(bar.date_from) for bar in later]
            )

    def _begin(self):
        """End the links to the invoices for the children whose bars have begun.

        They open an invoice to who is not signed in.
        """
        # Who bars guardians may not write invoices.
        begun = self.sudo().filtered(lambda bar: bar.is_in_force())
        if "account.move" in self.env:
            invoices = begun.student_id.portal_invoices_for_children()
            invoices.filtered("access_token").access_token = False
        begun.links_ended = True

    @api.model
    def _cron_begin(self):
        """Begin the bars whose first day it is."""
        self.search([("links_ended", "=", False)])._begin()
