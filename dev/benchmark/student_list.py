"""A page of the student list, with and without this addon, on the same students."""

import statistics

from lxml import etree

from .opening import specification
from .school import environment, timed

ROUNDS = 60
PAGE = 80
MEASURED = [("email", "like", "@bench.example.com")]


def measure(without, with_addon):
    """Return the milliseconds of a page in both databases, taken in turns."""
    databases = {"without": without, "with": with_addon}
    found = {name: [] for name in databases}
    for _round in range(ROUNDS + 5):
        for name, database in databases.items():
            found[name].append(page(database))
    # The first rounds fill Odoo's caches.
    return {
        f"{name}_ms": 1000 * statistics.median(times[5:])
        for name, times in found.items()
    }


def page(database):
    """Return the seconds of a page, read as an Administrator does."""
    with environment(database, "admin") as env:
        students = env["op.student"]
        view = env.ref("openeducat_core.view_op_student_tree")
        arch = etree.fromstring(students.get_view(view.id, "list")["arch"])
        spec = specification(students, arch)
        seconds, _queries, _page = timed(
            env,
            # The demo data of this addon are there with it alone.
            lambda: students.web_search_read(
                MEASURED, spec, limit=PAGE, count_limit=10_001
            ),
        )
        return seconds
