"""Measure what granting access costs, side by side with Odoo's own ways.

All with the same students: granting access, queueing the invitation and delivering it,
in a run of this addon, in Odoo's portal.wizard, and as bare users with bare mails; ten
thousand students; the student list with this addon and without. Takes some minutes.
The status is 1 where a figure is over its bar.
"""

import json
import os
import sys

from benchmark import Figure, tell
from environment import prepared
from environment.console import output, say
from environment.postgresql import query

FIGURES = {
    "portal_wizard_ms": Figure("Odoo's portal.wizard, mail sent: ms a student"),
    "portal_wizard_queries": Figure("  its queries"),
    "bare_create_ms": Figure("Bare batch res.users.create, untracked, no mail: ms"),
    "bare_create_queries": Figure("  its queries"),
    "bare_mail_ms": Figure("Bare SMTP mail: ms"),
    "grant_ms": Figure("This addon, access, chatter, invitation queued: ms"),
    "queries_per_student": Figure("  its queries", 8),
    "deliver_ms": Figure("Invitation sent by the mail queue: ms"),
    "deliver_queries": Figure("  its queries"),
    "grant_times_cheaper_than_portal_wizard": Figure(
        "Granting, times cheaper than portal.wizard", at_least=15
    ),
    "grant_times_bare_create": Figure("Granting, times the cost of bare users", 2.5),
    "inbox_times_cheaper_than_portal_wizard": Figure(
        "From click to inbox, times cheaper than portal.wizard", at_least=6
    ),
    "inbox_times_bare": Figure("From click to inbox, times bare users and mails", 3.5),
    "thousand_ms": Figure("1,000 granted by the scheduler: ms a student"),
    "ten_thousand_ms": Figure("10,000 granted by the scheduler: ms a student"),
    "cost_10k_over_1k": Figure("Cost of a student at 10,000 over that at 1,000", 1.15),
    "letter_10k_ms": Figure("10,000 granted without an address: ms a student"),
    "letter_over_mailed": Figure("  one over the other", 1.3),
    "guardian_10k_ms": Figure("10,000 guardians granted: ms a guardian"),
    "guardian_over_student": Figure("  one over the other", 1.3),
    "memory_growth_mb_10k": Figure("Memory grown by 10,000, MB", 150),
    "resend_10k_start_s": Figure("Starting to resend 10,000 invitations, s"),
    "resend_10k_ms": Figure("10,000 resent by the scheduler: ms a student"),
    "revoke_10k_start_s": Figure("Starting to revoke 10,000, s"),
    "revoke_10k_ms": Figure("10,000 revoked by the scheduler: ms a student"),
    "open_10k_s": Figure("Opening the dialog for 10,000, s", 2),
    "open_10k_queries": Figure("  its queries", 60),
    "start_run_10k_s": Figure("Starting a run of 10,000, s", 2),
    "list_page_without_ms": Figure("Page of the student list without this addon: ms"),
    "list_page_with_ms": Figure("Page of the student list with this addon: ms"),
    "list_page_over_without_addon": Figure("  one over the other", 1.15),
}
#: Each function of the benchmark, what it does, and whether it compares with a
#: database without this addon.
MEASURES = (
    ("school.fill", "Making 23,200 students, 10,000 of whom have a guardian", True),
    ("screens.dialog", "Opening the dialog for 10,000 of them", False),
    ("granting.side_by_side", "Granting 1,000, each way", False),
    ("granting.by_scheduler", "Granting 10,000 by the scheduler", False),
    ("screens.student_list", "Reading the student list", True),
)


def main(parser, arguments):
    """Measure, print a table, and return 1 where a figure is over its bar."""
    parser.add_argument("--json", action="store_true", help="print an object, too")
    as_json = parser.parse_args(arguments).json
    found = {}
    with prepared("bench") as environment:
        databases = environment.databases
        database, without = databases.fresh("bench"), databases.name("bench_without")
        databases.copy(databases.without_addon(), without)
        config = environment.configuration(database, db_name=database)
        python = [sys.executable, "-m", "benchmark"]
        try:
            for measure, doing, compares in MEASURES:
                where = [without, database] if compares else [database]
                # What the measures before have left in the tables is no cost of it.
                for each in where:
                    query("VACUUM ANALYZE", each)
                say(f"{doing} (load {os.getloadavg()[0]:.1f})")
                command = [*python, measure, config, *where]
                printed = output(command, env=environment.variables)
                found |= json.loads(printed.splitlines()[-1])
        finally:
            databases.drop(database)
            databases.drop(without)
    wizard, ours, bare = (
        found[f"{way}_ms"] for way in ("portal_wizard", "grant", "bare_create")
    )
    inbox = ours + found["deliver_ms"]
    found |= {
        "queries_per_student": found["grant_queries"],
        "grant_times_cheaper_than_portal_wizard": wizard / ours,
        "grant_times_bare_create": ours / bare,
        "inbox_times_cheaper_than_portal_wizard": wizard / inbox,
        "inbox_times_bare": inbox / (bare + found["bare_mail_ms"]),
        "cost_10k_over_1k": found["ten_thousand_ms"] / found["thousand_ms"],
        "letter_over_mailed": found["letter_10k_ms"] / found["ten_thousand_ms"],
        "guardian_over_student": found["guardian_10k_ms"] / found["ten_thousand_ms"],
        "list_page_over_without_addon": found["list_page_with_ms"]
        / found["list_page_without_ms"],
    }
    return tell(FIGURES, found, as_json)
