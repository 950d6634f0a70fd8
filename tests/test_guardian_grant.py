from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..models.op_student_portal_access.assess import Request
from .guardian_common import GuardianCase
from .portal_common import needs_model


@tagged("post_install", "-at_install")
@needs_model("op.parent")
class TestGuardianGrant(GuardianCase):
    """Guardians are granted access by the same engine as students."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.students = cls._create_students(2)
        cls.guardian = cls._create_guardian(cls.students)

    def _state(self, action):
        """Return what became of an action for the guardian."""
        return self._perform(action, self.guardian)[self.guardian].state

    def test_dialog_that_is_done_is_not_filled_again(self):
        dialog = self._dialog(self.students)
        dialog.action_grant_access()
        lines = dialog.line_ids
        dialog.grant_to = "guardians"
        self.assertEqual(dialog.line_ids, lines)

    def test_guardian_gets_a_portal_user_and_an_invitation(self):
        outcomes = self._perform("grant", self.guardian)
        self.assertEqual(outcomes[self.guardian].state, "granted")
        user = self.guardian.user_id
        self.assertEqual(user.partner_id, self.guardian.name)
        self.assertEqual(user.login, "vera.tester@example.com")
        self.assertEqual(user.group_ids, self.group_guardian)
        self.assertEqual(user.all_group_ids, self.group_guardian.all_implied_ids)
        self.assertEqual(self.guardian.portal_state, "invited")
        self.assertEqual(self.guardian.guardian_portal_group_id, self.group_guardian)
        self.assertFalse(self.guardian.portal_group_id)
        self.assertFalse(self.guardian.name.is_student)
        self.assertEqual(self._access(self.guardian).mail_state, "queued")

    def test_form_of_a_guardian_knows_the_states(self):
        """Odoo finds no choices of a field that no module has."""
        names = ["portal_state", "portal_progress", "portal_mail_state"]
        students, guardians = (
            holders.with_context(lang="en_US").fields_get(names, ["selection"])
            for holders in (self.students, self.guardian)
        )
        for name in names:
            self.assertTrue(guardians[name]["selection"], name)
            self.assertEqual(
                guardians[name]["selection"], students[name]["selection"], name
            )

    def test_mail_names_the_children_and_the_chatter_no_link(self):
        self._perform("grant", self.guardian)
        mail = self._access(self.guardian).mail_id
        for student in self.students:
            self.assertIn(student.name, mail.body_html)
        self.assertIn("as a guardian", mail.body_html)
        self.assertNotIn("your studies", mail.body_html)
        message = self.guardian.name.message_ids[0]
        self.assertIn(self.group_guardian.name, message.body)
        self.assertNotIn("token", message.body)
        self.assertFalse(self.students[0].message_ids.filtered("body"))

    def test_child_from_which_a_guardian_is_barred_is_in_no_mail(self):
        self.env["op.student.portal.bar"].create(
            {
                "student_id": self.students[0].id,
                "partner_id": self.guardian.partner_id.id,
            }
        )
        self._perform("grant", self.guardian)
        body = self._access(self.guardian).mail_id.body_html
        self.assertIn(self.students[1].name, body)
        self.assertNotIn(self.students[0].name, body)

    def test_mail_of_a_former_guardian_names_no_child(self):
        both = self._create_guardian(
            self.students[0], contact=self.students[1].partner_id
        )
        self._perform("grant", both, self.students[1])
        access = self._access(both)
        access.mail_id.state = "sent"
        both.active = False
        self._perform("resend", self.students[1])
        self.assertEqual(access.mail_id.state, "outgoing")
        self.assertNotIn(self.students[0].name, access.mail_id.body_html)

    def test_mail_of_a_student_is_as_before(self):
        self._perform("grant", self.students[0])
        mail = self._access(self.students[0]).mail_id
        self.assertIn("your studies", mail.body_html)
        self.assertNotIn("guardian", mail.body_html)

    def test_student_who_is_a_parent_keeps_one_user_and_has_both(self):
        both = self._create_guardian(
            self.students[0], contact=self.students[1].partner_id
        )
        self._perform("grant", self.students[1])
        user = self.students[1].user_id
        self.assertEqual(both.portal_state, "none")
        self._perform("grant", both)
        self.assertEqual(both.user_id, user)
        self.assertEqual(both.name.user_ids, user)
        self.assertEqual(
            user.group_ids, self.group_student_portal | self.group_guardian
        )
        self.assertEqual(both.portal_state, "invited")
        self.assertEqual(self.students[1].portal_group_id, self.group_student_portal)
        mail = self._access(both).mail_id
        self.assertIn("your studies", mail.body_html)
        self.assertIn(self.students[0].name, mail.body_html)
        # Once more changes nothing.
        self.assertEqual(self._perform("grant", both)[both].state, "skipped")

    def test_login_of_an_access_in_use_is_not_changed_by_granting(self):
        student = self.students[1]
        both = self._create_guardian(self.students[0], contact=student.partner_id)
        self._perform("grant", both)
        typed = {student.id: "typed.now@example.com"}
        self.assertEqual(self._assess(student, typed)[student].status, "login_kept")

    def test_student_who_is_a_parent_is_granted_both_at_once(self):
        both = self._create_guardian(
            self.students[0], contact=self.students[1].partner_id
        )
        outcomes = self._perform("grant", both, self.students[1])
        self.assertEqual({each.state for each in outcomes.values()}, {"granted"})
        self.assertEqual(both.user_id, self.students[1].user_id)
        self.assertEqual(len(both.name.user_ids), 1)

    def test_student_created_with_a_guardians_user_gets_its_own_contact(self):
        self._perform("grant", self.guardian)
        contact = self.guardian.partner_id
        contact.is_parent = False
        student = self._create_students(1, user_id=self.guardian.user_id.id)
        self.assertNotEqual(student.partner_id, contact)
        self.guardian.active = False
        self.guardian.user_id.active = True
        student = self._create_students(1, user_id=self.guardian.user_id.id)
        self.assertEqual(student.partner_id, contact, "It is a guardian no more")

    def test_guardian_alone_is_no_student_with_access(self):
        both = self._create_guardian(
            self.students[0], contact=self.students[1].partner_id
        )
        self._perform("grant", both)
        self.assertEqual(self.students[1].portal_state, "none")
        self.assertEqual(both.portal_state, "invited")
        self._perform("grant", self.students[1])
        self.assertEqual(self.students[1].portal_state, "invited")

    def test_who_has_signed_in_is_not_sent_a_link_again(self):
        both = self._create_guardian(
            self.students[0], contact=self.students[1].partner_id
        )
        self._perform("grant", self.students[1])
        self.env["res.users.log"].with_user(self.students[1].user_id).sudo().create({})
        access = self._access(both)
        mail = access.mail_id
        self.assertEqual(access.state, "active")
        self._perform("grant", both)
        self.assertEqual(access.mail_id, mail)
        self.assertEqual(both.portal_state, "active")

    def test_teacher_who_is_a_parent_is_not_changed(self):
        groups = self.faculty.group_ids
        guardian = self._create_guardian(self.students, contact=self.faculty.partner_id)
        outcome = self._perform("grant", guardian)[guardian]
        self.assertEqual(outcome.state, "skipped")
        self.assertFalse(outcome.needs_attention)
        self.assertEqual(self.faculty.group_ids, groups)
        self.assertEqual(guardian.portal_state, "internal")
        self.assertFalse(self._access(guardian))
        for action in "revoke", "reset", "resend", "update_login":
            outcome = self._perform(action, guardian)[guardian]
            self.assertEqual(outcome.state, "skipped", action)
        self.assertTrue(self.faculty.active)

    def test_groups_of_students_and_guardians_are_kept_apart(self):
        for options in (
            {"portal_group": self.group_guardian},
            {"guardian_group": self.group_student_portal},
            {"guardian_group": self.env.ref("base.group_user")},
            {"guardian_group": self.env.ref("base.group_portal")},
        ):
            with self.subTest(options=options), self.assertRaises(UserError):
                self._perform("grant", self.guardian, **options)
        self.assertFalse(self.guardian.user_id)
        self._perform(
            "grant", self.guardian, guardian_group=self.group_guardian_limited
        )
        self.assertEqual(self.guardian.user_id.group_ids, self.group_guardian_limited)

    def test_school_proposes_a_group_of_guardians_and_none_of_students(self):
        company = self.env.company
        company.student_portal_guardian_group_id = self.group_guardian_limited
        self._perform("grant", self.guardian)
        self.assertEqual(self.guardian.user_id.group_ids, self.group_guardian_limited)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            company.student_portal_guardian_group_id = self.group_student_portal
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            company.student_portal_group_id = self.group_guardian

    def test_guardian_group_never_gives_more_than_the_portal(self):
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.group_guardian.implied_ids = [
                Command.link(self.env.ref("base.group_user").id)
            ]

    def test_address_of_another_is_checked_as_of_students(self):
        taken = self._create_guardian(self.students, "Taken", email="vera@example.com")
        new_test_user(self.env, "vera@example.com", groups="base.group_user")
        empty = self._create_guardian(self.students, "Empty", email=False)
        outcomes = self._perform("grant", taken, empty)
        self.assertIn("vera@example.com", outcomes[taken].message)
        self.assertTrue(outcomes[taken].needs_attention)
        self.assertIn("no email", outcomes[empty].message)

    def test_address_of_the_guardians_own_record_is_proposed(self):
        contact = self.env["res.partner"].create({"name": "No Email"})
        guardian = self._create_guardian(self.students, contact=contact)
        guardian.email = "own.record@example.com"
        contact.email = False
        self._perform("grant", guardian)
        self.assertEqual(guardian.user_id.login, "own.record@example.com")
        self.assertEqual(contact.email, "own.record@example.com")

    def test_shared_mailbox_is_one_of_students(self):
        self.env.company.student_portal_login_pattern = "{first_name}{number}"
        self.env.company.student_portal_shared_mailbox = True
        address = "ida.family@example.com"
        child = self._create_students(1, first_name="Bo", email=address)
        guardian = self._create_guardian(child, "Ida Family")
        access = self.env["op.student.portal.access"]
        assessed = access.assess([Request(child), Request(guardian)])
        statuses = {each.status for each in assessed.values()}
        self.assertEqual(statuses, {"duplicate"})

    def test_child_of_a_guardian_who_is_there_already_has_its_own_login(self):
        self.env.company.student_portal_login_pattern = "{first_name}{number}"
        self.env.company.student_portal_shared_mailbox = True
        self._perform("grant", self.guardian)
        child = self._create_students(
            1, first_name="Bo", email=self.guardian.name.email
        )
        self.assertEqual(self._perform("grant", child)[child].state, "granted")
        self.assertEqual(child.user_id.login, "bo")

    def test_login_of_a_guardian_is_nobody_elses_to_take_over(self):
        self._perform("grant", self.guardian)
        self.guardian.name.is_parent = False  # OpenEduCat sets it, anybody writes it
        student = self._create_students(1, email="vera.tester@example.com")
        self.assertEqual(self._assess(student)[student].status, "login_taken")

    def test_child_with_the_guardians_address_needs_one_of_its_own(self):
        student = self._create_students(1, email="vera.tester@example.com")
        outcomes = self._perform("grant", student, self.guardian)
        for outcome in outcomes.values():
            self.assertEqual(outcome.state, "skipped")
            self.assertIn("same address", outcome.message)

    def test_resend_reset_revoke_and_restore(self):
        self._perform("grant", self.guardian)
        access = self._access(self.guardian)
        user = self.guardian.user_id
        access.mail_id.state = "sent"
        self.assertEqual(self._state("resend"), "done")
        self.assertIn(self.students[0].name, access.mail_id.body_html)
        self._perform("revoke", self.guardian)
        self.assertFalse(user.active)
        self.assertEqual(self.guardian.portal_state, "revoked")
        self._perform("restore", self.guardian)
        self.assertTrue(user.active)
        self.env["res.users.log"].with_user(user).sudo().create({})
        self.assertEqual(self._state("reset"), "done")
        self.guardian.name.email = "new@example.com"
        self._perform("update_login", self.guardian)
        self.assertEqual(user.login, "new@example.com")

    def test_guardian_without_access_ends_no_students(self):
        both = self._create_guardian(
            self.students[0], contact=self.students[1].partner_id
        )
        self._perform("grant", self.students[1])
        self.assertEqual(self._perform("revoke", both)[both].state, "skipped")
        self.assertTrue(self.students[1].user_id.active)

    def test_access_follows_the_guardian(self):
        self._perform("grant", self.guardian)
        user = self.guardian.user_id
        self.guardian.active = False
        self.assertFalse(user.active)
        self.assertIn("guardian was archived", self.guardian.name.message_ids[0].body)
        self.guardian.active = True
        self.assertTrue(user.active)
        self.guardian.unlink()
        self.assertFalse(user.active)

    def test_user_that_other_code_has_made_is_recorded_once_the_contact_is_right(self):
        user = self._create_user("made.elsewhere", "base.group_portal")
        self.guardian.user_id = user
        self.assertFalse(self._access(self.guardian))
        self.guardian.name = user.partner_id
        self.assertEqual(self._access(self.guardian).user_id, user)
        self.assertTrue(self._access(self.guardian).has_linked_user)

    def test_access_of_a_student_who_is_a_parent_outlives_one_of_both(self):
        both = self._create_guardian(
            self.students[0], contact=self.students[1].partner_id
        )
        self._perform("grant", both, self.students[1])
        both.active = False
        self.assertTrue(self.students[1].user_id.active)
        self.students[1].active = False
        self.assertFalse(self.students[1].user_id.active)

    def test_user_of_a_guardian_is_not_deleted(self):
        self._perform("grant", self.guardian)
        with self.assertRaises(UserError):
            self.guardian.user_id.unlink()
        with self.assertRaises(UserError):
            self.guardian.user_id._deactivate_portal_user()

    def test_guardian_has_no_right_on_any_model_of_openeducat(self):
        self._perform("grant", self.guardian)
        for model in "op.student", "op.parent", "op.student.course", "op.faculty":
            with self.subTest(model=model):
                user_model = self.env[model].with_user(self.guardian.user_id)
                self.assertFalse(user_model.has_access("read"))

    def test_only_who_may_write_a_child_acts_for_the_guardian(self):
        for user in self.faculty, self.employee, self.portal_user:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.guardian.with_user(user).action_grant_portal_access()
        other = self.env["res.company"].create({"name": "Other School"})
        student = self._create_students(1, company_id=other.id)
        stranger = self._create_guardian(student, "Stranger")
        self.env["ir.rule"].create(
            {
                "name": "Of one's own school",
                "model_id": self.env["ir.model"]._get_id("op.student"),
                "domain_force": "[('company_id', 'in', company_ids + [False])]",
            }
        )
        self.guardian.with_user(self.student_manager).check_portal_manager()
        with self.assertRaises(AccessError):
            stranger.with_user(self.student_manager).check_portal_manager()
        childless = self._create_guardian(student.browse(), "Childless")
        with self.assertRaises(AccessError):
            childless.with_user(self.student_manager).check_portal_manager()

    # -- the dialog --------------------------------------------------------------

    def test_dialog_asks_who_gets_access(self):
        other = self._create_guardian(self.students[1], "Otto Tester")
        dialog = self._dialog(self.students)
        self.assertEqual(dialog.grant_to, "students")
        self.assertTrue(dialog.can_choose)
        self.assertEqual(dialog.line_ids.student_id, self.students)
        self.assertFalse(dialog.line_ids.guardian_id)
        dialog.grant_to = "both"
        self.assertEqual(dialog.line_ids.student_id, self.students)
        self.assertEqual(dialog.line_ids.guardian_id, self.guardian.name | other.name)
        dialog.grant_to = "guardians"
        self.assertFalse(dialog.line_ids.student_id)
        line = dialog.line_ids.filtered(
            lambda line: line.guardian_id == self.guardian.name
        )
        for student in self.students:
            self.assertIn(student.name, line.child_names)
        self.assertEqual(line.status, "ready")
        self.assertEqual(dialog.guardian_group_id, self.group_guardian)
        dialog.action_grant_access()
        self.assertEqual(dialog.run_id.granted_count, 2)
        self.assertTrue(self.guardian.user_id)
        self.assertFalse(self.students.user_id)
        self.assertIn("2 contacts", dialog.run_id.display_name)

    def test_dialog_is_created_for_guardians(self):
        wizards = self.env["op.student.portal.wizard"].with_user(self.student_manager)
        dialog = wizards.with_context(
            active_model="op.student", active_ids=self.students.ids
        ).create({"grant_to": "guardians"})
        self.assertEqual(dialog.line_ids.guardian_id, self.guardian.name)
        self.assertFalse(dialog.line_ids.student_id)

    def test_dialog_of_both_grants_both(self):
        dialog = self._choose(self.students, "both")
        dialog.guardian_group_id = self.group_guardian_limited
        dialog.action_grant_access()
        self.assertEqual(dialog.run_id.granted_count, 3)
        self.assertEqual(self.guardian.user_id.group_ids, self.group_guardian_limited)
        self.assertEqual(self.students.user_id.group_ids, self.group_student_portal)

    def test_dialog_tells_of_a_child_with_the_guardians_address(self):
        self.students[0].email = "vera.tester@example.com"
        dialog = self._choose(self.students[0], "both")
        self.assertEqual(set(dialog.line_ids.mapped("status")), {"duplicate"})
        self.assertTrue(all(dialog.line_ids.mapped("needs_attention")))
        guardian = dialog.line_ids.filtered("guardian_id")
        guardian.login = "vera@example.com"
        self.assertEqual(set(dialog.line_ids.mapped("status")), {"ready"})
        guardian.login = "vera.tester@example.com"
        dialog.grant_to = "students"
        self.assertEqual(dialog.line_ids.status, "ready")

    def test_dialog_keeps_what_was_typed(self):
        dialog = self._dialog(self.students)
        line = dialog.line_ids.filtered(
            lambda line: line.student_id == self.students[0]
        )
        line.login = "typed@example.com"
        dialog.grant_to = "both"
        self.assertEqual(line.login, "typed@example.com")

    def test_dialog_of_a_guardian(self):
        action = self.guardian.with_user(
            self.student_manager
        ).action_grant_portal_access()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        dialog = dialog.with_user(self.student_manager)
        self.assertEqual(dialog.grant_to, "guardians")
        self.assertFalse(dialog.can_choose)
        self.assertEqual(dialog.guardian_id, self.guardian.name)
        self.assertIn(self.students[0].name, dialog.child_names)
        dialog.action_grant_access()
        self.assertEqual(self.guardian.portal_state, "invited")
        action = dialog.run_id.line_ids.action_open_student()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("op.parent", self.guardian.id)
        )

    def test_line_of_a_guardian_is_refused_to_who_may_not_act(self):
        dialog = self._dialog(self.students)
        other = self.env["res.company"].create({"name": "Other School"})
        student = self._create_students(1, company_id=other.id)
        stranger = self._create_guardian(student, "Stranger")
        self.env["ir.rule"].create(
            {
                "name": "Of one's own school",
                "model_id": self.env["ir.model"]._get_id("op.student"),
                "domain_force": "[('company_id', 'in', company_ids + [False])]",
            }
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            dialog.line_ids.create(
                {"wizard_id": dialog.id, "guardian_id": stranger.name.id}
            )

    # -- in the background -------------------------------------------------------

    def test_run_in_the_background_grants_both_and_resends(self):
        self._set_parameter("run_threshold", "1")
        both = self._create_guardian(
            self.students[0], contact=self.students[1].partner_id
        )
        dialog = self._choose(self.students, "both")
        dialog.action_grant_access()
        self.assertEqual(dialog.run_id.state, "running")
        self._work_off_runs()
        self.assertEqual(dialog.run_id.state, "done")
        self.assertEqual(dialog.run_id.granted_count, 4)
        self.assertEqual(both.user_id, self.students[1].user_id)
        guardians = (self.guardian | both).with_user(self.student_manager)
        run = self.env["op.student.portal.run"].with_user(self.student_manager)
        run = run.browse(guardians.action_revoke_portal_access()["res_id"])
        self.assertIn("2 contacts", run.question)
        run.action_confirm()
        self._work_off_runs()
        self.assertEqual((self.guardian | both).mapped("portal_state"), ["revoked"] * 2)

    def test_guardian_that_is_deleted_meanwhile_is_skipped(self):
        self._set_parameter("run_threshold", "1")
        other = self._create_guardian(self.students[1], "Otto Tester")
        dialog = self._choose(self.students, "guardians")
        dialog.action_grant_access()
        other.unlink()
        self._work_off_runs()
        states = dialog.run_id.line_ids.mapped("state")
        self.assertEqual(sorted(states), ["granted", "skipped"])

    def test_invited_student_who_is_a_parent_stays_invited(self):
        student = self.students[0]
        self._grant(student)
        guardian = self._create_guardian(self.students[1], contact=student.partner_id)
        self._perform("grant", guardian, send_invitation=False)
        self.assertTrue(guardian.user_id)
        self.assertEqual(student.portal_state, "invited")

    def test_refusal_names_the_group_of_guardians(self):
        for group in self.group_student_portal, self.env["res.groups"]:
            with self.assertRaises(UserError) as raised:
                self._perform("grant", self.guardian, guardian_group=group)
            name = group.name or "A group that was deleted"
            self.assertIn(f"{name} cannot be given", str(raised.exception))

    def test_chosen_group_that_is_deleted_is_not_replaced(self):
        self._set_parameter("run_threshold", "1")
        privilege = self.env.ref("openeducat_student_portal.privilege_guardian_portal")
        group = self.env["res.groups"].create(
            {"name": "Few", "privilege_id": privilege.id}
        )
        self.assertIn(group, self.env["res.groups"].guardian_portal_groups())
        self._create_guardian(self.students[1], "Otto Tester")
        dialog = self._choose(self.students, "guardians")
        dialog.guardian_group_id = group
        dialog.action_grant_access()
        group.unlink()
        with self.assertLogs("odoo.addons.openeducat_student_portal", "ERROR"):
            self._work_off_runs()
        self.assertEqual(dialog.run_id.state, "interrupted")
        self.assertFalse(self.guardian.user_id)

    def test_queries_do_not_grow_with_the_guardians(self):
        def cost(count):
            guardians = self.env["op.parent"].union(
                *(
                    self._create_guardian(self.students, f"Many {count} {number}")
                    for number in range(count)
                )
            )
            return self._count_queries(lambda: self._perform("grant", guardians))

        cost(10)
        small, large = cost(11), cost(111)
        self.assertLess((large - small) / 100, 8)

    def test_dialog_asks_each_question_once(self):
        def cost(count):
            guardians = self.env["op.parent"]
            for number in range(count):
                student = self._create_students(1)
                guardians |= self._create_guardian(student, f"Some {count} {number}")
            return self._count_queries(lambda: self._dialog(guardians))

        cost(2)
        small, large = cost(5), cost(45)
        self.assertLess(large - small, 10)

    def test_letters_of_guardians(self):
        self._perform("grant", self.guardian, send_invitation=False)
        run = self.env["op.student.portal.run"].with_user(self.administrator)
        run = run.start("letters", self.guardian.with_user(self.administrator))
        letters = run.line_ids.print_letters()
        contacts = [letter.access.partner_id for letter in letters]
        self.assertEqual(contacts, [self.guardian.name])
        self.assertEqual(self.guardian.portal_mail_state, "printed")

    def test_guardians_without_a_letter_are_counted_and_printed(self):
        self.env.company.student_portal_login_pattern = "{first_name}{number}"
        parent, child = self._create_students(2, email=False)
        both = self._create_guardian(child, contact=parent.partner_id)
        self._perform("grant", parent)
        run = self.env["op.student.portal.run"].with_user(self.administrator)
        run = run.start("grant", both.with_user(self.administrator))
        self.assertEqual(run.line_ids.mapped("state"), ["granted"])
        self.assertEqual(run.letter_count, 1)
        self.assertEqual(
            run.line_ids.search(run.action_open_without_letter()["domain"]),
            run.line_ids,
        )
        with self._printing():
            action = run.action_print_missing_letters()
            lines = run.line_ids.browse(action["context"]["active_ids"])
            self.assertEqual(lines.guardian_id, parent.partner_id)
            lines.print_letters()
        self.env.invalidate_all()
        self.assertEqual(run.letter_count, 0)

    def test_student_who_is_a_guardian_gets_one_letter(self):
        self.env.company.student_portal_login_pattern = "{first_name}{number}"
        parent, child = self._create_students(2, email=False)
        both = self._create_guardian(child, contact=parent.partner_id)
        run = self.env["op.student.portal.run"].with_user(self.administrator)
        requests = [
            Request(each.with_user(self.administrator)) for each in (parent, both)
        ]
        run = run.start("grant", None, requests)
        self.assertEqual(run.letter_count, 2)
        with self._printing():
            action = run.action_print_missing_letters()
        self.assertEqual(len(action["context"]["active_ids"]), 1)

    def test_guardian_gets_the_same_portal_group_back(self):
        self._perform(
            "grant", self.guardian, guardian_group=self.group_guardian_limited
        )
        self._perform("revoke", self.guardian)
        self._perform("restore", self.guardian)
        user = self.guardian.user_id
        self.assertEqual(
            (user.active, user.group_ids), (True, self.group_guardian_limited)
        )

    def test_mail_of_a_student_who_is_a_parent_without_that_access_names_no_child(self):
        parent, child = self._create_students(2)
        self._create_guardian(child, contact=parent.partner_id)
        self._perform("grant", parent)
        mail = self._access(parent).mail_id
        self.assertNotIn(child.name, mail.body_html)

    def test_guardian_whose_record_was_deleted_gets_no_letter(self):
        self.env.company.student_portal_login_pattern = "{first_name}{number}"
        parent, child = self._create_students(2, email=False)
        both = self._create_guardian(child, contact=parent.partner_id)
        self._perform("grant", parent)
        run = self.env["op.student.portal.run"].with_user(self.administrator)
        run = run.start("grant", both.with_user(self.administrator))
        both.unlink()
        self.assertEqual(run.letter_count, 1)
        with self._printing(), self.assertRaises(UserError):
            run.action_print_missing_letters()

    def test_line_of_a_guardian_without_an_email_says_what_to_do(self):
        self.env.company.student_portal_login_pattern = "{first_name}{number}"
        self.guardian.name.email = self.guardian.email = False
        dialog = self._choose(self.students, "guardians")
        line = dialog.line_ids
        self.assertEqual(line.status, "no_email")
        self.assertIn("Type the guardian's email", line.message)
        with Form(line) as form:
            form.login = "vera"
        self.assertEqual(line.status, "invalid_email")
        self.assertIn("which a guardian needs", line.message)
        with Form(line) as form:
            form.login = "vera@example.com"
        self.assertEqual(line.status, "ready")
