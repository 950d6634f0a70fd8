"""What it costs to open the dialog for thousands of students, and to list them."""

import statistics
from ast import literal_eval

from lxml import etree

from odoo.tests import Form

from .school import MANAGER, environment, students_of, timed

ACTION = "openeducat_student_portal.action_grant_portal_access"


def dialog(_without, database):
    """Return what opening costs for ten thousand, and the seconds of starting."""
    costs = []
    for _round in range(4):
        with environment(database, MANAGER) as env:
            students = students_of(env, "School").ids
            with timed(env) as opening:
                wizard = _open_dialog(env, students)
            with timed(env) as starting:
                wizard.action_grant_access()
            costs.append((opening.seconds, opening.queries, starting.seconds))
    # The first round fills Odoo's caches.
    medians = map(statistics.median, zip(*costs[1:], strict=True))
    names = ("open_10k_s", "open_10k_queries", "start_run_10k_s")
    return dict(zip(names, medians, strict=True))


def _open_dialog(env, students):
    """Do what the web client does from the click to the dialog, list included."""
    context = {"active_model": "op.student", "active_ids": students}
    form = Form.from_action(env, env.ref(ACTION).with_context(context).run())
    [widget] = form._view["tree"].xpath("//widget[@name='portal_access_lines']")
    lines = env[widget.get("model")].with_context(list_view_ref=widget.get("list_view"))
    mine = [(widget.get("parent"), "=", form.record.id)]
    for domain in ([], literal_eval(widget.get("attention"))):
        lines.formatted_read_group([*mine, *domain], [widget.get("state")], ["__count"])
    lines.web_search_read(mine, _specification(lines), limit=40)
    return form.record


def _specification(model, view=None):
    arch = etree.fromstring(model.get_view(view, "list")["arch"])
    return {
        name: {"fields": {"display_name": {}}} if model._fields[name].relational else {}
        for name in arch.xpath("//field/@name")
    }


def student_list(*databases):
    """Return the milliseconds of a page in both databases, taken in turns."""
    rounds = [[_list_page(each) for each in databases] for _round in range(65)]
    # The first rounds fill Odoo's caches.
    without, also = map(statistics.median, zip(*rounds[5:], strict=True))
    return {"list_page_without_ms": 1000 * without, "list_page_with_ms": 1000 * also}


def _list_page(database):
    """Return the seconds of a page, read as an Administrator does."""
    with environment(database, "admin") as env:
        students = env["op.student"]
        view = env.ref("openeducat_core.view_op_student_tree").id
        specification = _specification(students, view)
        # Those who were granted access, and all of whom are counted in both.
        mine = [("email", "like", "school.%@bench.example.com")]
        with timed(env) as cost:
            students.web_search_read(mine, specification, limit=80, count_limit=10_001)
        return cost.seconds
