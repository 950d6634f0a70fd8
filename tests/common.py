import gc
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.base.models import ir_cron

from ..models.op_student_portal_access.assess import Request


class StudentPortalCase(TransactionCase):
    """Students of a school, and those who work there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.group_student_portal = cls.env.ref(
            "openeducat_student_portal.group_student_portal"
        )
        cls.group_limited = cls.env.ref(
            "openeducat_student_portal.group_student_portal_limited"
        )
        cls.student_manager = cls._create_user(
            "portal.test.manager", "openeducat_student_portal.group_student_manager"
        )
        cls.administrator = cls._create_user(
            "portal.test.administrator", "openeducat_core.group_op_back_office_admin"
        )
        cls.faculty = cls._create_user(
            "portal.test.faculty", "openeducat_core.group_op_faculty"
        )
        cls.employee = cls._create_user("portal.test.employee", "base.group_user")
        cls.portal_user = cls._create_user("portal.test.portal", "base.group_portal")

    @classmethod
    def _create_user(cls, login, groups, **values):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            email=f"{login}@school.example.com",
            # Odoo would make the mail of an invitation to each.
            context={"no_reset_password": True},
            **values,
        )

    @classmethod
    def _create_manager_elsewhere(cls):
        """Create a Student Manager of another company."""
        school = cls.env["res.company"].create({"name": "Other School"})
        return cls._create_user(
            "portal.test.elsewhere",
            "openeducat_student_portal.group_student_manager",
            company_id=school.id,
            company_ids=school.ids,
        )

    @classmethod
    def _printing(cls):
        """Return a patch with which letters can be printed, on any machine."""
        reports = cls.registry["ir.actions.report"]
        return patch.object(reports, "get_wkhtmltopdf_state", return_value="ok")

    @classmethod
    def _create_students(cls, count, **values):
        """Create students, each with an email of its own unless values say other."""
        first = cls.env["op.student"].with_context(active_test=False).search_count([])
        return cls.env["op.student"].create(
            [
                {
                    "first_name": f"Student {number}",
                    "last_name": "Tester",
                    "name": f"Student {number} Tester",
                    "gender": "f",
                    "email": f"student.{number}@example.com",
                    **values,
                }
                for number in range(first, first + count)
            ]
        )

    @classmethod
    def _grant(cls, students, **options):
        """Grant access to students as their Student Manager, and return the outcomes.

        :param dict logins: in options, the address typed for a student, by its id
        """
        logins = options.pop("logins", None) or {}
        students = students.with_user(cls.student_manager)
        access = students.env["op.student.portal.access"].sudo()
        return access.perform(
            "grant",
            [
                Request(student.with_env(access.env), logins.get(student.id))
                for student in students
            ],
            portal_group=options.pop("portal_group", cls.group_student_portal),
            **{"send_invitation": True, **options},
        )

    @classmethod
    def _assess(cls, students, logins=None, user=None):
        """Return the assessments of students, as the Student Manager sees them."""
        students = students.with_user(user or cls.student_manager)
        return students.env["op.student.portal.access"].assess(
            [Request(student, (logins or {}).get(student.id)) for student in students]
        )

    @classmethod
    def _start_run(cls, students, user=None, **options):
        """Start a run for students, as the Student Manager or another user."""
        students = students.with_user(user or cls.student_manager)
        logins = options.pop("logins", None) or {}
        return students.env["op.student.portal.run"].start(
            "grant",
            students,
            [Request(student, logins.get(student.id)) for student in students],
            options.pop("portal_group", cls.group_student_portal),
            **{"send_invitation": True, **options},
        )

    def url_open(self, url, *arguments, **options):
        """Open a page, however long a busy machine takes: Odoo waits 12 seconds."""
        return super().url_open(url, *arguments, **{"timeout": 300, **options})

    def browser_js(self, *arguments, cookies=None, **options):
        """Keep OpenEduCat from asking for a review, which covers all after a while."""
        asked = {f"g2_review_{self.env.cr.dbname}": "true", **(cookies or {})}
        return super().browser_js(*arguments, cookies=asked, **options)

    def _work_off_runs(self, seconds=3600):
        """Have the scheduler do what it has to do with runs.

        :param seconds: after how many it is the others' turn; Odoo's ten may be too
            few on a busy machine
        """
        with (
            self.enter_registry_test_mode(),
            patch.object(ir_cron, "MIN_TIME_PER_JOB", seconds),
        ):
            self.env.ref(
                "openeducat_student_portal.ir_cron_portal_run"
            ).method_direct_trigger()

    def _count_queries(self, act):
        """Return how many queries an act takes when Odoo remembers nothing.

        What Odoo caches is forgotten in between for reasons that are not the act's,
        such as the number of tests before it.

        :param act: a callable
        """
        self.env.flush_all()
        self.env.invalidate_all()
        self.registry.clear_all_caches()
        # Environments remember, too, for as long as Python has not freed them.
        gc.collect()
        before = self.cr.sql_log_count
        act()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _triggers(self, cron, act):
        """Return when an act has a scheduled action woken.

        :param str cron: the external id of an ir.cron
        :param act: a callable
        """
        mine = [("cron_id", "=", self.env.ref(cron).id)]
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search(mine)
        act()
        return sorted((triggers.search(mine) - before).mapped("call_at"))

    @classmethod
    def _set_parameter(cls, name, value):
        cls.env["ir.config_parameter"].set_param(
            f"openeducat_student_portal.{name}", value
        )

    @classmethod
    def _dialog(cls, students, user=None):
        """Return the dialog of the action *Grant Portal Access*, as a user."""
        students = students.with_user(user or cls.student_manager)
        action = students.action_grant_portal_access()
        return students.env[action["res_model"]].browse(action["res_id"])

    @classmethod
    def _create_group(cls, *implied):
        return cls.env["res.groups"].create(
            {
                "name": "Test Level",
                "implied_ids": [
                    Command.link(cls.env.ref(xmlid).id) for xmlid in implied
                ],
            }
        )
