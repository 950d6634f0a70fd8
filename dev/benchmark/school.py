"""The students of all measures, and the Student Manager who grants them access."""

import time
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import split_every

ADDON = "openeducat_student_portal"
MANAGER = "bench.manager"
UNTRACKED = {"tracking_disable": True, "mail_create_nolog": True}
#: How many students there are for each measure; those of "Letter" have no address.
GROUPS = {"Warm": 200, "Side": 1000, "Before": 1000, "After": 1000}
GROUPS |= {"School": 10_000, "Letter": 10_000}


@contextmanager
def environment(database, login=None):
    """Give a user's environment, or the superuser's, and roll back at the end."""
    with Registry(database).cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        if login:
            user = env["res.users"].search([("login", "=", login)])
            env = env(user=user.id, context={"lang": user.lang, "tz": "UTC"})
        yield env
        cursor.rollback()


def fill(*databases):
    """Create all students, a guardian of each of "School", and a Student Manager."""
    for database in databases:
        with environment(database) as env:
            # Nobody waits for the scheduler: the measures do its work themselves.
            env["ir.cron"].search([]).active = False
            if group := env.ref(f"{ADDON}.group_student_manager", False):
                user = {"name": MANAGER, "login": MANAGER, "group_ids": [(4, group.id)]}
                users = env["res.users"].with_context(no_reset_password=True)
                users.create({**user, "email": "manager@bench.example.com"})
                env.company.student_portal_login_pattern = "{gr_no}"
            for name, count in GROUPS.items():
                for part in split_every(1000, range(count)):
                    students = env["op.student"].with_context(**UNTRACKED)
                    values = [_values(name, number) for number in part]
                    students = students.create(values)
                    if name == "School":
                        _create_guardians(students)
                    env.cr.commit()
                    env.invalidate_all()
            env.cr.execute("ANALYZE")
            env.cr.commit()


def _values(name, number):
    return {
        "first_name": f"{name} {number}",
        "last_name": "Measured",
        "name": f"{name} {number} Measured",
        "gender": "f",
        "email": name != "Letter" and f"{name.lower()}.{number}@bench.example.com",
        "gr_no": f"bench.{name}.{number}",
    }


def _create_guardians(students):
    contacts = students.env["res.partner"].create(
        [{"name": "Guardian", "email": f"of.{each.email}"} for each in students]
    )
    relations = students.env["op.parent.relationship"]
    relation = relations.search([], limit=1) or relations.create({"name": "Mother"})
    students.env["op.parent"].create(
        [
            {
                "name": contact.id,
                "relationship_id": relation.id,
                "student_ids": [(4, student.id)],
            }
            for contact, student in zip(contacts, students, strict=True)
        ]
    )


def students_of(env, name):
    """Return the students made for something."""
    mine = [("gr_no", "=like", f"bench.{name}.%")]
    return env["op.student"].search(mine, order="id")


def guardians_of(env, name):
    """Return their guardians, whom a Student Manager may not search."""
    return students_of(env, name).sudo().parent_ids.sudo(False)


def timed(env, act):
    """Run an act, and return its seconds, its queries and what it returned."""
    env.flush_all()
    env.invalidate_all()
    queries = env.cr.sql_log_count
    started = time.perf_counter()
    returned = act()
    env.flush_all()
    return time.perf_counter() - started, env.cr.sql_log_count - queries, returned
