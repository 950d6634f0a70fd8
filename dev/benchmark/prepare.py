"""Make the school: the students of all measures, and a Student Manager."""

from .school import create_manager, create_students, environment

MANAGER = "bench.manager"
#: How many students there are for each measure.
GROUPS = {
    "Warm": 200,
    "Side": 1000,
    "Before": 1000,
    "School": 10_000,
    "After": 1000,
}


def measure(database):
    """Create the students, and return how many there are."""
    with environment(database) as env:
        # Nobody waits for the scheduler here: the measures do its work themselves.
        env["ir.cron"].search([]).active = False
        create_manager(env, MANAGER)
        for name, count in GROUPS.items():
            create_students(env, name, count)
        env.cr.execute("ANALYZE")
        env.cr.commit()
        return env["op.student"].search_count([])


def students_of(env, name):
    """Return the ids of the students made for something."""
    return (
        env["op.student"]
        .search([("email", "like", f"{name.lower()}.%@bench.example.com")], order="id")
        .ids
    )
