"""Measure what the pages of the portal cost in a large school.

Opens each page twenty times, in a school with 100,000 attendance lines, and tells the
queries and the median of the server's time, as Odoo's own log says. The status is 1
where a page is over a bar.
"""

import re
import statistics
from collections import defaultdict

from benchmark import tell
from environment import prepared
from environment.console import say
from environment.databases import drop
from environment.folders import CHECKOUT
from environment.postgresql import query
from pictures import STUDENT

PAGES = " /profile /profile/edit /grades /attendance /timetable /assignments /fees"
# What these pages lead to: the first assignment, and the feed of the calendar.
LINKS = {
    "/assignments": r'href="/my/student(/assignments/\d+)"',
    "/timetable": r'value="[^"]*/my/student(/timetable/[\w-]+\.ics)"',
}
ROUNDS = 20
BARS = {"page_queries": ("at most", 40), "page_ms": ("at most", 150)}
# Odoo's log of a request: its queries, their time, and the rest of its time.
REQUEST = re.compile(r'"GET /my/student(\S*) \S+ 200 - (\d+) ([\d.]+) ([\d.]+)')


def main(parser, arguments):
    parser.add_argument("--json", action="store_true", help="print an object, too")
    as_json = parser.parse_args(arguments).json
    with prepared("bench-pages") as environment:
        database = environment.fresh("bench_pages")
        say(f"Filling the database {database} with 100,000 attendance lines")
        school = CHECKOUT / "dev" / "benchmark" / "pages.sql"
        query(school.read_text("utf-8"), database)
        query("ANALYZE", database)
        options = ("--log-handler", "werkzeug:INFO", "--max-cron-threads", "0")
        log = environment.log_of(database)
        with environment.demonstration(database, *options, log=log) as server:
            pages = _browse(server.address, database)
        drop(database)
    requests = defaultdict(list)
    for page, queries, in_sql, in_python in REQUEST.findall(log.read_text("utf-8")):
        milliseconds = 1000 * (float(in_sql) + float(in_python))
        requests[page].append((int(queries), milliseconds))
    print(f"\n{'page':30} {'queries':>8} {'ms':>8}")
    most, slowest = 0, 0
    for page in pages:
        # The first round fills Odoo's caches.
        queries, milliseconds = zip(*requests[page][1:], strict=True)
        median = statistics.median(milliseconds)
        most, slowest = max(most, *queries), max(slowest, median)
        print(f"/my/student{page:19} {max(queries):8} {median:8.1f}")
    return tell({"page_queries": most, "page_ms": slowest}, BARS, as_json)


def _browse(address, database):
    from requests import Session

    say(f"Opening each page {ROUNDS} times")
    session = Session()
    user = {"params": {"db": database, **STUDENT}}
    session.post(f"{address}/web/session/authenticate", json=user)

    def found(page, search=""):
        answer = session.get(f"{address}/my/student{page}")
        answer.raise_for_status()
        return re.search(search, answer.text).groups()

    [token] = found("/timetable", 'name="csrf_token" value="([^"]+)"')
    calendar = f"{address}/my/student/timetable/calendar"
    session.post(calendar, data={"csrf_token": token}).raise_for_status()
    linked = [link for page in LINKS for link in found(page, LINKS[page])]
    pages = [*PAGES.split(" "), *linked]
    for _round in range(ROUNDS + 1):
        for page in pages:
            found(page)
    # The log hides the calendar's address.
    return [re.sub(r"[\w-]+\.ics", "***.ics", page) for page in pages]
