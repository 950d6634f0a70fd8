from odoo.fields import Command
from odoo.tests import new_test_user

from .portal_common import StudentPortalPagesCase, needs_model

GUARDIAN = "openeducat_student_portal.group_guardian_portal"
LIMITED = "openeducat_student_portal.group_guardian_portal_limited"


@needs_model("op.parent")
class GuardianPagesCase(StudentPortalPagesCase):
    """A mother of two, and the father of another child."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relationship = cls.env["op.parent.relationship"].create(
            {"name": "Portal Test Guardian"}
        )
        # The younger one has no access of its own.
        cls.children = cls.student + cls._create_students(1)
        cls.child, cls.younger = cls.children
        cls.mother = cls._create_guardian("portal.test.mother", cls.children)
        cls.father = cls._create_guardian("portal.test.father", cls.other_student)

    @classmethod
    def _create_guardian(cls, login, children, groups=GUARDIAN, user=None):
        """Create a guardian who has access already, and return the user."""
        user = user or new_test_user(
            cls.env, login, groups, email=f"{login}@example.com", tz="UTC"
        )
        cls.env["op.parent"].create(
            {
                "name": user.partner_id.id,
                "mobile": "+32 2 555 00 00",
                "relationship_id": cls.relationship.id,
                "student_ids": [Command.set(children.ids)],
            }
        )
        return user

    @classmethod
    def _parent(cls, user):
        return cls.env["op.parent"].search([("name", "=", user.partner_id.id)])

    @classmethod
    def _bar(cls, user, child, **values):
        return cls.env["op.student.portal.bar"].create(
            {"student_id": child.id, "partner_id": user.partner_id.id, **values}
        )

    def _seen(self, user):
        """Return the children whom a user sees."""
        return self.env["op.student"].with_user(user).portal_children()

    def _as_guardian(self, child=None, user=None):
        """Return a child as a guardian sees it, as a page does."""
        students = self.env["op.student"].with_user(user or self.mother)
        return students.portal_child((child or self.child).id)[0]

    def _address(self, path="", child=None):
        return f"/my/children/{(child or self.child).id}{path}"

    def _invisible(self):
        """Go through what keeps the mother from seeing the elder child.

        :return: pairs of what it is and the status of the answer, each of them
            holding until the next one is asked for
        """
        parent = self._parent(self.mother)
        with self._changed(parent, student_ids=[Command.set(self.younger.ids)]):
            yield "the relationship has ended", 404
        with self._changed(parent, active=False):
            yield "the guardian is archived", 404
        bar = self._bar(self.mother, self.child)
        yield "barred", 404
        bar.unlink()
        with self._changed(self.child, active=False):
            yield "the student is archived", 404
        self.child.with_user(self.student_manager).action_revoke_portal_access()
        yield "the student is revoked", 404
        self.child.with_user(self.student_manager).action_restore_portal_access()
        with self._changed(self.company, student_portal_enabled=False):
            yield "the portal is off", 403
        school = self.env["res.company"].create({"name": "Other School"})
        with (
            self._changed(self.mother, company_ids=school.ids, company_id=school.id),
            self._changed(self.child.partner_id, company_id=self.company.id),
        ):
            yield "the child is of another company", 404
