"""Measure what granting access costs, side by side with Odoo's own ways.

Granting access, queueing the invitation and delivering it, in a run of this addon, in
Odoo's portal.wizard, and as bare users with bare mails; ten thousand students; the
student list. Takes some minutes. The status is 1 where a figure misses its bar.
"""

import json
import os

from benchmark import tell
from environment import prepared
from environment.console import say
from environment.databases import copy, drop
from environment.postgresql import query

# The names of the figures end in their units.
BARS = {
    "queries_per_student": ("at most", 8),
    "grant_times_cheaper_than_portal_wizard": ("at least", 15),
    "grant_times_bare_create": ("at most", 2.5),
    "inbox_times_cheaper_than_portal_wizard": ("at least", 6),
    "inbox_times_bare": ("at most", 3.5),
    "cost_10k_over_1k": ("at most", 1.15),
    "letter_over_mailed": ("at most", 1.3),
    "guardian_over_student": ("at most", 1.3),
    "memory_growth_mb_10k": ("at most", 150),
    "open_10k_s": ("at most", 2),
    "open_10k_queries": ("at most", 60),
    "start_run_10k_s": ("at most", 2),
    "list_page_over_without_addon": ("at most", 1.15),
}
#: Which figure over which other one.
RATIOS = {
    "grant_times_cheaper_than_portal_wizard": ("portal_wizard_ms", "grant_ms"),
    "grant_times_bare_create": ("grant_ms", "bare_create_ms"),
    "inbox_times_cheaper_than_portal_wizard": ("portal_wizard_ms", "inbox_ms"),
    "inbox_times_bare": ("inbox_ms", "bare_ms"),
    "cost_10k_over_1k": ("ten_thousand_ms", "thousand_ms"),
    "letter_over_mailed": ("letter_10k_ms", "ten_thousand_ms"),
    "guardian_over_student": ("guardian_10k_ms", "ten_thousand_ms"),
    "list_page_over_without_addon": ("list_page_with_ms", "list_page_without_ms"),
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
    found["queries_per_student"] = found["grant_queries"]
    found["inbox_ms"] = found["grant_ms"] + found["deliver_ms"]
    found["bare_ms"] = found["bare_create_ms"] + found["bare_mail_ms"]
    for name, (cost, over) in RATIOS.items():
        found[name] = found[cost] / found[over]
    return tell(found, BARS, as_json)
