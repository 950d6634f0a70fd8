"""Ten thousand students granted by batches, and two runs of a thousand meanwhile."""

import itertools
import resource
import time

import psutil

from .prepare import MANAGER, students_of
from .school import ADDON, environment

MEGABYTE = 1024 * 1024


def measure(database):
    """Return the milliseconds of a student in both sizes, and the memory grown.

    Whatever else the machine does in these minutes costs both sizes the same: after
    each thousand of the ten, a batch of the small runs has its turn.
    """
    for run in start(database, "Warm"):
        work_off(database, run, batches=None)
    [large] = start(database, "School")
    small = iter(start(database, "Before", "After"))
    resting = psutil.Process().memory_info().rss
    spent = {"large": [0, 0], "small": [0, 0]}
    current = next(small)
    while True:
        done = [
            work_off(database, large, batches=5, spent=spent["large"]),
            work_off(database, current, batches=1, spent=spent["small"]),
        ]
        if not any(done):
            break
        if not done[1]:
            current = next(small, current)
    # Linux counts the peak in kilobytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "thousand_ms": 1000 * spent["small"][0] / spent["small"][1],
        "ten_thousand_ms": 1000 * spent["large"][0] / spent["large"][1],
        "memory_growth_mb": max(peak - resting, 0) / MEGABYTE,
    }


def start(database, *names):
    """Start a run for each group of students, and return their ids."""
    runs = []
    with environment(database, MANAGER) as env:
        for name in names:
            run = env["op.student.portal.run"]._start(
                env["op.student"].browse(students_of(env, name)),
                env.ref(f"{ADDON}.group_student_portal"),
                send_invitation=True,
            )
            runs.append(run.id)
        env.cr.commit()
    return runs


def work_off(database, run_id, batches, spent=None):
    """Do what the scheduler does for some batches of a run.

    :param int batches: how many at most; all when there is none
    :param list spent: the seconds and the students, which are added up
    :return: how many students were granted
    """
    granted = 0
    with environment(database) as env:
        run = env["op.student.portal.run"].browse(run_id)
        for _batch in range(batches) if batches else itertools.count():
            started = time.perf_counter()
            processed = run._process_batch_despite_conflicts()
            env["ir.cron"]._commit_progress(processed, remaining=run._count_remaining())
            env.invalidate_all(flush=False)
            if not processed:
                break
            granted += processed
            if spent:
                spent[0] += time.perf_counter() - started
                spent[1] += processed
        if run.attention_count:
            raise RuntimeError(f"{run.attention_count} students were not granted")
    return granted
