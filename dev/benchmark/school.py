"""The students that are measured, and who measures."""

import time
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

ADDON = "openeducat_student_portal"
#: How many records are made in one go.
PORTION = 1000
UNTRACKED = {"tracking_disable": True, "mail_create_nolog": True}


@contextmanager
def environment(database, login=None):
    """Give an environment of a transaction that is rolled back, or committed inside.

    :param str database: the database's name
    :param str login: whose it is, by default the superuser's
    """
    registry = Registry(database)
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        if login:
            user = env["res.users"].search([("login", "=", login)])
            env = env(user=user.id, context={"lang": user.lang, "tz": "UTC"})
        yield env
        cursor.rollback()


def create_students(env, name, count):
    """Create students in portions, each committed, and return their ids."""
    students = []
    for start in range(0, count, PORTION):
        numbers = range(start, min(start + PORTION, count))
        made = (
            env["op.student"]
            .with_context(**UNTRACKED)
            .create(
                [
                    {
                        "first_name": f"{name} {number}",
                        "last_name": "Measured",
                        "name": f"{name} {number} Measured",
                        "gender": "f",
                        "email": f"{name.lower()}.{number}@bench.example.com",
                    }
                    for number in numbers
                ]
            )
        )
        students += made.ids
        env.cr.commit()
        env.invalidate_all()
    return students


def create_manager(env, login):
    """Create the Student Manager who grants access, with an address to write from."""
    group = env.ref(f"{ADDON}.group_student_manager")
    env["res.users"].with_context(**UNTRACKED, no_reset_password=True).create(
        {
            "name": "Manager",
            "login": login,
            "email": "manager@bench.example.com",
            "group_ids": [(4, group.id)],
        }
    )
    env.cr.commit()


def timed(env, act):
    """Run an act, and return its seconds, its queries and what it returned."""
    env.flush_all()
    env.invalidate_all()
    queries = env.cr.sql_log_count
    started = time.perf_counter()
    returned = act()
    env.flush_all()
    seconds = time.perf_counter() - started
    return seconds, env.cr.sql_log_count - queries, returned


def portions(ids, size):
    """Return a list in parts of that size."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]
