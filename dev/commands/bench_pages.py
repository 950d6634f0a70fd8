"""Measure what the pages of the portal cost in a large school."""

import re
import statistics
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from environment import LOGS, prepare
from environment.console import Failed, say
from environment.folders import STATE, locked
from environment.serving import demonstration
from environment.smtp_peer import SmtpPeer

from commands.bars import Bar, tell, wants_json

LINES = 100_000
SHEETS = 200
PAGES = (
    "",
    "/profile",
    "/profile/edit",
    "/grades",
    "/attendance",
    "/timetable",
    "/assignments",
    "/fees",
)
# What these pages lead to: the first assignment, and the feed of the calendar.
LINKS = {
    "/assignments": re.compile(r'href="/my/student(/assignments/\d+)"'),
    "/timetable": re.compile(r'value="[^"]*/my/student(/timetable/[\w-]+\.ics)"'),
}
STUDENT = ("mira.halvorsen@example.com", "student")
ROUNDS = 20
BARS = {
    "page_queries": Bar("Queries of the page with the most", 40),
    "page_ms": Bar("Median milliseconds of the slowest page", 150),
}
DESCRIPTION = f"""
Serve a school with {LINES:,} attendance lines, and as much else as its students have,
open each page of the portal {ROUNDS} times as one of them, and tell how many queries
and how much time the server took for it, as Odoo's own log says. The bars are
{BARS["page_queries"].limit} queries, and {BARS["page_ms"].limit} ms in the median.
The status is 1 where a figure is over its bar.
"""
# Every other student of the school attends the classes of the demo's registers, too:
# {SHEETS} more sheets, each with a line for every student.
SCHOOL = """
INSERT INTO res_partner (name, active, autopost_bills)
     SELECT 'Pupil ' || number, true, 'ask' FROM generate_series(1, {students}) number;
INSERT INTO op_student (partner_id, gender, active)
     SELECT id, 'f', true FROM res_partner WHERE name LIKE 'Pupil %';
INSERT INTO op_attendance_sheet
            (register_id, course_id, batch_id, attendance_date, state, active)
     SELECT register.id, register.course_id, register.batch_id,
            current_date - number, 'done', true
       FROM generate_series(1, {sheets}) number,
            (SELECT * FROM op_attendance_register ORDER BY id LIMIT 1) register;
INSERT INTO op_attendance_line
            (attendance_id, student_id, attendance_date, register_id, course_id,
             batch_id, present, active)
     SELECT sheet.id, student.id, sheet.attendance_date, sheet.register_id,
            sheet.course_id, sheet.batch_id, true, true
       FROM (SELECT * FROM op_attendance_sheet ORDER BY id DESC LIMIT {sheets}) sheet,
            (SELECT id FROM op_student ORDER BY id DESC LIMIT {students}) student;
INSERT INTO op_session
            (course_id, batch_id, faculty_id, subject_id, start_datetime,
             end_datetime, state, active, create_date, write_date)
     SELECT session.course_id, batch.id, session.faculty_id, session.subject_id,
            session.start_datetime + number * interval '1 day',
            session.end_datetime + number * interval '1 day',
            'confirm', true, now(), now()
       FROM generate_series(1, {sheets}) number,
            (SELECT * FROM op_session WHERE state = 'confirm' LIMIT 5) session,
            (SELECT id FROM op_batch WHERE id NOT IN
                    (SELECT batch_id FROM op_session WHERE state = 'confirm')
              LIMIT 10) batch;
INSERT INTO op_assignment_sub_line
            (assignment_id, student_id, submission_date, state, active)
     SELECT assignment.id, student.id, now(), 'submit', true
       FROM op_assignment assignment,
            (SELECT id FROM op_student ORDER BY id DESC LIMIT {students}) student;
INSERT INTO op_student_fees_details (student_id, amount, date, state)
     SELECT student.id, 100, current_date + number, 'draft'
       FROM generate_series(1, 10) number,
            (SELECT id FROM op_student ORDER BY id DESC LIMIT {students}) student
"""
MINE = """
INSERT INTO op_attendance_line
            (attendance_id, student_id, attendance_date, register_id, course_id,
             batch_id, present, active)
     SELECT sheet.id, mira.id, sheet.attendance_date, sheet.register_id,
            sheet.course_id, sheet.batch_id, true, true
       FROM (SELECT * FROM op_attendance_sheet ORDER BY id DESC LIMIT {sheets}) sheet,
            (SELECT student.id FROM op_student student
               JOIN res_users ON res_users.id = student.user_id
              WHERE res_users.login = '{login}') mira
"""
# Odoo's log of a request: its queries, their time, and the rest of its time.
REQUEST = re.compile(
    r'"GET (?P<path>/my/student\S*) HTTP/1.1" 200 - '
    r"(?P<queries>\d+) (?P<in_sql>[\d.]+) (?P<in_python>[\d.]+)"
)


def main(arguments):
    """Measure, print a table, and return 1 where a page is over a bar."""
    as_json = wants_json("dev/bench-pages", DESCRIPTION, arguments)
    with locked("bench-pages", STATE), SmtpPeer(STATE / "mails" / "bench") as peer:
        environment = prepare()
        databases = environment.databases
        database = databases.name("bench_pages", with_apps=True)
        databases.copy(databases.template(with_apps=True), database)
        _enlarge(environment.server, database)
        log = LOGS / f"{database}.log"
        with (
            open(log, "w", encoding="utf-8") as file,
            demonstration(
                environment,
                database,
                peer,
                *("--log-handler", "werkzeug:INFO", "--max-cron-threads", "0"),
                log=file,
            ) as server,
        ):
            _browse(server.address)
        figures = _read(log.read_text(encoding="utf-8"))
        databases.drop(database)
    _print(figures)
    queries, milliseconds = zip(*figures.values(), strict=True)
    return tell(
        BARS, {"page_queries": max(queries), "page_ms": max(milliseconds)}, as_json
    )


def _enlarge(server, database):
    say(f"Filling the database {database} with {LINES:,} attendance lines")
    sizes = {"sheets": SHEETS, "students": LINES // SHEETS - 1, "login": STUDENT[0]}
    for statement in (SCHOOL + ";" + MINE).format(**sizes).split(";"):
        server.query(statement, database)
    server.query("ANALYZE", database)
    ((lines,),) = server.query("SELECT count(*) FROM op_attendance_line", database)
    if int(lines) < LINES:
        raise Failed(f"There are only {lines} attendance lines.")


def _browse(address):
    """Open each page as the student, often enough to tell the median."""
    say(f"Opening each page {ROUNDS} times")
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(CookieJar())
    )
    login, password = STUDENT
    csrf_token = _csrf_token(browser, f"{address}/web/login")
    form = {"login": login, "password": password, "csrf_token": csrf_token}
    browser.open(f"{address}/web/login", urllib.parse.urlencode(form).encode())
    form = {"csrf_token": _csrf_token(browser, f"{address}/my/student/timetable")}
    browser.open(
        f"{address}/my/student/timetable/calendar",
        urllib.parse.urlencode(form).encode(),
    )
    pages = [*PAGES, *_linked(browser, address)]
    for _round in range(ROUNDS + 1):
        for page in pages:
            browser.open(f"{address}/my/student{page}").read()


def _linked(browser, address):
    """Return the pages that others lead to, whose addresses only they know."""
    for page, link in LINKS.items():
        found = link.search(browser.open(f"{address}/my/student{page}").read().decode())
        if not found:
            raise Failed(f"The page {page} leads nowhere.")
        yield found[1]


def _csrf_token(browser, address):
    """Return the token of a form on a page."""
    page = browser.open(address).read().decode()
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def _read(log):
    """Return the most queries and the median milliseconds of each page.

    The first round, which fills Odoo's caches after its start, is left out.
    """
    measured = {}
    for request in REQUEST.finditer(log):
        seconds = float(request["in_sql"]) + float(request["in_python"])
        measured.setdefault(request["path"], []).append(
            (int(request["queries"]), seconds * 1000)
        )
    figures = {}
    for path, requests in measured.items():
        queries, milliseconds = zip(*requests[1:], strict=True)
        figures[path] = max(queries), statistics.median(milliseconds)
    if len(figures) != len(PAGES) + len(LINKS):
        raise Failed(f"Only these pages answered: {', '.join(figures) or 'none'}.")
    return figures


def _print(figures):
    print(f"\n{'page':30} {'queries':>8} {'ms':>8}")
    for path, (queries, milliseconds) in figures.items():
        print(f"{path:30} {queries:8} {milliseconds:8.1f}")
