from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .portal_common import needs_model
from .portal_guardian_common import GuardianPagesCase
from .test_portal_assignments import PDF, PortalAssignmentsCase


@tagged("post_install", "-at_install")
@needs_model("op.assignment")
class TestGuardianSubmits(GuardianPagesCase, PortalAssignmentsCase):
    """Assignments: guardians look at them, and submit where the school lets them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.child_url = f"/my/children/{cls.child.id}/assignments/{cls.assignment.id}"

    def test_guardian_only_looks_unless_the_school_lets_it_submit(self):
        page = self._open(self.child_url, self.mother)
        self.assertIn("does not let guardians submit", page)
        self.assertNotIn('name="text"', page)
        refusal = self._refused(url=self.child_url, user=self.mother)
        self.assertIn("does not let guardians submit", refusal)
        self.assertFalse(self._submission())

    def test_guardian_submits_for_the_child(self):
        self.company.student_portal_guardians_submit = True
        response = self._submit(
            "From us", [("work.pdf", PDF)], self.child_url, self.mother
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn(self.child_url, response.headers["Location"])
        submission = self._submission()
        self.assertEqual(submission.description, "From us")
        self.assertIn(self.mother.name, submission.message_ids[0].body)
        # Both see the file, and the student may take it away.
        file = self._files()
        for url, user in (
            (self.child_url, self.mother),
            (self.url, self.child.user_id),
        ):
            self.assertIn("work.pdf", self._open(url, user))
            self._open(f"{url}/file/{file.id}", user)
        self._submit("Mine", removed_ids=str(file.id))
        self.assertFalse(self._files())

    def test_nobody_submits_for_another_child(self):
        self.company.student_portal_guardians_submit = True
        for user in self.father, self.portal_user, self.other_student.user_id:
            response = self._submit(url=self.child_url, user=user)
            self.assertEqual(response.status_code, 404)
        for reason, status in self._invisible():
            with self.subTest(reason):
                response = self._submit(url=self.child_url, user=self.mother)
                self.assertEqual(response.status_code, status)
        self.assertFalse(self._submission())


@tagged("post_install", "-at_install")
class TestGuardianProfile(GuardianPagesCase):
    """The child's profile, and the guardian's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.edit = f"/my/children/{cls.child.id}/profile/edit"

    def _save(self, user=None, **values):
        response = self._post(self.edit, values, user or self.mother)
        self.env.invalidate_all()
        return response

    def test_guardian_only_looks_unless_the_school_lets_it_change(self):
        page = self._open(self._address("/profile"), self.mother)
        self.assertNotIn("profile/edit", page)
        self._open(self.edit, self.mother, status=403)
        self.assertEqual(self._save(phone="+32 470 12 34 56").status_code, 403)
        self.assertFalse(self.child.phone)
        child = self._as_guardian()
        with self.assertRaises(AccessError):
            child.portal_save_profile({**child.portal_profile(), "city": "Gent"})

    def test_guardian_changes_phone_and_address_alone(self):
        self.company.student_portal_guardians_profile = True
        form = html.fromstring(self._open(self.edit, self.mother))
        names = set(form.xpath("//form[@method='post']//@name"))
        self.assertLessEqual({"phone", "street", "city"}, names)
        self.assertFalse({"lang", "tz", "photo", "emergency_name"} & names)
        before = self.child.chosen_tz, self.child.lang, self.child.image_1920
        response = self._save(
            phone="+32 470 12 34 56",
            city="Gent",
            tz="Asia/Tokyo",
            lang="fr_FR",
            emergency_name="Me",
            emergency_phone="+32 470 12 34 56",
            remove_photo="1",
            email="thief@example.com",
            name="Thief",
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn(self._address("/profile"), response.headers["Location"])
        self.assertEqual(self.child.phone, "+32 470 12 34 56")
        self.assertEqual(self.child.city, "Gent")
        self.assertEqual(
            (self.child.chosen_tz, self.child.lang, self.child.image_1920), before
        )
        self.assertFalse(self.child.emergency_contact)
        self.assertNotEqual(self.child.name, "Thief")
        chatter = self.child.message_ids.mapped("body")
        self.assertTrue(any(self.mother.name in each for each in chatter))

    def test_photo_is_the_students(self):
        self.company.student_portal_guardians_profile = True
        child = self._as_guardian()
        with self.assertRaises(AccessError):
            child.portal_save_profile(child.portal_profile(), photo=b"x")

    def test_nobody_changes_another_child(self):
        self.company.student_portal_guardians_profile = True
        for user in self.father, self.portal_user, self.other_student.user_id:
            self.assertEqual(self._save(user, city="Gent").status_code, 404)
        for reason, status in self._invisible():
            with self.subTest(reason):
                self.assertEqual(self._save(city="Gent").status_code, status)
        self.assertFalse(self.child.city)

    def test_guardian_has_a_profile(self):
        self.mother.partner_id.phone = "+32 2 555 77 88"
        stepfather = self._create_guardian("portal.test.step", self.children)
        self._parent(stepfather).relationship_id = self.relationship.create(
            {"name": "Stepfather"}
        )
        page = self._open("/my/children/profile", self.mother)
        for text in (
            self.mother.name,
            self.mother.email,
            "+32 2 555 77 88",
            self.relationship.name,
            self.child.name,
            self.younger.name,
        ):
            self.assertIn(text, page)
        self.assertNotIn("Stepfather", page)
        self._bar(self.mother, self.child)
        page = self._open("/my/children/profile", self.mother)
        self.assertNotIn(self.child.name, page)
        self._open("/my/children/profile", self.portal_user, status=404)

    def test_name_and_email_of_who_has_an_access_are_the_schools(self):
        self.env["op.student.portal.access"].create(
            {"partner_id": self.mother.partner_id.id, "user_id": self.mother.id}
        )
        email = self.mother.email
        page = html.fromstring(self._open("/my/account", self.mother))
        [name] = page.xpath("//input[@name='name']")
        self.assertEqual(name.get("readonly"), "1")
        answer = self._post(
            "/my/address/submit",
            {
                "partner_id": str(self.mother.partner_id.id),
                "name": self.mother.name,
                "email": "other@example.com",
                "phone": "+32 2 555 09 09",
                "street": "Station Street 1",
                "city": "Ghent",
                "zip": "9000",
                "country_id": str(self.env.ref("base.be").id),
                "use_delivery_as_billing": "true",
                "callback": "/my",
            },
            self.mother,
        )
        self.env.invalidate_all()
        self.assertIn("Only your school can change", answer.text)
        with self.assertRaises(AccessError):
            self.mother.with_user(self.mother).email = "other@example.com"
        self.assertEqual(self.mother.email, email)
