"""What it costs to give students their access, and to change it."""

import itertools
import resource
import smtplib
import statistics
import time
from email.message import EmailMessage
from functools import partial

import psutil

from odoo.fields import Command
from odoo.tools import config, split_every

from .school import MANAGER, UNTRACKED, environment, guardians_of, students_of, timed

ROUNDS = 3
# As many as the runs grant between two commits.
BATCH = 200
# Odoo's wizard takes the more time for each, the more there are: a sample is kind.
SAMPLE = 100
MEGABYTE = 1024 * 1024


def side_by_side(database):
    """Return the milliseconds and queries of a student, each way.

    Each is rolled back before the next, but for the grant whose mails are sent. The
    first of several rounds fills Odoo's caches.
    """
    # Odoo's wizard takes minutes, and what was sent cannot be sent again.
    rounds = {portal_wizard: [0, 1], deliver: [ROUNDS]}
    found = {way: [] for way in (portal_wizard, bare_create, bare_mail, grant, deliver)}
    for number in range(ROUNDS + 1):
        for way, costs in found.items():
            if number not in rounds.get(way, [number]):
                continue
            with environment(database) as env:
                acting = way(env, students_of(env, "Side"))
                count = next(acting)
                seconds, queries, _none = timed(env, partial(next, acting, None))
                costs.append((1000 * seconds / count, queries / count))
                if way is grant and number == ROUNDS:
                    env.cr.commit()
    figures = {}
    for way, costs in found.items():
        milliseconds, queries = zip(*(costs[1:] or costs), strict=True)
        figures[f"{way.__name__}_ms"] = statistics.median(milliseconds)
        figures[f"{way.__name__}_queries"] = statistics.median(queries)
    return figures


# What a way does before its yield is not measured.


def portal_wizard(env, students):
    """Grant by Odoo's own wizard, line by line; its mails are sent at once."""
    contacts = students[:SAMPLE].partner_id.ids
    yield len(contacts)
    wizard = env["portal.wizard"].create({"partner_ids": contacts})
    for line in wizard.user_ids:
        line.action_grant_access()


def bare_create(env, students):
    """Create the users in batches, with neither mails nor tracking."""
    groups = [Command.set(env.ref("base.group_portal").ids)]
    values = [
        {"login": contact.email, "partner_id": contact.id, "group_ids": groups}
        for contact in students.partner_id
    ]
    users = env["res.users"].with_context(no_reset_password=True, **UNTRACKED)
    yield len(values)
    for part in split_every(BATCH, values, list):
        users.create(part)
        env.flush_all()
        env.invalidate_all()


def bare_mail(_env, students):
    """Send a short mail to each, all in one session."""
    addresses = students.mapped("email")
    yield len(addresses)
    with smtplib.SMTP(config["smtp_server"], config["smtp_port"]) as server:
        for address in addresses:
            mail = EmailMessage()
            mail["From"], mail["To"] = "school@bench.example.com", address
            mail["Subject"] = "Your access"
            mail.set_content("Set your password: https://school.example.com/…")
            server.send_message(mail)


def grant(env, students):
    """Grant access and queue the invitations in a run, batch by batch."""
    manager = env["res.users"].search([("login", "=", MANAGER)])
    run = _start(students.with_user(manager), "grant").sudo()
    yield len(students)
    while run._process_batch(BATCH):
        env.flush_all()
        env.invalidate_all()
    if run.granted_count != len(students):
        raise RuntimeError(f"Only {run.granted_count} students were granted")


def deliver(env, students):
    """Have the scheduler's mail queue send the invitations that were queued."""
    queue = env.ref("mail.ir_cron_mail_scheduler_action")
    queue.active = True
    waiting = [("mail_id.state", "=", "outgoing")]
    yield len(students)
    # It leaves the scheduler to others every ten seconds.
    while env["op.student.portal.access"].search_count(waiting):
        queue.method_direct_trigger()
        # What others commit is not seen by a transaction that began before.
        env.cr.commit()
        env.invalidate_all()
    queue.active = False
    env.cr.commit()


def by_scheduler(database):
    """Return what it costs when the scheduler acts on thousands of students.

    After each thousand of ten, the other runs have their turn: what else the machine
    does in these minutes costs all the same.
    """
    _work_off(database, _started(database, "grant", "Warm"))
    large = _started(database, "grant", "School")
    small = [_started(database, "grant", name) for name in ("Before", "After")]
    letters = _started(database, "grant", "Letter")
    guardians = _started(database, "grant", "School", guardians_of)
    resting = psutil.Process().memory_info().rss
    ten_thousand, thousand, letter, guardian = ([0, 0] for _run in range(4))
    done = True
    while done:
        done = _work_off(database, large, 5, ten_thousand)
        # The next one begins when the first is done.
        done += any(_work_off(database, run, 1, thousand) for run in small)
        done += _work_off(database, letters, 5, letter)
        done += _work_off(database, guardians, 5, guardian)
    # Linux counts the peak in kilobytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    figures = {
        "thousand_ms": 1000 * thousand[0] / thousand[1],
        "ten_thousand_ms": 1000 * ten_thousand[0] / ten_thousand[1],
        "letter_10k_ms": 1000 * letter[0] / letter[1],
        "guardian_10k_ms": 1000 * guardian[0] / guardian[1],
        "memory_growth_mb_10k": max(peak - resting, 0) / MEGABYTE,
    }
    with environment(database) as env:
        # As if they had been delivered: no other mail is sent while one waits.
        env["mail.mail"].search([("state", "=", "outgoing")]).write({"state": "sent"})
        env.cr.commit()
    for action in ("resend", "revoke"):
        before, spent = time.perf_counter(), [0, 0]
        run = _started(database, action, "School")
        figures[f"{action}_10k_start_s"] = time.perf_counter() - before
        _work_off(database, run, spent=spent)
        figures[f"{action}_10k_ms"] = 1000 * spent[0] / spent[1]
    return figures


def _started(database, action, name, holders_of=students_of):
    """Start a run for students, or for their guardians, and return its id."""
    with environment(database, MANAGER) as env:
        run = _start(holders_of(env, name), action)
        if run.state == "draft":
            run.action_confirm()
        env.cr.commit()
        return run.id


def _start(holders, action):
    options = {"send_invitation": True} if action == "grant" else {}
    return holders.env["op.student.portal.run"].start(action, holders, **options)


def _work_off(database, run_id, batches=None, spent=None):
    """Do what the scheduler does for some batches, and return for how many students.

    :param list spent: the seconds and the students, which are added up
    """
    done = 0
    with environment(database) as env:
        run = env["op.student.portal.run"].browse(run_id)
        for _batch in range(batches) if batches else itertools.count():
            started = time.perf_counter()
            processed = run._process_batch_despite_conflicts()
            env["ir.cron"]._commit_progress(processed, remaining=run._count_remaining())
            env.invalidate_all(flush=False)
            if not processed:
                break
            done += processed
            if spent:
                spent[0] += time.perf_counter() - started
                spent[1] += processed
        if run.attention_count or run.failed_count or run.state == "interrupted":
            raise RuntimeError(f"Not all of {run.display_name} were worked off")
    return done
