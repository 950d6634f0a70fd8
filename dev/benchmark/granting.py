"""What it costs to give students their access, and to change it."""

import resource
import smtplib
import statistics
import time
from collections import defaultdict

import psutil

from odoo.fields import Command
from odoo.tools import config, split_every

from .school import MANAGER, UNTRACKED, environment, guardians_of, students_of, timed

# As many as the runs grant between two commits.
BATCH = 200
# Odoo's wizard takes the more time for each, the more there are: a sample is kind.
SAMPLE = 100


def side_by_side(_without, database):
    """Return the milliseconds and queries of a student, each way.

    Each is rolled back before the next, but for the grant whose mails are sent. The
    first of several rounds fills Odoo's caches.
    """
    ways, costs = [portal_wizard, bare_create, bare_mail, grant], defaultdict(list)
    for is_last in (False, False, False, True):
        # What was sent cannot be sent again.
        for way in [*ways, deliver] if is_last else ways:
            with environment(database) as env:
                acting = way(env, students_of(env, "Side"))
                count = next(acting)
                with timed(env) as cost:
                    next(acting, None)
                if way is grant and is_last:
                    env.cr.commit()
            costs[f"{way.__name__}_ms"].append(1000 * cost.seconds / count)
            costs[f"{way.__name__}_queries"].append(cost.queries / count)
    return {name: statistics.median(each[1:] or each) for name, each in costs.items()}


# What a way does before its yield is not measured.


def portal_wizard(env, students):
    """Grant by Odoo's own wizard, line by line; its mails are sent at once."""
    contacts = students[:SAMPLE].partner_id.ids
    yield len(contacts)
    wizard = env["portal.wizard"].create({"partner_ids": contacts})
    for line in wizard.user_ids:
        line.action_grant_access()


def bare_create(env, students):
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
    addresses = students.mapped("email")
    yield len(addresses)
    with smtplib.SMTP(config["smtp_server"], config["smtp_port"]) as server:
        for address in addresses:
            mail = f"To: {address}\nSubject: Your access\n\nSet your password: …"
            server.sendmail("school@bench.example.com", address, mail.encode())


def grant(env, students):
    """Grant access and queue the invitations in a run, batch by batch."""
    manager = env["res.users"].search([("login", "=", MANAGER)])
    runs = env["op.student.portal.run"].with_user(manager)
    run = runs.start("grant", students.with_user(manager), send_invitation=True).sudo()
    yield len(students)
    while run.process_batch(BATCH):
        env.flush_all()
        env.invalidate_all()
    if run.granted_count != len(students):
        raise RuntimeError(f"Only {run.granted_count} students were granted")


def deliver(env, students):
    """Have the scheduler's mail queue send the invitations that were queued."""
    queue = env.ref("mail.ir_cron_mail_scheduler_action")
    waiting = [("mail_id.state", "=", "outgoing")]
    yield len(students)
    # It leaves the scheduler to others every ten seconds.
    while env["op.student.portal.access"].search_count(waiting):
        queue.method_direct_trigger()
        # What others commit is not seen by a transaction that began before.
        env.cr.commit()
        env.invalidate_all()


def by_scheduler(_without, database):
    """Return what it costs when the scheduler acts on thousands of students.

    After each thousand of ten the other runs have their turn, and the median batch
    counts: what else the machine does in these minutes costs all the same.
    """
    spent = defaultdict(list)
    _work_off(database, _started(database, "grant", "Warm"), 1, spent["warm"])
    large = _started(database, "grant", "School")
    small = [_started(database, "grant", name) for name in ("Before", "After")]
    letters = _started(database, "grant", "Letter")
    guardians = _started(database, "grant", "School", guardians_of)
    resting = psutil.Process().memory_info().rss / 1024
    for turn in range(10):
        _work_off(database, large, 5, spent["ten_thousand"])
        # The second one begins when the first is done.
        _work_off(database, small[turn // 5], 1, spent["thousand"])
        _work_off(database, letters, 5, spent["letter_10k"])
        _work_off(database, guardians, 5, spent["guardian_10k"])
    # Linux counts the peak in kilobytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with environment(database) as env:
        # As if they had been delivered: no other mail is sent while one waits.
        env["mail.mail"].search([("state", "=", "outgoing")]).write({"state": "sent"})
        env.cr.commit()
    for action in ("resend", "revoke"):
        _work_off(database, _started(database, action, "School"), 50, spent[action])
    medians = {f"{name}_ms": 1000 * statistics.median(spent[name]) for name in spent}
    return {**medians, "memory_growth_mb_10k": (peak - resting) / 1024}


def _started(database, action, name, holders_of=students_of):
    with environment(database, MANAGER) as env:
        runs, holders = env["op.student.portal.run"], holders_of(env, name)
        run = runs.start(action, holders, send_invitation=action == "grant")
        if run.state == "draft":
            run.action_confirm()
        env.cr.commit()
        return run.id


def _work_off(database, run_id, batches, costs):
    """Do what the scheduler does for some batches of a run, and tell their costs."""
    with environment(database) as env:
        run = env["op.student.portal.run"].browse(run_id)
        for _batch in range(batches):
            started = time.perf_counter()
            processed = run._process_batch_despite_conflicts()
            env["ir.cron"]._commit_progress(processed, remaining=run._count_remaining())
            env.invalidate_all(flush=False)
            seconds = time.perf_counter() - started
            if run.attention_count or run.failed_count or run.state == "interrupted":
                raise RuntimeError(f"Not all of {run.display_name} were worked off")
            costs.append(seconds / processed)
