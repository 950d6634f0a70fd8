"""Measure what granting access costs, side by side with Odoo's own ways.

All with the same students: granting access, queueing the invitation and delivering it,
in a run of this addon, in Odoo's portal.wizard, and as bare users with bare mails; ten
thousand students; the student list with this addon and without. Takes some minutes.
The status is 1 where a figure is over its bar.
"""

import json
import os
from types import SimpleNamespace

from benchmark import Figure, tell
from environment import prepared
from environment.console import say
from environment.databases import copy, drop
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
#: Each function of the benchmark, whose figures are printed, and what it does.
MEASURES = {
    "school.fill": "Making 23,200 students, 10,000 of whom have a guardian",
    "screens.dialog": "Opening the dialog for 10,000 of them",
    "granting.side_by_side": "Granting 1,000, each way",
    "granting.by_scheduler": "Granting 10,000 by the scheduler",
    "screens.student_list": "Reading the student list",
}
CODE = """
import json
from benchmark import granting, school, screens
print(json.dumps({0}("{1}", "{2}") or {{}}))
"""
# Those who have no address get a login by the school's pattern.
PATTERN = "UPDATE res_company SET student_portal_login_pattern = '{gr_no}'"


def main(parser, arguments):
    parser.add_argument("--json", action="store_true", help="print an object, too")
    as_json = parser.parse_args(arguments).json
    found = {}
    with prepared("bench") as environment:
        without = copy(environment.without_addon(), environment.database("without"))
        database = environment.fresh("bench")
        query(PATTERN, database)
        for measure, doing in MEASURES.items():
            # What the measures before have left in the tables is no cost of it.
            for each in (without, database):
                query("VACUUM FULL ANALYZE", each)
            say(f"{doing} (load {os.getloadavg()[0]:.1f})")
            environment.run_code(database, CODE.format(measure, without, database))
            log = environment.log_of(database).read_text("utf-8")
            found |= json.loads(log.splitlines()[-1])
        drop(database)
        drop(without)
    cost = SimpleNamespace(**found)
    inbox = cost.grant_ms + cost.deliver_ms
    found |= {
        "queries_per_student": cost.grant_queries,
        "grant_times_cheaper_than_portal_wizard": cost.portal_wizard_ms / cost.grant_ms,
        "grant_times_bare_create": cost.grant_ms / cost.bare_create_ms,
        "inbox_times_cheaper_than_portal_wizard": cost.portal_wizard_ms / inbox,
        "inbox_times_bare": inbox / (cost.bare_create_ms + cost.bare_mail_ms),
        "cost_10k_over_1k": cost.ten_thousand_ms / cost.thousand_ms,
        "letter_over_mailed": cost.letter_10k_ms / cost.ten_thousand_ms,
        "guardian_over_student": cost.guardian_10k_ms / cost.ten_thousand_ms,
        "list_page_over_without_addon": cost.list_page_with_ms
        / cost.list_page_without_ms,
    }
    return tell(FIGURES, found, as_json)
