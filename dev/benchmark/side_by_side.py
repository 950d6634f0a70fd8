"""The cost of a student, side by side: Odoo's wizard, bare users, this addon.

All three are measured on the same students of the same database, one after the other,
and each is rolled back before the next.
"""

import statistics

from odoo.fields import Command

from .prepare import MANAGER, students_of
from .school import ADDON, UNTRACKED, environment, portions, timed

ROUNDS = 3
#: As many as the runs grant between two commits.
BATCH = 200
#: Odoo's wizard takes the more time for each, the more there are: a sample is kind.
SAMPLE = 100


def measure(database):
    """Return the milliseconds and queries of a student, each way."""
    ways = {"portal_wizard": portal_wizard, "bare_create": bare_create, "grant": grant}
    found = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            if name == "portal_wizard" and number > 1:
                continue
            with environment(database) as env:
                students = students_of(env, "Side")
                found[name].append(way(env, students))
    figures = {}
    for name, rounds in found.items():
        # The first round fills Odoo's caches.
        milliseconds, queries = zip(*rounds[1:], strict=True)
        figures[f"{name}_ms"] = statistics.median(milliseconds)
        figures[f"{name}_queries"] = statistics.median(queries)
    return figures


def portal_wizard(env, students):
    """Grant a sample by Odoo's own wizard, line by line; its mails are sent."""
    contacts = env["op.student"].browse(students[:SAMPLE]).partner_id

    def act():
        wizard = env["portal.wizard"].create({"partner_ids": contacts.ids})
        for line in wizard.user_ids:
            line.action_grant_access()

    seconds, queries, _none = timed(env, act)
    return 1000 * seconds / len(contacts), queries / len(contacts)


def bare_create(env, students):
    """Create the users in batches, with neither mails nor tracking."""
    contacts = env["op.student"].browse(students).partner_id
    values = [
        {
            "login": contact.email,
            "partner_id": contact.id,
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
        for contact in contacts
    ]
    users = env["res.users"].with_context(no_reset_password=True, **UNTRACKED)

    def act():
        for part in portions(values, BATCH):
            users.create(part)
            env.flush_all()
            env.invalidate_all()

    seconds, queries, _none = timed(env, act)
    return 1000 * seconds / len(students), queries / len(students)


def grant(env, students):
    """Grant access and queue the invitations in a run, batch by batch."""
    manager = env["res.users"].search([("login", "=", MANAGER)])
    run = (
        env["op.student.portal.run"]
        .with_user(manager)
        ._start(
            env["op.student"].with_user(manager).browse(students),
            env.ref(f"{ADDON}.group_student_portal"),
            send_invitation=True,
        )
        .sudo()
    )

    def act():
        while run._process_batch(BATCH):
            env.flush_all()
            env.invalidate_all()

    seconds, queries, _none = timed(env, act)
    if run.granted_count != len(students):
        raise RuntimeError(f"Only {run.granted_count} students were granted")
    return 1000 * seconds / len(students), queries / len(students)
