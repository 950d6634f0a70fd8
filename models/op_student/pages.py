from odoo import api, models
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, formatLang, get_lang

from ...exceptions import StudentPortalRefused


class OpStudent(models.Model):
    """What the pages of the portal may know of a student: only what is theirs.

    Portal users have no rights on any model of OpenEduCat. Each page comes by
    :meth:`portal_student`, or for a guardian :meth:`portal_child`, and by
    :meth:`portal_open_section`, and reads by :meth:`portal_records` and those beside
    it.
    """

    _inherit = "op.student"

    # Each page begins with it.
    _portal_user = models.Index("(user_id) WHERE user_id IS NOT NULL")

    @api.model
    @api.private
    def portal_student(self):
        """Return the student that the current user is, free of access checks.

        A contact may have several student records, of a former enrolment say: it is
        the one with a running course, of several the newest.

        :return: one op.student, in superuser mode
        :raise StudentPortalRefused: if the user is no student, or the school has
            switched the portal off
        """
        user = self.env.user
        students = self.browse()
        if user.active and user.share and not user._is_public():
            # Portal users may not read students; the domain lets none but their
            # own through.
            students = self.sudo().search_fetch(
                Domain("user_id", "=", user.id)
                & Domain("partner_id", "=", user.partner_id.id),
                self.portal_columns(self),
            )
        if not students:
            raise StudentPortalRefused(
                self.env._(
                    "No student belongs to your login. If you study here, ask your"
                    " school to check your access."
                ),
                self.env._("There is no student portal for you"),
            )
        student = students
        if len(students) > 1:
            student = max(
                students,
                key=lambda each: (
                    "running" in each.course_detail_ids.mapped("state"),
                    each.id,
                ),
            )
        if not student.portal_company().student_portal_enabled:
            raise self.portal_off_refusal()
        return student.with_company(student.portal_company())

    @api.model
    @api.private
    def portal_off_refusal(self):
        """Return what tells that the school has switched the portal off.

        :rtype: StudentPortalRefused
        """
        return StudentPortalRefused(
            self.env._(
                "Your school has switched the student portal off for now."
                " All records are kept: try again later, or ask your school."
            ),
            self.env._("The student portal is switched off"),
            http_status=403,
        )

    @api.private
    def portal_company(self):
        """Return the school of the student: the contact's, or else the user's.

        A child without either is seen in the school of the guardian.

        :rtype: res.company
        """
        self.ensure_one()
        return self.company_id or self.user_id.company_id or self.env.user.company_id

    @api.private
    def portal_percentage(self, value):
        """Return a percentage as the student's language writes it.

        :rtype: str
        """
        number = formatLang(self.env, value, digits=1, rounding_method="HALF-UP")
        locale = babel_locale_parse(get_lang(self.env).code)
        sign = locale.percent_formats[None]
        return f"{sign.prefix[0]}{number}{sign.suffix[0]}"

    @api.private
    def portal_open_section(self, code=None):
        """Return the section of a code and all that the student may open.

        :param code: the code of a section; without it, the portal's home is meant
        :return: a section, empty for the home, and the sections in their order
        :rtype: tuple of op.student.portal.section
        :raise StudentPortalRefused: if there is no such section, it is switched off,
            its app is not installed, or the portal group does not open it
        """
        self.check_portal_own()
        # Portal users have no right on sections either.
        sections = self.env["op.student.portal.section"].sudo()
        sections = sections.search_fetch([], self.portal_columns(sections))
        sections = sections.filtered("available")
        # A student is one; of several children, it is a guardian who asks.
        user = self.env.user
        as_guardian = len(self) > 1 or not self.is_portal_own()
        allowed = sections.filtered(lambda each: each.is_open_to(user, as_guardian))
        section = sections.filtered(lambda section: section.code == code)
        if code and not section:
            raise StudentPortalRefused(
                self.env._(
                    "Your school's portal has no such page, or it is switched off."
                ),
                self.env._("There is no such page"),
            )
        if section - allowed:
            raise StudentPortalRefused(
                self.env._(
                    "Your access does not include this page. If you need it, ask your"
                    " school."
                ),
                self.env._("You cannot open this page"),
                http_status=403,
            )
        return section, allowed

    @api.private
    def portal_domain(self, model_name):
        """Return the domain of the records of a model that are the students'.

        This is the one place that says whose a record is: who shows another
        model in the portal overrides it for that model.

        :param str model_name: a model, which is installed
        :rtype: odoo.fields.Domain
        :raise NotImplementedError: for a model that the portal does not show
        """
        raise NotImplementedError(f"The student portal does not show {model_name}.")

    @api.private
    def portal_records(self, model_name, domain=None, order=None, limit=None, offset=0):
        """Return the student's records of a model, free of access checks.

        :param str model_name: the model
        :param domain: which of them, all by default
        :return: a recordset in superuser mode
        :raise AccessError: if the student is not the current user
        """
        model, domain = self.portal_scope(model_name, domain)
        return model.search_fetch(
            domain, self.portal_columns(model), offset, limit, order
        )

    @api.private
    def portal_record(self, model_name, record_id):
        """Return one record of the student, free of access checks.

        :param str model_name: the model
        :param record_id: its id, as the browser sent it
        :raise AccessError: if the student is not the current user
        :raise MissingError: if there is none of that id, or it is not the student's
        """
        try:
            record = self.portal_records(
                model_name, Domain("id", "=", int(record_id)), limit=1
            )
        except (TypeError, ValueError, OverflowError):
            record = None
        if not record:
            raise MissingError(self.env._("You have no such record."))
        return record

    @api.private
    def portal_count(self, model_name, domain=None):
        """Return how many records of a model the student has.

        :raise AccessError: if the student is not the current user
        """
        model, domain = self.portal_scope(model_name, domain)
        return model.search_count(domain)

    @api.private
    def portal_read_group(self, model_name, groupby, aggregates, domain=None):
        """Return the student's records of a model in groups, as ``_read_group``.

        :raise AccessError: if the student is not the current user
        """
        model, domain = self.portal_scope(model_name, domain)
        return model._read_group(domain, groupby, aggregates)

    @api.private
    def portal_columns(self, model):
        """Return what Odoo would fetch in a second query: the model's own columns."""
        return [
            name
            for name, field in model._fields.items()
            if field.prefetch is True and field.store and field.column_type
        ]

    @api.private
    def portal_scope(self, model_name, domain):
        self.check_portal_own()
        domain = self.portal_domain(model_name) & Domain(domain or Domain.TRUE)
        # Portal users have no rights on OpenEduCat's models; the domain lets none
        # but their own records through.
        return self.env[model_name].sudo(), domain

    @api.private
    def check_portal_own(self):
        """Check that the students are the current user, or children of the user.

        :raise AccessError: if they are not
        """
        for student in self:
            if not student.is_portal_own() and not student.is_portal_child():
                raise AccessError(
                    self.env._("These are not your own records: you cannot see them.")
                )

    @api.private
    def portal_summary(self, section):
        """Return what the portal's home says of a section.

        It is ``_portal_summary_<code>`` which says it, where there is one.

        :return: a dict of what there is of: ``value`` (a short text, already in the
            student's language), ``text`` (what the value is), ``lines`` (more texts)
            and ``tone`` (success, warning or danger); empty while there is nothing
            to say
        :rtype: dict
        """
        self.ensure_one()
        summarize = getattr(self, f"_portal_summary_{section.code}", None)
        return summarize() if summarize else {}

    @api.private
    def portal_has_summary(self, section):
        """Tell whether the portal's home has something to say of a section."""
        return hasattr(self, f"_portal_summary_{section.code}")
