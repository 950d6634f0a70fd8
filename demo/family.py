from odoo.fields import Command

from ..apps.openeducat_parent import create_groups
from .portal_access import sign_in

#: By the end of the contact's external id: the name, the mailbox, the relation and the
#: children. The first one has signed in, the last one is going to be barred.
GUARDIANS = {
    "ingrid_halvorsen": (
        "Ingrid Halvorsen",
        "ingrid.halvorsen",
        "Mother",
        ("mira_halvorsen", "nils_halvorsen", "ps_01"),
    ),
    "halvorsen": (
        "Erik Halvorsen",
        "erik.halvorsen",
        "Father",
        ("mira_halvorsen", "nils_halvorsen", "ps_01"),
    ),
    "novak": ("Jana Novak", "novak.family", "Mother", ("lena_novak", "petr_novak")),
    "maes": ("Griet Maes", "griet.maes", "Mother", ("ps_02",)),
    "peeters": ("Koen Peeters", "koen.peeters", "Father", ("ps_03", "ps_04")),
    "el_amrani": ("Salma El Amrani", "salma.elamrani", "Mother", ("ps_05",)),
    "claes": ("Tom Claes", "tom.claes", "Father", ("ps_06",)),
}


def create_families(school):
    """Make guardians, of whom a mother of three has signed in with *student*."""
    create_groups(school.env)
    parents = school.env["op.parent"]
    for number, (key, guardian) in enumerate(GUARDIANS.items(), 77):
        name, mailbox, relation, children = guardian
        # OpenEduCat's own demo data may have it: the name is unique.
        relationships = school.env["op.parent.relationship"]
        relationship = relationships.search(
            [("name", "=", relation)], limit=1
        ) or school.provide(
            relationships._name,
            {f"relationship_{relation.lower()}": {"name": relation}},
        )
        contact = school.provide(
            "res.partner",
            {
                f"partner_{key}": {
                    "name": name,
                    "email": f"{mailbox}@example.com",
                    "phone": f"+32 470 55 66 {number}",
                }
            },
        )
        children = [school.ref(f"op_student_{child}").id for child in children]
        parents += school.provide(
            "op.parent",
            {
                f"op_parent_{key}": {
                    "name": contact.id,
                    "email": contact.email,
                    "mobile": contact.phone,
                    "relationship_id": relationship.id,
                    "student_ids": [Command.set(children)],
                }
            },
        )
    mother, barred = parents[0], parents[-1]
    school.provide(
        "op.student.portal.bar",
        {
            "op_student_portal_bar": {
                "student_id": barred.student_ids.id,
                "partner_id": barred.name.id,
                "date_from": school.day(7),
                "reason": "Decision of the family court",
            }
        },
    )
    is_new = not mother.name.user_ids
    [user] = school.provide(
        "res.users",
        {
            "user_ingrid_halvorsen": {
                "login": mother.email,
                "partner_id": mother.name.id,
                "tz": school.zone.key,
                "group_ids": [Command.set(school.ref("group_guardian_portal").ids)],
            }
        },
    )
    # What records the access, as if OpenEduCat had made the user.
    mother.user_id = user
    if is_new:
        sign_in(user)
