from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service import model as service_model
from odoo.tests import tagged
from odoo.tools import format_datetime, mute_logger

from ..models.op_student_portal_run import work as op_student_portal_run_work
from .common import StudentPortalCase

WORK_LOGGER = op_student_portal_run_work.__name__
#: What PostgreSQL says where another transaction got in the way.
CONFLICT = "DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$"
RUN_CRON = "openeducat_student_portal.ir_cron_portal_run"
MAIL_CRON = "mail.ir_cron_mail_scheduler_action"
WIZARD = "op.student.portal.wizard"


class WordlessError(Exception):
    """An error that says no more than its name."""


class RunCase(StudentPortalCase):
    """Runs of more than two students, worked off two at a time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_parameter("run_threshold", 2)
        cls.startClassPatcher(patch.object(op_student_portal_run_work, "BATCH_SIZE", 2))

    def _states(self, run):
        return {line.student_id: line.state for line in run.sudo().line_ids}

    def _fail_for(self, *guilty, login=None):
        """Have the database refuse the users of some students, for their login."""
        accesses = type(self.env["op.student.portal.access"])
        original = accesses._user_values

        def values_of(access, student, *arguments):
            values = original(access, student, *arguments)
            if student.id in [each.id for each in guilty]:
                values["login"] = login
            return values

        return patch.object(accesses, "_user_values", values_of)

    @contextmanager
    def _noting_batches(self):
        """Give a list to which the run of each batch that is worked off is added."""
        worked = []
        model = type(self.env["op.student.portal.run"])
        original = model.process_batch

        def process_batch(run, size):
            worked.append(run)
            return original(run, size)

        with patch.object(model, "process_batch", process_batch):
            yield worked


@tagged("post_install", "-at_install")
class TestRun(RunCase):
    def test_few_students_are_granted_at_once_and_recorded(self):
        students = self._create_students(2)
        run = self._start_run(students)
        self.assertEqual(run.state, "done")
        self.assertTrue(run.finished_on)
        self.assertEqual(run.user_id, self.student_manager)
        self.assertEqual(run.portal_group_id, self.group_student_portal)
        self.assertEqual(set(self._states(run).values()), {"granted"})
        self.assertEqual((run.total_count, run.granted_count), (2, 2))
        self.assertTrue(all(students.user_id.mapped("active")))

    def test_many_students_are_left_to_the_scheduler(self):
        students = self._create_students(5)
        triggers = self._triggers(RUN_CRON, lambda: self._start_run(students))
        run = self.env["op.student.portal.run"].search([], limit=1)
        self.assertEqual(run.state, "running")
        self.assertEqual(run.pending_count, 5)
        self.assertFalse(students.user_id)
        self.assertEqual(len(triggers), 1)

        self._work_off_runs()
        self.assertEqual(run.state, "done")
        self.assertTrue(run.finished_on)
        self.assertEqual((run.pending_count, run.granted_count), (0, 5))
        self.assertEqual(len(students.user_id), 5)
        mails = students.portal_access_id.mail_id
        self.assertEqual(len(mails), 5)
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        # The scheduler works in the name of who started it.
        self.assertEqual(students.portal_granted_by_id, self.student_manager)
        self.assertEqual(students.user_id.company_id, run.company_id)

    def test_run_without_invitations_queues_none(self):
        students = self._create_students(3)
        self._start_run(students, send_invitation=False)
        self._work_off_runs()
        self.assertEqual(len(students.user_id), 3)
        self.assertFalse(students.portal_access_id.mail_id)

    def test_address_typed_for_a_student_is_its_login(self):
        students = self._create_students(3, email=False)
        logins = {student.id: f"typed.{student.id}@example.com" for student in students}
        self._start_run(students, logins=logins)
        self._work_off_runs()
        self.assertEqual(
            students.user_id.mapped("login"),
            [logins[student.id] for student in students],
        )

    def test_siblings_in_different_batches_are_both_skipped(self):
        students = self._create_students(5)
        siblings = students[0] + students[4]
        siblings.email = "parent@example.com"
        run = self._start_run(students)
        self._work_off_runs()
        self.assertEqual(run.attention_line_ids.student_id, siblings)
        self.assertEqual(run.granted_count, 3)
        self.assertFalse(siblings.user_id)
        for line in run.attention_line_ids:
            self.assertIn("same address", line.message)

    def test_run_of_none_that_is_ready_is_done(self):
        students = self._create_students(3, email="a@b")
        run = self._start_run(students)
        self._work_off_runs()
        self.assertEqual((run.state, run.skipped_count), ("done", 3))

    def test_login_of_the_line_is_granted_when_an_email_is_there_by_then(self):
        self.env.company.student_portal_login_pattern = "{first_name}{number}"
        students = self._create_students(3, first_name="Pia", email=False)
        run = self._start_run(students)
        logins = run.line_ids.mapped("login")
        students[0].email = "pia@example.com"
        self._work_off_runs()
        self.assertEqual(students.user_id.mapped("login"), logins)

    def test_address_that_was_cleared_is_not_granted_after_all(self):
        student = self._create_students(1)
        run = self._start_run(student, logins={student.id: ""})
        self.assertIn("no email", run.line_ids.message)
        self.assertFalse(student.user_id)

    def test_scheduler_has_nothing_to_do_for_runs_that_do_not_run(self):
        runs = self.env["op.student.portal.run"].with_user(self.student_manager)
        students = self._create_students(5)
        cancelled = self._start_run(students[:3])
        cancelled.action_cancel()
        self._grant(students[3:])
        asked = runs.start("revoke", students[3:].with_user(self.student_manager))
        self.assertEqual((asked.state, asked.pending_count), ("draft", 2))
        self.assertEqual(runs._count_remaining(), 0)
        running = self._start_run(self._create_students(3))
        self.assertEqual(runs._count_remaining(), 3)
        running.sudo().process_batch(2)
        self.assertEqual(runs._count_remaining(), 1)
        self._work_off_runs()
        self.assertEqual((running.state, runs._count_remaining()), ("done", 0))

    def test_what_others_did_before_its_turn_is_told(self):
        students = self._create_students(5)
        deleted, archived, granted, changed, ready = students
        names = deleted.name
        run = self._start_run(students)
        deleted.unlink()
        archived.active = False
        self._grant(granted)
        self._create_user(changed.email, "base.group_portal")
        self._work_off_runs()
        self.assertEqual((run.granted_count, run.skipped_count), (1, 4))
        self.assertEqual(ready.user_id.login, ready.email)
        self.assertEqual(self._states(run)[ready], "granted")
        reasons = {line.student_name: line.message for line in run.skipped_line_ids}
        self.assertIn("deleted", reasons[names])
        self.assertIn("archived", reasons[archived.name])
        self.assertIn("already has access", reasons[granted.name])
        self.assertIn("already exists", reasons[changed.name])
        self.assertEqual(len(granted.partner_id.user_ids), 1)
        # There is nothing to correct for who has access, or is gone.
        self.assertEqual(run.attention_line_ids.student_id, archived + changed)
        self.assertEqual(run.attention_count, 2)

    def test_selection_of_which_few_are_ready_is_granted_at_once(self):
        students = self._create_students(6)
        self._grant(students[:4])
        students[4].email = False
        run = self._start_run(students)
        self.assertEqual((run.state, run.granted_count), ("done", 1))
        self.assertEqual((run.skipped_count, run.attention_count), (5, 1))
        self.assertEqual(run.attention_line_ids.student_id, students[4])

    def test_one_guilty_student_is_found_and_the_others_granted(self):
        students = self._create_students(6)
        guilty = students[3]
        run = self._start_run(students)
        with self._fail_for(guilty), mute_logger("odoo.sql_db"):
            self._work_off_runs()
        self.assertEqual(run.state, "done")
        self.assertEqual((run.granted_count, run.failed_count), (5, 1))
        line = run.attention_line_ids
        self.assertEqual((line.student_id, line.state), (guilty, "failed"))
        self.assertTrue(line.message)
        self.assertTrue(line.needs_attention)
        self.assertFalse(guilty.user_id)

    def test_login_that_was_taken_at_the_same_moment_is_told_in_words(self):
        students = self._create_students(3)
        run = self._start_run(students)
        # As by a transaction of which this one sees nothing yet.
        with (
            self._fail_for(students[1], login="admin"),
            mute_logger("odoo.sql_db"),
        ):
            self._work_off_runs()
        self.assertEqual((run.granted_count, run.failed_count), (2, 1))
        message = run.attention_line_ids.message
        self.assertIn("two users with the same login", message)
        self.assertNotIn("constraint", message)

    def test_server_that_runs_out_of_something_is_no_students_fault(self):
        students = self._create_students(3)
        run = self._start_run(students)
        for error in (MemoryError(), Exception("CPU time limit exceeded.")):
            with (
                self.subTest(error=error),
                patch.object(
                    type(self.env["op.student.portal.access"]),
                    "queue_invitations",
                    side_effect=error,
                ),
                mute_logger("odoo.addons.base.models.ir_cron"),
            ):
                self._work_off_runs()
            self.assertEqual((run.state, run.pending_count), ("running", 3))
        self._work_off_runs()
        self.assertEqual((run.state, run.granted_count), ("done", 3))

    def test_scheduler_is_left_to_others_when_the_time_is_up(self):
        run = self._start_run(self._create_students(8))
        work_off = partial(self._work_off_runs, seconds=0.000001)
        with self._noting_batches() as batches:
            triggers = self._triggers(RUN_CRON, work_off)
        # Odoo would have called for ten.
        self.assertLessEqual(len(batches), 1)
        self.assertEqual(run.state, "running")
        self.assertEqual(len(triggers), 1, "It is called again soon")

        cron = type(self.env["ir.cron"])
        woken = []
        with (
            # There is time for one batch.
            patch.object(cron, "_commit_progress", side_effect=[10, 0]),
            patch.object(cron, "_trigger", lambda job: woken.append(job.id)),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            run.with_env(self.env(cr=cr, su=True))._process_runs()
        self.env.invalidate_all()
        self.assertEqual(run.granted_count, 2)
        self.assertEqual(woken, self.env.ref(RUN_CRON).ids)
        self._work_off_runs()
        self.assertEqual((run.state, run.granted_count), ("done", 8))

    def test_batch_that_another_transaction_got_in_the_way_of_is_tried_again(self):
        students = self._create_students(3)
        run = self._start_run(students)
        runs = type(run)
        original = runs.process_batch
        failures = [1, 2]

        def process_batch(run, size):
            processed = original(run, size)
            if failures:
                failures.pop()
                run.env.cr.execute(CONFLICT)
            return processed

        with (
            patch.object(runs, "process_batch", process_batch),
            patch.object(service_model.time, "sleep"),
            mute_logger("odoo.sql_db"),
        ):
            self._work_off_runs()
        self.assertFalse(failures)
        self.assertEqual((run.state, run.granted_count), ("done", 3))
        self.assertEqual(len(students.user_id), 3)

    def test_runs_take_turns(self):
        runs = self._start_run(self._create_students(6))
        runs |= self._start_run(self._create_students(3))
        with self._noting_batches() as worked:
            self._work_off_runs()
        first, second = runs
        self.assertEqual(worked, [first, second, first, second, first])
        self.assertEqual(set(runs.mapped("state")), {"done"})

    def test_mails_wait_for_the_end_of_the_run(self):
        students = self._create_students(3)
        run = self._start_run(students)
        run = run.sudo()
        self.assertFalse(self._triggers(MAIL_CRON, lambda: run.process_batch(2)))
        self.assertEqual(
            len(self._triggers(MAIL_CRON, lambda: run.process_batch(2))), 1
        )
        self.assertEqual(run.state, "done")


@tagged("post_install", "-at_install")
class TestRunSteering(RunCase):
    def test_cancelled_run_keeps_what_was_granted(self):
        students = self._create_students(5)
        run = self._start_run(students)
        run.sudo().process_batch(2)
        run.action_cancel()
        self._work_off_runs()
        self.assertEqual(run.state, "cancelled")
        self.assertTrue(run.finished_on)
        self.assertEqual((run.granted_count, run.pending_count), (2, 3))
        self.assertEqual(len(students.user_id), 2)
        self.assertIn("Cancelled", run.message_ids[0].body)
        self.assertEqual(run.message_ids[0].author_id, self.student_manager.partner_id)
        # Cancelled while the scheduler was on its way to the next batch.
        self.assertEqual(run.sudo().process_batch(2), 0)
        self.assertEqual(len(students.user_id), 2)

    def test_cancelled_run_is_resumed_where_it_stopped(self):
        students = self._create_students(6)
        run = self._start_run(students)
        run.sudo().process_batch(2)
        run.action_cancel()
        run.action_resume()
        self.assertEqual(run.state, "running")
        self.assertFalse(run.finished_on)
        self._work_off_runs()
        self.assertEqual((run.state, run.granted_count), ("done", 6))
        self.assertEqual(len(students.user_id), 6)
        self.assertEqual(len(students.portal_access_id.mail_id), 6)

    def test_few_that_are_left_are_granted_as_the_run_is_resumed(self):
        students = self._create_students(4)
        run = self._start_run(students)
        run.sudo().process_batch(2)
        run.action_cancel()
        run.action_resume()
        self.assertEqual((run.state, run.granted_count), ("done", 4))

    def test_failed_students_are_retried(self):
        students = self._create_students(5)
        run = self._start_run(students)
        with self._fail_for(students[1], students[4]), mute_logger("odoo.sql_db"):
            self._work_off_runs()
        self.assertEqual(run.failed_count, 2)
        run.action_retry_failed()
        self.assertEqual((run.state, run.granted_count), ("done", 5))
        self.assertFalse(run.attention_line_ids)
        self.assertEqual(len(students.user_id), 5)
        self.assertIn("Students retried: 2", run.message_ids[0].body)

    def test_failed_students_of_another_run_are_not_retried(self):
        runs = []
        for _number in range(2):
            students = self._create_students(3)
            runs.append(self._start_run(students))
            with self._fail_for(students[0]), mute_logger("odoo.sql_db"):
                self._work_off_runs()
        runs[0].action_retry_failed()
        self.assertEqual([run.failed_count for run in runs], [0, 1])

    def test_failed_students_of_a_running_run_are_retried_by_it(self):
        students = self._create_students(4)
        run = self._start_run(students)
        with self._fail_for(students[0]), mute_logger("odoo.sql_db"):
            run.sudo().process_batch(2)
        self.assertEqual(run.failed_count, 1)
        run.action_retry_failed()
        self.assertEqual((run.state, run.pending_count), ("running", 3))
        self._work_off_runs()
        self.assertEqual((run.state, run.granted_count), ("done", 4))

    def test_what_cannot_be_steered_says_so(self):
        done = self._start_run(self._create_students(1))
        running = self._start_run(self._create_students(3))
        for act in (
            done.action_cancel,
            done.action_resume,
            done.action_retry_failed,
            done.action_fix_addresses,
            running.action_resume,
        ):
            with self.subTest(act=act), self.assertRaises(UserError):
                act()
        self.assertEqual((done.state, running.state), ("done", "running"))

    @mute_logger(WORK_LOGGER)
    def test_run_that_cannot_go_on_is_interrupted_and_the_others_go_on(self):
        other_company = self.env["res.company"].create({"name": "Other School"})
        self.student_manager.company_ids |= other_company
        students = self._create_students(3)
        elsewhere = self._create_students(3)
        run = self._start_run(students)
        other = self._start_run(elsewhere.with_company(other_company))
        self.env.company.student_portal_enabled = False

        self._work_off_runs()
        self.assertEqual(run.state, "interrupted")
        self.assertIn("switched off", run.interruption)
        self.assertEqual(run.pending_count, 3)
        self.assertFalse(students.user_id)
        self.assertEqual((other.state, other.granted_count), ("done", 3))
        self.assertEqual(elsewhere.user_id.company_id, other_company)

        self.env.company.student_portal_enabled = True
        run.action_resume()
        self.assertFalse(run.interruption)
        self._work_off_runs()
        self.assertEqual((run.state, run.granted_count), ("done", 3))

    @mute_logger(WORK_LOGGER)
    def test_run_whose_group_became_internal_is_interrupted(self):
        group = self._create_group("base.group_portal")
        students = self._create_students(3)
        run = self._start_run(students, portal_group=group)
        group.unlink()
        self._work_off_runs()
        self.assertEqual(run.state, "interrupted")
        self.assertFalse(students.user_id)

    def test_those_who_need_attention_are_corrected_in_the_dialog(self):
        students = self._create_students(3, email=False)
        run = self._start_run(students)
        self._work_off_runs()
        action = run.action_fix_addresses()
        dialog = run.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(dialog.line_ids.student_id, students)


@tagged("post_install", "-at_install")
class TestRunShown(RunCase):
    def test_progress_and_time_left(self):
        students = self._create_students(8)
        with freeze_time("2026-09-01 08:00:00"):
            run = self._start_run(students)
            self.assertEqual(run.progress, 0)
            self.assertIn("scheduler", run.time_left)
        run.sudo().process_batch(2)
        with freeze_time("2026-09-01 08:05:00"):
            run.invalidate_recordset()
            self.assertEqual(run.progress, 25)
            # Two in five minutes: fifteen for the other six.
            self.assertIn("15 minutes", run.time_left)
        run.action_cancel()
        with freeze_time("2026-09-01 09:00:00"):
            run.action_resume()
        run.sudo().process_batch(2)
        with freeze_time("2026-09-01 09:01:00"):
            run.invalidate_recordset()
            self.assertEqual(run.progress, 50)
            # The hour in which it rested does not count.
            self.assertIn("2 minutes", run.time_left)
        self._work_off_runs()
        self.assertEqual(run.progress, 100)
        self.assertFalse(run.time_left)

    def test_run_tells_that_nobody_works_it_off(self):
        run = self._start_run(self._create_students(3))
        self.env.ref(RUN_CRON).active = False
        self.assertIn("switched off", run.time_left)
        self.env.ref(RUN_CRON).active = True
        run.invalidate_recordset()
        self.assertIn("Waiting", run.time_left)

    def _told(self, work):
        """Return the notifications that the work sends to the run's starter."""
        told = []
        users = type(self.env["res.users"])

        def send(user, kind, message, **_options):
            if kind == "simple_notification":
                told.append((user.id, message))

        with patch.object(users, "_bus_send", send):
            work()
        return told

    def test_starter_is_told_when_the_run_is_done(self):
        students = self._create_students(4)
        students[0].email = False
        self.student_manager.tz = "Asia/Kolkata"
        run = self._start_run(students)
        told = self._told(self._work_off_runs)
        [(user, message)] = told
        self.assertEqual(user, self.student_manager.id)
        self.assertEqual(message["type"], "warning")
        started = format_datetime(
            self.env, run.started_on, "Asia/Kolkata", dt_format="short"
        )
        self.assertIn(started, message["message"])
        self.assertIn("Done: 3. Need attention: 1.", message["message"])
        # Who is away finds it later.
        activity = run.activity_ids
        self.assertEqual(activity.user_id, self.student_manager)
        self.assertIn("Done: 3.", activity.note)
        mails = self.env["mail.mail"].search(
            [("email_to", "ilike", self.student_manager.email)]
        )
        self.assertFalse(mails)
        activity.with_user(self.student_manager).action_done()
        self.assertFalse(run.activity_ids)

    def test_starter_is_told_that_nobody_needs_attention(self):
        self._start_run(self._create_students(3))
        [(_user, message)] = self._told(self._work_off_runs)
        self.assertEqual(message["type"], "success")

    @mute_logger(WORK_LOGGER)
    def test_error_without_a_text_is_named(self):
        run = self._start_run(self._create_students(3))
        access = type(self.env["op.student.portal.access"])
        error = patch.object(access, "check_enabled_for", side_effect=WordlessError)
        with error:
            self._work_off_runs()
        self.assertIn("WordlessError", run.interruption)

    def test_starter_of_a_few_is_not_told_what_the_dialog_shows(self):
        students = self._create_students(2)
        self.assertFalse(self._told(lambda: self._start_run(students)))
        self.assertFalse(self.env["op.student.portal.run"].search([]).activity_ids)

    @mute_logger(WORK_LOGGER)
    def test_starter_is_told_when_the_run_is_interrupted(self):
        run = self._start_run(self._create_students(3))
        self.env.company.student_portal_enabled = False
        [(_user, message)] = self._told(self._work_off_runs)
        self.assertEqual(message["type"], "warning")
        self.assertIn("switched off", message["message"])
        self.assertEqual(run.activity_ids.user_id, self.student_manager)
        # It is no longer so when somebody else has corrected it.
        self.env.company.student_portal_enabled = True
        run.with_user(self.administrator).action_resume()
        self.assertFalse(run.activity_ids)

    def test_starter_who_left_changes_nothing(self):
        run = self._start_run(self._create_students(4))
        self.student_manager.group_ids = [
            Command.set(self.env.ref("base.group_user").ids)
        ]
        self.student_manager.active = False
        self._work_off_runs()
        self.assertEqual((run.sudo().state, run.sudo().granted_count), ("done", 4))
        students = run.sudo().line_ids.student_id
        self.assertEqual(students.portal_granted_by_id, self.student_manager)

    def test_users_and_lines_are_opened(self):
        students = self._create_students(3)
        students[0].email = False
        run = self._start_run(students)
        self._work_off_runs()
        users = self.env["res.users"].search(run.action_open_users()["domain"])
        self.assertEqual(users, students[1:].user_id)
        again = self._start_run(students)
        self._work_off_runs()
        self.assertEqual(again.worked_count, 0)
        self.assertEqual(again.action_open_users()["domain"], [("id", "in", [])])
        # Those to fix the address of are in the other dialog.
        self.assertEqual(again.action_fix_addresses()["res_model"], WIZARD)
        self.assertEqual(
            again.action_open_students()["domain"], [("id", "in", students[1:].ids)]
        )
        context = {"search_default_attention": True, "active_test": False}
        self.assertEqual(
            run.with_context(**context).action_open_lines()["context"],
            {"search_default_attention": True},
        )
        lines = run.line_ids.search(run.action_open_lines()["domain"])
        self.assertEqual(lines.student_id, students)
        action = lines[0].action_open_student()
        self.assertEqual(action["res_id"], lines[0].student_id.id)

    def test_name_of_a_run_tells_it_apart(self):
        student = self._create_students(1)
        one, several = map(self._start_run, (student, self._create_students(2)))
        date = format_datetime(one.env, one.started_on, dt_format="short")
        names = {
            several: f"Grant Portal Access: 2 students, {date}",
            one: f"Grant Portal Access: {student.name}, {date}",
        }
        for run, name in names.items():
            self.assertEqual(run.display_name, name)
        view = self.env["op.student.portal.run"].get_view(view_type="list")
        self.assertEqual(
            etree.fromstring(view["arch"]).xpath("//field/@name")[0], "display_name"
        )

    def test_list_of_runs_asks_once_for_their_counts(self):
        for _number in range(2):
            self._start_run(self._create_students(2))
        self._start_run(self._create_students(1))
        model = self.env["op.student.portal.run"].with_user(self.student_manager)
        fields = {"display_name": {}, "granted_count": {}, "progress": {}, "state": {}}

        def page():
            return self._count_queries(lambda: model.web_search_read([], fields))

        queries = page()
        for number in range(8):
            self._start_run(self._create_students(1 + number % 2))
        self.assertLessEqual(page(), queries)

    def test_starting_asks_each_question_once(self):
        def start(count):
            students = self._create_students(count)
            return self._count_queries(lambda: self._start_run(students))

        few = start(6)
        self.assertLessEqual(start(60), few)

    def test_batch_costs_few_queries_a_student(self):
        def process(count):
            run = self._start_run(self._create_students(count))
            return self._count_queries(lambda: run.sudo().process_batch(count))

        small = process(10)
        self.assertLessEqual((process(60) - small) / 50, 8)


@tagged("post_install", "-at_install")
class TestRunRetention(RunCase):
    def _ended(self, days, state="done"):
        run = self._start_run(self._create_students(2)).sudo()
        run.write(
            {"state": state, "finished_on": run.finished_on - timedelta(days=days)}
        )
        return run

    def test_old_runs_are_vacuumed_with_their_lines(self):
        self._set_parameter("run_retention_days", 30)
        kept = self._ended(29)
        old = self._ended(31) | self._ended(31, "cancelled")
        lines = old.line_ids
        students = lines.student_id
        self.env["op.student.portal.run"]._gc_ended_runs()
        self.assertFalse(old.exists() | lines.exists().run_id)
        self.assertFalse(lines.exists())
        self.assertTrue(kept.exists())
        self.assertEqual(len(kept.line_ids), 2)
        self.assertEqual(len(students.exists().user_id), 4)

    def test_running_run_is_never_vacuumed(self):
        run = self._ended(1000, "running")
        self.env["op.student.portal.run"]._gc_ended_runs()
        self.assertEqual(len(run.exists().line_ids), 2)

    def test_runs_are_kept_ninety_days_unless_the_school_says_otherwise(self):
        kept, old = self._ended(89), self._ended(91)
        self.env["op.student.portal.run"]._gc_ended_runs()
        self.assertTrue(kept.exists())
        self.assertFalse(old.exists())

    def test_runs_are_kept_for_ever_where_a_parameter_says_no_number_of_days(self):
        self._set_parameter("run_retention_days", 0)
        old = self._ended(1000)
        self.env["op.student.portal.run"]._gc_ended_runs()
        self.assertTrue(old.exists())

    def test_question_that_nobody_answered_is_vacuumed_after_a_day(self):
        students = self._create_students(2)
        self._grant(students)
        runs = self.env["op.student.portal.run"]
        asked = {
            hours: runs.start("revoke", students.with_user(self.student_manager)).sudo()
            for hours in (23, 25)
        }
        done = self._ended(0)
        for hours, run in asked.items():
            run.started_on -= timedelta(hours=hours)
        done.started_on -= timedelta(days=2)
        runs._gc_ended_runs()
        self.assertTrue(asked[23].exists())
        self.assertFalse(asked[25].exists())
        self.assertTrue(done.exists())

    def test_vacuum_deletes_a_part_at_a_time(self):
        old = self._ended(100) | self._ended(100)
        model = self.env["op.student.portal.run"]
        with patch.object(op_student_portal_run_work, "GC_UNLINK_LIMIT", 3):
            self.assertEqual(model._gc_ended_runs(), (3, True))
            self.assertEqual(len(old.exists().line_ids), 1)
            _deleted, more = model._gc_ended_runs()
        self.assertFalse(more)
        self.assertFalse(old.exists())
