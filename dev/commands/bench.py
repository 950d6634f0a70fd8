"""Measure what granting access costs, side by side with Odoo's own ways.

On one database and with the same students: what it costs to grant access to a student,
to queue the invitation and to deliver it, in a run of this addon, in Odoo's
portal.wizard, and as bare users with bare mails; what ten thousand students cost, in
time and memory; and what the student list costs with this addon and without. Takes some
minutes. The status is 1 where a figure is over its bar.
"""

import json
import os
import subprocess

from environment import prepare
from environment.console import Failed, say
from environment.folders import CHECKOUT, STATE, locked
from environment.smtp_peer import SmtpPeer

from commands.bars import Figure, tell, wants_json

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
        "Granting, times cheaper than portal.wizard", 15, at_least=True
    ),
    "grant_times_bare_create": Figure("Granting, times the cost of bare users", 2.5),
    "inbox_times_cheaper_than_portal_wizard": Figure(
        "From click to inbox, times cheaper than portal.wizard", 6, at_least=True
    ),
    "inbox_times_bare": Figure("From click to inbox, times bare users and mails", 3.5),
    "thousand_ms": Figure("1,000 granted by the scheduler: ms a student"),
    "ten_thousand_ms": Figure("10,000 granted by the scheduler: ms a student"),
    "cost_10k_over_1k": Figure("Cost of a student at 10,000 over that at 1,000", 1.15),
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


def main(arguments):
    """Measure, print a table, and return 1 where a figure is over its bar."""
    as_json = wants_json("bench", __doc__, arguments)
    with locked("bench", STATE), SmtpPeer(STATE / "mails" / "bench") as peer:
        environment = prepare()
        databases = environment.databases
        database = databases.name("bench", with_apps=True)
        without = databases.name("bench_without", with_apps=True)
        databases.copy(databases.template(with_apps=True), database)
        databases.copy(databases.without_addon(with_apps=True), without)
        try:
            figures = _measure(environment, peer, database, without)
        finally:
            databases.drop(database)
            databases.drop(without)
    wizard, ours = figures["portal_wizard_ms"], figures["grant_ms"]
    bare = figures["bare_create_ms"]
    inbox = ours + figures["deliver_ms"]
    pages = [figures[f"list_page_{label}_ms"] for label in ("with", "without")]
    figures |= {
        "queries_per_student": figures["grant_queries"],
        "grant_times_cheaper_than_portal_wizard": wizard / ours,
        "grant_times_bare_create": ours / bare,
        "inbox_times_cheaper_than_portal_wizard": wizard / inbox,
        "inbox_times_bare": inbox / (bare + figures["bare_mail_ms"]),
        "cost_10k_over_1k": figures["ten_thousand_ms"] / figures["thousand_ms"],
        "list_page_over_without_addon": pages[0] / pages[1],
    }
    return tell(FIGURES, figures, as_json)


def _measure(environment, peer, database, without):
    """Run each measure in a process of its own, and return what they found."""
    configuration = environment.configuration(
        database,
        db_name=database,
        smtp_server="127.0.0.1",
        smtp_port=peer.port,
        log_level="error",
    )
    figures = {}
    for measure, doing, where in (
        ("school.fill", "Making 13,200 students", [without, database]),
        ("screens.dialog", "Opening the dialog for 10,000 of them", [database]),
        ("granting.side_by_side", "Granting 1,000, each way", [database]),
        ("granting.by_scheduler", "Granting 10,000 by the scheduler", [database]),
        ("screens.student_list", "Reading the student list", [without, database]),
    ):
        if measure == "screens.student_list":
            # What the measures before have left in the tables is no cost of the page.
            for filled in where:
                environment.server.query("VACUUM ANALYZE", filled)
        say(f"{doing} (load {os.getloadavg()[0]:.1f})")
        path = f"{environment.odoo.root}:{CHECKOUT / 'dev'}"
        done = subprocess.run(
            [environment.python, "-m", "benchmark", measure, configuration, *where],
            env={**environment.variables, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"Measuring {measure} failed:\n{done.stderr[-3000:]}")
        figures |= json.loads(done.stdout.splitlines()[-1]) or {}
    return figures
