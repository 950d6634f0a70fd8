"""Measure what the pages of the portal cost in a large school.

Serves a school with 100,000 attendance lines, and as much else as its students have,
opens each page of the portal twenty times as one of them, and tells how many queries
and how much time the server took for it, as Odoo's own log says. The status is 1 where
a figure is over its bar.
"""

import re
import statistics

from environment import LOGS, prepare
from environment.console import Failed, say
from environment.folders import STATE, locked
from environment.serving import demonstration
from environment.smtp_peer import SmtpPeer

from commands.bars import Figure, tell, wants_json

STUDENT = {"login": "mira.halvorsen@example.com", "password": "student"}
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
ROUNDS = 20
FIGURES = {
    "page_queries": Figure("Queries of the page with the most", 40),
    "page_ms": Figure("Median milliseconds of the slowest page", 150),
}
# All students attend the classes of the demo's first register, in 200 more sheets.
# Those that are made here have no creator.
SCHOOL = """
WITH contact AS (
    INSERT INTO res_partner (name, active, autopost_bills)
         SELECT 'Pupil ' || number, true, 'ask' FROM generate_series(1, 500) number
      RETURNING id)
INSERT INTO op_student (partner_id, gender, active) SELECT id, 'f', true FROM contact;

WITH sheet AS (
    INSERT INTO op_attendance_sheet
                (register_id, course_id, batch_id, attendance_date, state, active)
         SELECT register.id, register.course_id, register.batch_id,
                current_date - number, 'done', true
           FROM generate_series(1, 200) number,
                (SELECT * FROM op_attendance_register ORDER BY id LIMIT 1) register
      RETURNING *)
INSERT INTO op_attendance_line
            (attendance_id, student_id, attendance_date, register_id, course_id,
             batch_id, present, active)
     SELECT sheet.id, op_student.id, sheet.attendance_date, sheet.register_id,
            sheet.course_id, sheet.batch_id, true, true
       FROM sheet, op_student;

INSERT INTO op_session
            (course_id, batch_id, faculty_id, subject_id, start_datetime,
             end_datetime, state, active, create_date, write_date)
     SELECT session.course_id, batch.id, session.faculty_id, session.subject_id,
            session.start_datetime + number * interval '1 day',
            session.end_datetime + number * interval '1 day',
            'confirm', true, now(), now()
       FROM generate_series(1, 200) number,
            (SELECT * FROM op_session WHERE state = 'confirm' LIMIT 5) session,
            (SELECT id FROM op_batch WHERE id NOT IN
                    (SELECT batch_id FROM op_session WHERE state = 'confirm')
              LIMIT 10) batch;

INSERT INTO op_assignment_sub_line
            (assignment_id, student_id, submission_date, state, active)
     SELECT op_assignment.id, op_student.id, now(), 'submit', true
       FROM op_assignment, op_student WHERE op_student.create_uid IS NULL;

INSERT INTO op_student_fees_details (student_id, amount, date, state)
     SELECT id, 100, current_date + number, 'draft'
       FROM generate_series(1, 10) number, op_student WHERE create_uid IS NULL
"""
# Odoo's log of a request: its queries, their time, and the rest of its time.
REQUEST = re.compile(
    r'"GET (?P<path>/my/student\S*) HTTP/1.1" 200 - '
    r"(?P<queries>\d+) (?P<in_sql>[\d.]+) (?P<in_python>[\d.]+)"
)


def main(arguments):
    """Measure, print a table, and return 1 where a page is over a bar."""
    as_json = wants_json("bench-pages", __doc__, arguments)
    with locked("bench-pages", STATE), SmtpPeer(STATE / "mails" / "bench") as peer:
        environment = prepare()
        databases = environment.databases
        database = databases.name("bench_pages", with_apps=True)
        databases.copy(databases.template(with_apps=True), database)
        say(f"Filling the database {database} with 100,000 attendance lines")
        environment.server.query(SCHOOL, database)
        environment.server.query("ANALYZE", database)
        log = LOGS / f"{database}.log"
        options = ("--log-handler", "werkzeug:INFO", "--max-cron-threads", "0")
        with (
            open(log, "w", encoding="utf-8") as file,
            demonstration(environment, database, peer, *options, log=file) as server,
        ):
            _browse(server.address)
        pages = _read(log.read_text(encoding="utf-8"))
        databases.drop(database)
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

    def opened(page, search=None, form=None):
        url = f"{address}{page}"
        answer = session.post(url, form) if form else session.get(url)
        answer.raise_for_status()
        if search:
            found = re.search(search, answer.text)
            if not found:
                raise Failed(f"The page {page} leads nowhere.")
            return found[1]

    token = 'name="csrf_token" value="([^"]+)"'
    form = {**STUDENT, "csrf_token": opened("/web/login", token)}
    opened("/web/login", form=form)
    form = {"csrf_token": opened("/my/student/timetable", token)}
    opened("/my/student/timetable/calendar", form=form)
    linked = [opened(f"/my/student{page}", link) for page, link in LINKS.items()]
    for _round in range(ROUNDS + 1):
        for page in (*PAGES, *linked):
            opened(f"/my/student{page}")


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
    pages = {}
    for path, requests in measured.items():
        queries, milliseconds = zip(*requests[1:], strict=True)
        pages[path] = max(queries), statistics.median(milliseconds)
    if len(pages) != len(PAGES) + len(LINKS):
        raise Failed(f"Only these pages answered: {', '.join(pages) or 'none'}.")
    return pages
