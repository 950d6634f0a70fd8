from unittest.mock import patch

from psycopg2 import errors

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.op_student_portal_access.assess import Request
from ..models.op_student_portal_access.pattern import plain_text
from .access_common import PortalAccessCase
from .common import StudentPortalCase


@tagged("post_install", "-at_install")
class TestGrantPattern(PortalAccessCase):
    """Logins of students without an email, by the pattern of their school."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_pattern("{first_name}.{last_name}{number}")

    @classmethod
    def _set_pattern(cls, pattern, **values):
        cls.env.company.write({"student_portal_login_pattern": pattern, **values})

    def _create(self, first_name="Zoé", last_name="Müller", count=1, **values):
        return self._create_students(
            count,
            **{
                "first_name": first_name,
                "last_name": last_name,
                "name": f"{first_name} {last_name}",
                "email": False,
                **values,
            },
        )

    def _logins(self, students):
        return [each.login for each in self._assess(students).values()]

    # -- patterns ----------------------------------------------------------------

    def test_only_listed_fields_can_be_used(self):
        for pattern in (
            "{name}",
            "{email}",
            "{user_id}",
            "{user_id.password}",
            "{first_name.__class__}",
            "{first_name!r}",
            "{first_name:>10}",
            "{0}",
            "{}",
            "{ gr_no }",
            "{{gr_no}}",
            "{gr_no",
            "gr_no}",
            "{gr_no}@example.com",
            "{gr_no} {number}",
            "Ü{gr_no}",
            "%(gr_no)s{",
            "{number}",
            "pupil",
            "{gr_no}{number}{number}",
        ):
            with self.subTest(pattern=pattern), self.assertRaises(ValidationError):
                self._set_pattern(pattern)
        for pattern in (False, "", "s-{gr_no}", "{first_name}_{number}{id_number}"):
            self._set_pattern(pattern)

    def test_accents_and_other_scripts(self):
        for name, text in (
            ("Zoé", "zoe"),
            ("O'Neil-Smith", "oneilsmith"),
            ("Søren Großmann", "sorengrossmann"),
            ("Łukasz", "lukasz"),
            ("İpek Yıldız", "ipekyildiz"),
            ("Nguyễn Đức", "nguyenduc"),
            ("Анна Жукова", "annazhukova"),
            ("Йована", "yovana"),
            ("Ελένη", "eleni"),
            ("李小龙", ""),
            ("محمد", ""),
            ("अनुष्का", ""),
            ("", ""),
            (False, ""),
            ("!!!", ""),
        ):
            self.assertEqual(plain_text(name), text, name)
        for text in map(plain_text, ("Ὀδυσσεύς", "Щукин", "Ærøskøbing")):
            self.assertRegex(text, "^[a-z]+$")

    def test_name_that_cannot_be_written_is_the_registration_number(self):
        student = self._create("李", "Chen", gr_no="R-17")
        self.assertEqual(self._logins(student), ["r17.chen"])
        student = self._create("李", "Chen")
        (each,) = self._assess(student).values()
        self.assertEqual(each.status, "no_email")
        self.assertIn("First Name", each.message)

    def test_missing_field_is_named(self):
        self._set_pattern("{gr_no}")
        student = self._create()
        (each,) = self._assess(student).values()
        self.assertEqual((each.status, each.login), ("no_email", ""))
        self.assertIn("Registration Number", each.message)
        self._set_pattern("{first_name}.{middle_name}.{last_name}")
        self.assertEqual(self._logins(student), ["zoe.muller"])

    def test_long_names_are_cut(self):
        students = self._create("a" * 90, "b" * 90, count=2)
        for login in self._logins(students):
            self.assertEqual(len(login), 64)
        self.assertEqual(len(set(self._logins(students))), 2)

    def test_login_is_the_same_any_language_is_acted_in(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        student = self._create("Anna", "Meier")
        student.with_context(lang="fr_FR").first_name = "Anne"
        french = self._assess(student.with_context(lang="fr_FR"))
        self.assertEqual([each.login for each in french.values()], ["anna.meier"])

    def test_without_a_pattern_an_email_is_needed(self):
        self._set_pattern(False)
        student = self._create()
        for login in (None, "zoe.muller"):
            (each,) = self._assess(student, {student.id: login}).values()
            self.assertIn(each.status, ("no_email", "invalid_email"))

    # -- numbers -----------------------------------------------------------------

    def test_next_free_number_is_used(self):
        students = self._create(count=3)
        self.env["res.users"].create({"name": "Zoe", "login": "Zoe.Muller2"})
        self.assertEqual(
            self._logins(students), ["zoe.muller", "zoe.muller3", "zoe.muller4"]
        )
        self._grant(students)
        self.assertEqual(self._logins(self._create()), ["zoe.muller5"])

    def test_reserved_login_gets_a_number_or_is_refused(self):
        self._set_pattern("{first_name}")
        student = self._create("Admin")
        self.assertEqual(self._logins(student), ["admin2"])
        (each,) = self._assess(student, {student.id: "Root"}).values()
        self.assertEqual(each.status, "reserved")

    def test_thousand_students_of_one_name(self):
        self._set_parameter("run_threshold", 2000)
        students = self._create(count=1000)
        few = self._create("Few", count=10)
        cost = self._count_queries(lambda: self._assess(few))
        more = self._count_queries(lambda: self._assess(students))
        # The ORM fetches a thousand records at a time.
        self.assertLessEqual(more - cost, 3)
        logins = self._logins(students)
        self.assertEqual(len(set(logins)), 1000)
        self.assertEqual(logins[999], "zoe.muller1000")

    def test_number_taken_meanwhile_is_not_given_again(self):
        first, second = self._create(), self._create()
        claim = patch.object(
            self.registry["op.student.portal.access"], "claim_plain_logins"
        )
        with claim as claimed:
            self._grant(self._create_students(1))
            claimed.assert_not_called()
            self._grant(first)
            claimed.assert_called_once()
        (outcome,) = self._perform(second, "zoe.muller").values()
        self.assertEqual(outcome.state, "granted")
        self.assertEqual(second.user_id.login, "zoe.muller2")
        (outcome,) = self._grant(
            third := self._create(), logins={third.id: "zoe.muller"}
        ).values()
        self.assertEqual(outcome.state, "skipped", "It was typed, not proposed")

    def _perform(self, student, login):
        access = self.env["op.student.portal.access"]
        access = access.with_user(self.student_manager).sudo()
        return access.perform(
            "grant",
            [Request(student.with_env(access.env), login, by_pattern=True)],
            portal_group=self.group_student_portal,
        )

    # -- the dialog --------------------------------------------------------------

    def test_dialog_shows_the_login_to_edit(self):
        students = self._create(count=2) + self._create_students(1)
        dialog = self._dialog(students)
        self.assertEqual(
            dialog.line_ids.sorted("student_id").mapped("status"), ["ready"] * 3
        )
        by_letter = dialog.line_ids.filtered("by_letter").sorted("login")
        self.assertEqual(by_letter.mapped("login"), ["zoe.muller", "zoe.muller2"])
        self.assertEqual(by_letter.student_id, students[:2])
        self.assertIn("by letter", by_letter[0].message)

        with Form(by_letter[0]) as line:
            line.login = "Zoe.Muller2"
        self.assertEqual(by_letter.mapped("status"), ["duplicate"] * 2)
        with Form(by_letter[0]) as line:
            line.login = "zoe muller"
        self.assertEqual(by_letter.mapped("status"), ["invalid_email", "ready"])
        with Form(by_letter[0]) as line:
            line.login = self.portal_user.login
        self.assertEqual(by_letter[0].status, "take_over")
        with Form(by_letter[0]) as line:
            line.login = "zoe"
        self.assertFalse(by_letter[0].by_pattern)
        dialog.action_grant_access()
        self.assertEqual(
            students.user_id.mapped("login"),
            ["zoe", "zoe.muller2", students[2].email],
        )
        self.assertFalse(students[0].email)

    def test_run_in_the_background_grants_by_the_pattern(self):
        self._set_parameter("run_threshold", 1)
        students = self._create(count=3)
        run = self._start_run(students)
        self.assertEqual(run.state, "running")
        other = self._create()
        self._grant(other, logins={other.id: "zoe.muller2"})
        self._work_off_runs()
        self.assertEqual(run.granted_count, 3)
        self.assertEqual(
            sorted(students.user_id.mapped("login")),
            ["zoe.muller", "zoe.muller3", "zoe.muller4"],
        )
        self.assertEqual(
            run.line_ids.sorted("student_id").mapped("login"),
            students.user_id.mapped("login"),
        )

    def test_create_users_of_openeducat_uses_the_pattern(self):
        students = self._create(count=2)
        students.with_user(self.student_manager).create_student_user()
        self.assertEqual(
            students.user_id.mapped("login"), ["zoe.muller", "zoe.muller2"]
        )

    # -- the settings ------------------------------------------------------------

    def test_settings_show_what_ten_students_would_get(self):
        self._create(count=2)
        missing = self._create("王", "芳")
        self._create_students(12)
        settings = self.env["res.config.settings"].with_user(self.administrator)
        with Form(settings) as form:
            form.student_portal_login_pattern = "{first_name}.{last_name}"
            lines = form.student_portal_login_preview.splitlines()
            self.assertEqual(len(lines), 10)
            self.assertEqual(lines.count("Zoé Müller: zoe.muller"), 1)
            self.assertIn("Zoé Müller: zoe.muller2, because zoe.muller is taken", lines)
            self.assertTrue(
                any(missing.name in line and "First Name" in line for line in lines)
            )
            form.student_portal_login_pattern = "{password}"
            self.assertIn("{password}", form.student_portal_login_preview)
            form.student_portal_login_pattern = False
            self.assertFalse(form.student_portal_login_preview)


@tagged("post_install", "-at_install")
class TestLoginsAtTheSameMoment(StudentPortalCase):
    """Two administrators who grant to students of one name."""

    def test_second_one_is_tried_again(self):
        for conflict in (errors.LockNotAvailable, errors.SerializationFailure):
            with (
                self.registry.cursor() as cr,
                self.registry.cursor() as other_cr,
                mute_logger("odoo.sql_db"),
            ):
                other_cr.execute("SET LOCAL lock_timeout = '100ms'")
                other_cr.execute("SELECT count(*) FROM res_users")
                access = self.env["op.student.portal.access"]
                access.with_env(access.env(cr=cr)).claim_plain_logins()
                if conflict is errors.SerializationFailure:
                    cr.commit()
                # Odoo tries these errors again, with what the other one has left.
                with self.assertRaises(conflict):
                    access.with_env(access.env(cr=other_cr)).claim_plain_logins()
