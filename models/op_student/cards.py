from collections import Counter, defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from .attendance import MARKS
from .timetable import DAY


class OpStudent(models.Model):
    """What guardians see of each of their children at a glance.

    The records of all children are fetched at once, however many they are, and then
    parted by the same domains by which each child's own pages fetch them.
    """

    _inherit = "op.student"

    @api.private
    def portal_cards(self):
        """Return what is to be known of each of these children today.

        It is ``_portal_card_<code>`` which says it of a section, where there is one.

        :return: a dict of each child to pairs of a section and a dict: ``value`` (a
            short text), ``text`` (what the value is), ``lines`` and ``tone``
        :rtype: dict
        """
        _none, sections = self.portal_open_section()
        cards = {child: [] for child in self}
        for section in sections:
            tell = getattr(self, f"_portal_card_{section.code}", None)
            if tell and section.available:
                for child, fact in tell().items():
                    cards[child].append((section, fact))
        return cards

    def _portal_card_timetable(self):
        """Return the classes and exams of today."""
        starts = {child: child.portal_midnight(child.portal_today()) for child in self}
        until = max(starts.values()) + DAY
        classes = self.portal_classes(min(starts.values()), until)
        facts = {}
        for child in self:
            today = [
                child.portal_class_on_page(each, brief=True)
                for each in classes
                if starts[child] <= self.portal_moments(each)[0] < starts[child] + DAY
                and each.filtered_domain(child.portal_domain(each._name))
            ]
            today = [each for each in today if not each["cancelled"]]
            facts[child] = {
                "value": formatLang(self.env, len(today), digits=0),
                "text": self.env._("today"),
                "lines": [
                    child.env._("%(time)s exam, %(subject)s", **each)
                    if each["exam"]
                    else f"{each['time']} {each['subject']}"
                    for each in ({**some, "time": some["start_text"]} for some in today)
                ],
            }
        return facts

    def _portal_card_attendance(self):
        """Return how often each child was absent, or late, this month."""
        month = self[:1].portal_today().replace(day=1)
        counts = defaultdict(Counter)
        for child, *marks, kind, count in self.portal_read_group(
            "op.attendance.line",
            ["student_id", *MARKS, "attendance_type_id"],
            ["__count"],
            Domain("attendance_date", ">=", month)
            & Domain("attendance_date", "<", month + relativedelta(months=1)),
        ):
            counts[child][self.portal_attendance_mark(marks, kind)] += count
        return {
            child: {
                "value": formatLang(self.env, counts[child]["absent"], digits=0),
                "text": self.env._("absent this month"),
                "lines": [self.env._("Late: %s", counts[child]["late"])]
                if counts[child]["late"]
                else [],
                "tone": "danger" if counts[child]["absent"] else "",
            }
            for child in self
        }

    def _portal_card_assignments(self):
        """Return what each child is to do, and when the next of it is due."""
        to_do = {child: child.portal_assignment_filters()["open"] for child in self}
        assignments = self.portal_records(
            "op.assignment", Domain.OR(to_do.values()), order="submission_date, id"
        )
        facts = {}
        for child in self:
            mine = child.portal_domain("op.assignment") & to_do[child]
            due = assignments.filtered_domain(mine)
            facts[child] = {
                "value": formatLang(self.env, len(due), digits=0),
                "text": self.env._("to do"),
                "lines": [
                    self.env._(
                        "%(assignment)s, due %(due)s",
                        assignment=assignment.name,
                        due=child.portal_format_datetime(assignment.submission_date),
                    )
                    for assignment in due[:1]
                ],
            }
        return facts

    def _portal_card_grades(self):
        """Return the last result of each child who has one."""
        latest = {
            each["marksheet"].student_id: each
            for each in reversed(self.portal_marksheets())
            if each["results"]
        }
        return {
            child: self.portal_result_summary(each) for child, each in latest.items()
        }

    def _portal_card_fees(self):
        """Return what is to be paid for each child."""
        invoiced = Domain("invoice_id", "!=", False)
        fees = self.portal_records("op.student.fees.details", invoiced)
        fees_of = fees.grouped("student_id")
        owed = {child: defaultdict(list) for child in self}
        for move, lines in self.portal_open_items().items():
            # As on the page of the fees: with a payment on its way, nothing is open.
            if move.payment_state in ("in_payment", "paid"):
                continue
            for child in self:
                mine = fees_of.get(child, fees.browse())
                if items := child.portal_own_items(move, lines, mine):
                    instalments = child.portal_instalments(items)
                    owed[child][items.currency_id] += instalments
        return {child: self._portal_owed(owed[child]) for child in self}

    def _portal_owed(self, instalments):
        """Return what is owed, of a dict of currency to instalments."""
        sums = {
            currency: sum(each.residual for each in some)
            for currency, some in instalments.items()
        }
        sums = {
            currency: amount
            for currency, amount in sums.items()
            if currency.compare_amounts(amount, 0) > 0
        }
        if not sums:
            return {"value": self.env._("Nothing to pay"), "tone": "success"}
        some = [each for currency in sums for each in instalments[currency]]
        overdue = any(each.overdue for each in some)
        due_date = min(each.due_date for each in some)
        return {
            "value": " + ".join(
                formatLang(self.env, amount, currency_obj=currency)
                for currency, amount in sums.items()
            ),
            "text": self.env._("to pay"),
            "lines": [
                self.env._("Overdue since %s", format_date(self.env, due_date))
                if overdue
                else self.env._("Next due on %s", format_date(self.env, due_date))
            ],
            "tone": "danger" if overdue else "",
        }
