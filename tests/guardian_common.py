from odoo.fields import Command

from ..models.op_student_portal_access.assess import Request
from .common import StudentPortalCase


class GuardianCase(StudentPortalCase):
    """Students with guardians, where the app with the guardians is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group_guardian = cls.env.ref(
            "openeducat_student_portal.group_guardian_portal"
        )
        cls.group_guardian_limited = cls.env.ref(
            "openeducat_student_portal.group_guardian_portal_limited"
        )
        cls.relationship = cls.env["op.parent.relationship"].create({"name": "Tester"})

    @classmethod
    def _create_guardian(cls, students, name="Vera Tester", **values):
        """Create a guardian of students, with a contact of the name, or that given."""
        contact = values.pop("contact", None) or cls.env["res.partner"].create(
            {
                "name": name,
                "email": values.pop(
                    "email", f"{name.lower().replace(' ', '.')}@example.com"
                ),
            }
        )
        return cls.env["op.parent"].create(
            {
                "name": contact.id,
                "mobile": "+32 2 555 00 00",
                "relationship_id": cls.relationship.id,
                "student_ids": [Command.set(students.ids)],
                **values,
            }
        )

    @classmethod
    def _perform(cls, action, *holders, **options):
        """Do an action as the Student Manager, and return the outcomes."""
        access = cls.env["op.student.portal.access"].with_user(cls.student_manager)
        access = access.sudo()
        requests = [
            Request(each.with_env(access.env))
            for recordset in holders
            for each in recordset
        ]
        if action == "grant":
            options.setdefault("send_invitation", True)
        return access.perform(action, requests, **options)

    def _access(self, holder):
        return holder.partner_id.sudo().student_portal_access_ids

    def _choose(self, students, grant_to):
        """Return the dialog of the students, in which it was chosen who gets access."""
        dialog = self._dialog(students)
        dialog.with_context(student_portal_grant_to=grant_to).action_grant_to()
        return dialog
