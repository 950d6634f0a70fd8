"""Measure what granting access costs, side by side with Odoo's own ways."""

import json
import subprocess

from environment import prepare
from environment.console import Failed, say
from environment.folders import CHECKOUT, STATE, locked
from environment.smtp_peer import SmtpPeer

from commands.bars import Bar, tell, wants_json

DESCRIPTION = """
Measure, on one database and with the same students: what it costs to grant access to a
student and queue the invitation, in a run of this addon, in Odoo's portal.wizard, and
as bare users; what ten thousand students cost, in time and memory; and what the student
list costs with this addon and without. Takes some minutes. The status is 1 where a
figure is over its bar.
"""


BARS = {
    "grant_times_cheaper_than_portal_wizard": Bar(
        "Times cheaper than Odoo's portal.wizard, line by line", 15, at_least=True
    ),
    "grant_times_bare_create": Bar(
        "Times the cost of bare batch res.users.create, untracked", 2.5
    ),
    "queries_per_student": Bar("Queries for a student", 8),
    "cost_10k_over_1k": Bar("Cost of a student at 10,000 over that at 1,000", 1.15),
    "memory_growth_mb_10k": Bar("Memory grown by 10,000, MB", 150),
    "open_10k_s": Bar("Opening the dialog for 10,000, s", 2),
    "open_10k_queries": Bar("Queries to open it", 60),
    "start_run_10k_s": Bar("Starting a run of 10,000, s", 2),
    "list_page_over_without_addon": Bar(
        "Page of the student list, over one without this addon", 1.15
    ),
}


def main(arguments):
    """Measure, print a table, and return 1 where a figure is over its bar."""
    as_json = wants_json("dev/bench", DESCRIPTION, arguments)
    with locked("bench", STATE), SmtpPeer(STATE / "mails" / "bench") as peer:
        figures, costs = Benchmark(prepare(), peer).run()
    _print(costs)
    return tell(BARS, figures, as_json)


class Benchmark:
    """All the measures.

    :param Environment environment: what they take
    :param SmtpPeer peer: the server that receives the mails
    """

    def __init__(self, environment, peer):
        self.environment = environment
        databases = environment.databases
        self.database = databases.name("bench", with_apps=True)
        self.without = databases.name("bench_without", with_apps=True)
        self.configuration = environment.configuration(
            self.database,
            db_name=self.database,
            smtp_server="127.0.0.1",
            smtp_port=peer.port,
            log_level="error",
        )

    def run(self):
        """Measure everything, and return the figures, and what they come of."""
        databases = self.environment.databases
        databases.copy(databases.template(with_apps=True), self.database)
        databases.copy(databases.without_addon(with_apps=True), self.without)
        try:
            return self._measure()
        finally:
            databases.drop(self.database)
            databases.drop(self.without)

    def _measure(self):
        say("Making 13,200 students")
        self._process("prepare", self.database)
        say("Opening the dialog for 10,000 of them, and starting a run")
        opening = self._process("opening", self.database)
        say("Granting 1,000: Odoo's portal.wizard, bare users, this addon")
        ways = self._process("side_by_side", self.database)
        say("Granting 10,000, between 1,000 and 1,000")
        year = self._process("school_year", self.database)
        say("Reading the student list, with this addon and without")
        self._process("fill_list", self.without)
        # What the measures before have left in the tables is no cost of the page.
        for database in (self.without, self.database):
            self.environment.server.query("VACUUM ANALYZE", database)
        pages = self._process("student_list", self.without, self.database)
        figures = {
            "grant_times_cheaper_than_portal_wizard": ways["portal_wizard_ms"]
            / ways["grant_ms"],
            "grant_times_bare_create": ways["grant_ms"] / ways["bare_create_ms"],
            "queries_per_student": ways["grant_queries"],
            "cost_10k_over_1k": year["ten_thousand_ms"] / year["thousand_ms"],
            "memory_growth_mb_10k": year["memory_growth_mb"],
            **opening,
            "list_page_over_without_addon": pages["with_ms"] / pages["without_ms"],
        }
        return figures, {**ways, **year, **pages}

    def _process(self, measure, *databases):
        """Run a measure in a process of its own, and return what it found."""
        environment = self.environment
        done = subprocess.run(
            [
                *(str(environment.python), "-m", "benchmark", measure),
                *(str(self.configuration), *databases),
            ],
            env={
                **environment.variables,
                "PYTHONPATH": f"{environment.odoo.root}:{CHECKOUT / 'dev'}",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"Measuring {measure} failed:\n{done.stderr[-3000:]}")
        return json.loads(done.stdout.splitlines()[-1])


def _print(costs):
    print()
    print(f"{'per student':56} {'ms':>9} {'queries':>9}")
    for way, label in (
        ("portal_wizard", "Odoo's portal.wizard, line by line, mail sent"),
        ("bare_create", "Bare batch res.users.create, untracked, no mail"),
        ("grant", "This addon: access, chatter, invitation queued"),
    ):
        print(f"{label:56} {costs[f'{way}_ms']:9.2f} {costs[f'{way}_queries']:9.1f}")
    print(f"{'This addon, 1,000 by the scheduler':56} {costs['thousand_ms']:9.2f}")
    print(f"{'This addon, 10,000 by the scheduler':56} {costs['ten_thousand_ms']:9.2f}")
    print(
        f"{'Page of the student list without this addon':56} {costs['without_ms']:9.2f}"
    )
    print(f"{'Page of the student list with this addon':56} {costs['with_ms']:9.2f}")
