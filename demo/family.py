from odoo.fields import Command

from ..apps.openeducat_parent import create_groups
from .portal_access import sign_in


def create_family(school):
    """Make a mother of three, who has signed in with the password *student*."""
    create_groups(school.env)
    children = school.ref("op_student_mira_halvorsen")
    children += school.ref("op_student_aisha_rahman")
    children += school.ref("op_student_ines_costa")
    # OpenEduCat's own demo data may have it: the name is unique.
    relationship = school.env["op.parent.relationship"]
    relationship = relationship.search(
        [("name", "=", "Mother")], limit=1
    ) or school.provide(relationship._name, {"relationship_mother": {"name": "Mother"}})
    [contact] = school.provide(
        "res.partner",
        {
            "partner_ingrid_halvorsen": {
                "name": "Ingrid Halvorsen",
                "email": "ingrid.halvorsen@example.com",
                "phone": "+32 470 55 66 77",
            }
        },
    )
    [parent] = school.provide(
        "op.parent",
        {
            "op_parent_ingrid_halvorsen": {
                "name": contact.id,
                "email": contact.email,
                "mobile": contact.phone,
                "relationship_id": relationship.id,
                "student_ids": [Command.set(children.ids)],
            }
        },
    )
    is_new = not contact.user_ids
    [user] = school.provide(
        "res.users",
        {
            "user_ingrid_halvorsen": {
                "login": contact.email,
                "partner_id": contact.id,
                "tz": school.zone.key,
                "group_ids": [Command.set(school.ref("group_guardian_portal").ids)],
            }
        },
    )
    # What records the access, as if OpenEduCat had made the user.
    parent.user_id = user
    if is_new:
        sign_in(user)
