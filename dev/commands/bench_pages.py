"""Measure what the pages of the portal cost in a large school.

Opens each page twenty times, in a school with 100,000 attendance lines, and tells the
queries and the server's time, as Odoo's own log says. The status is 1 where a figure is
over its bar.
"""

import re
import statistics

from benchmark import Figure, tell
from environment import prepared
from environment.console import Failed, say
from environment.folders import CHECKOUT
from environment.postgresql import query
from pictures import STUDENT

PAGES = " /profile /profile/edit /grades /attendance /timetable /assignments /fees"
# What these pages lead to: the first assignment, and the feed of the calendar.
LINKS = {
    "/assignments": re.compile(r'href="/my/student(/assignments/\d+)"'),
    "/timetable": re.compile(r'value="[^"]*/my/student(/timetable/[\w-]+\.ics)"'),
}
ROUNDS = 20
FIGURES = {
    "page_queries": Figure("Queries of the page with the most", 40),
    "page_ms": Figure("Median milliseconds of the slowest page", 150),
}
SCHOOL = CHECKOUT / "dev" / "benchmark" / "pages.sql"
# Odoo's log of a request: its queries, their time, and the rest of its time.
REQUEST = re.compile(
    r'"GET (?P<path>/my/student\S*) HTTP/1.1" 200 - '
    r"(?P<queries>\d+) (?P<in_sql>[\d.]+) (?P<in_python>[\d.]+)"
)


def main(parser, arguments):
    """Measure, print a table, and return 1 where a page is over a bar."""
    parser.add_argument("--json", action="store_true", help="print an object, too")
    as_json = parser.parse_args(arguments).json
    with prepared("bench-pages") as environment:
        database = environment.databases.fresh("bench_pages")
        say(f"Filling the database {database} with 100,000 attendance lines")
        query(SCHOOL.read_text("utf-8"), database)
        query("ANALYZE", database)
        options = ("--log-handler", "werkzeug:INFO", "--max-cron-threads", "0")
        log = environment.log_of(database)
        with (
            open(log, "w", encoding="utf-8") as file,
            environment.demonstration(database, *options, log=file) as server,
        ):
            _browse(server.address)
        environment.databases.drop(database)
    pages = _read(log.read_text("utf-8"))
    print(f"\n{'page':30} {'queries':>8} {'ms':>8}")
    for path, (queries, milliseconds) in pages.items():
        print(f"{path:30} {queries:8} {milliseconds:8.1f}")
    queries, milliseconds = zip(*pages.values(), strict=True)
    figures = {"page_queries": max(queries), "page_ms": max(milliseconds)}
    return tell(FIGURES, figures, as_json)


def _browse(address):
    """Open each page as the student, often enough to tell the median."""
    from requests import Session

    say(f"Opening each page {ROUNDS} times")
    session = Session()

    def opened(page, search="", **form):
        method = "POST" if form else "GET"
        answer = session.request(method, f"{address}{page}", data=form)
        answer.raise_for_status()
        if found := re.search(search, answer.text):
            return found.group(found.re.groups)
        raise Failed(f"The page {page} leads nowhere.")

    token = 'name="csrf_token" value="([^"]+)"'
    user = dict(zip(("login", "password"), STUDENT, strict=True))
    opened("/web/login", **user, csrf_token=opened("/web/login", token))
    timetable = "/my/student/timetable"
    opened(f"{timetable}/calendar", csrf_token=opened(timetable, token))
    linked = [opened(f"/my/student{page}", link) for page, link in LINKS.items()]
    for _round in range(ROUNDS + 1):
        for page in (*PAGES.split(" "), *linked):
            opened(f"/my/student{page}")


def _read(log):
    """Return the most queries and the median milliseconds of each page."""
    measured = {}
    for request in REQUEST.finditer(log):
        seconds = float(request["in_sql"]) + float(request["in_python"])
        cost = int(request["queries"]), seconds * 1000
        measured.setdefault(request["path"], []).append(cost)
    pages = {}
    for path, requests in measured.items():
        # The first round fills Odoo's caches.
        queries, milliseconds = zip(*requests[1:], strict=True)
        pages[path] = max(queries), statistics.median(milliseconds)
    if len(pages) != len(PAGES.split(" ")) + len(LINKS):
        raise Failed(f"Only these pages answered: {', '.join(pages) or 'none'}.")
    return pages
