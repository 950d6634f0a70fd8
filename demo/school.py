from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields

from ..const import ADDON

UTC = ZoneInfo("UTC")


class DemoSchool:
    """The school of the demo data, and a way to make its records only once."""

    def __init__(self, env):
        manager = env.ref(f"{ADDON}.user_student_manager")
        # Records are made for the Student Manager, because OpenEduCat computes the
        # texts of a class in the user's time zone, and fails for a user without one.
        context = {"tracking_disable": True, "no_reset_password": True}
        self.env = env(user=manager, su=True, context={**env.context, **context})
        self.zone = ZoneInfo(manager.tz)
        self.today = fields.Date.context_today(manager)
        self.monday = self.today - timedelta(days=self.today.weekday())
        self.course = self.ref("op_course_computer_science")
        self.batch = self.ref("op_batch_computer_science_a")
        self.teacher = self.ref("op_faculty_marchetti")
        self.other_teacher = self.ref("op_faculty_kim")
        #: The one whose pages are full, and the others of the same batch.
        self.student = self.ref("op_student_mira_halvorsen")
        self.students = (
            self.env["op.student.course"]
            .search([("batch_id", "=", self.batch.id)], order="roll_number")
            .student_id
        )

    def ref(self, name):
        """Return the demo record of an external id of this addon."""
        return self.env.ref(f"{ADDON}.{name}")

    def has_app(self, app):
        """Tell whether an app is installed and its models are loaded."""
        return app in self.env.registry._init_modules

    def day(self, days):
        """Return the date a number of days from today."""
        return self.today + timedelta(days=days)

    def moment(self, day, hour, minute=0):
        """Return a time of a day at the school, as it is stored."""
        local = datetime.combine(day, time(hour, minute), tzinfo=self.zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    def weekday_and_hour(self, moment):
        """Return the day of the week and the hour at the school of a stored time."""
        local = moment.replace(tzinfo=UTC).astimezone(self.zone)
        return local.weekday(), local.hour

    def provide(self, model, values_by_name):
        """Return records by their external ids, made where they are not there yet.

        One after the other: not all that OpenEduCat checks copes with several.

        :param dict values_by_name: the values of each record, by its external id
        :return: all of them, in that order
        """
        records = self.env[model]
        for name, values in values_by_name.items():
            data = {"xml_id": f"{ADDON}.{name}", "values": values, "noupdate": True}
            records += records._load_records([data], update=True)
        return records

    def let_teacher_into(self, group):
        """Let the demo teacher work with an app."""
        self.ref("user_teacher").group_ids += self.env.ref(group)
