"""The students of all measures, and the Student Manager who grants them access."""

import time
from contextlib import contextmanager
from types import SimpleNamespace

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import split_every

#: The login of the demo data's Student Manager.
MANAGER = "student.manager"
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
    """Create all students, and a guardian of each of "School"."""
    for database in databases:
        with environment(database) as env:
            for name, count in GROUPS.items():
                for part in split_every(1000, range(count)):
                    students = env["op.student"].with_context(**UNTRACKED)
                    students = students.create([_values(name, each) for each in part])
                    if name == "School":
                        _create_guardians(students)
                    env.cr.commit()
                    env.invalidate_all()


def _values(name, number):
    names = {"first_name": f"{name} {number}", "last_name": "Measured"}
    email = name != "Letter" and f"{name.lower()}.{number}@bench.example.com"
    known = {"gender": "f", "email": email, "gr_no": f"bench.{name}.{number}"}
    return {**names, "name": " ".join(names.values()), **known}


def _create_guardians(students):
    contacts = [{"name": "Guardian", "email": f"of.{each.email}"} for each in students]
    contacts = students.env["res.partner"].create(contacts)
    relations = students.env["op.parent.relationship"]
    mother = (relations.search([], limit=1) or relations.create({"name": "Mother"})).id
    students.env["op.parent"].create(
        [
            {"name": contact, "relationship_id": mother, "student_ids": [(4, student)]}
            for contact, student in zip(contacts.ids, students.ids, strict=True)
        ]
    )


def students_of(env, name):
    mine = [("gr_no", "=like", f"bench.{name}.%")]
    return env["op.student"].search(mine, order="id")


def guardians_of(env, name):
    """Return their guardians, whom a Student Manager may not search."""
    return students_of(env, name).sudo().parent_ids.sudo(False)


@contextmanager
def timed(env):
    """Tell the seconds and queries of a block, once it has ended."""
    cost = SimpleNamespace()
    env.flush_all()
    env.invalidate_all()
    queries, started = env.cr.sql_log_count, time.perf_counter()
    yield cost
    env.flush_all()
    cost.seconds = time.perf_counter() - started
    cost.queries = env.cr.sql_log_count - queries
