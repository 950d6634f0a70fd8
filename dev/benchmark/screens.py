"""What it costs to open the dialog for thousands of students, and to list them."""

import statistics
from ast import literal_eval
from functools import partial

from lxml import etree

from .school import ADDON, MANAGER, environment, students_of, timed


def dialog(database):
    """Return what opening costs for ten thousand, and the seconds of starting."""
    rounds = []
    for _round in range(4):
        with environment(database, MANAGER) as env:
            students = students_of(env, "School").ids
            opened, queries, wizard = timed(env, partial(open_dialog, env, students))
            started = timed(env, wizard.action_grant_access)[0]
            rounds.append((opened, queries, started))
    # The first round fills Odoo's caches.
    opened, queries, started = zip(*rounds[1:], strict=True)
    return {
        "open_10k_s": statistics.median(opened),
        "open_10k_queries": max(queries),
        "start_run_10k_s": statistics.median(started),
    }


def open_dialog(env, students):
    """Do what the web client does from the click to the dialog, list included."""
    server_action = env.ref(f"{ADDON}.action_grant_portal_access").with_context(
        active_model="op.student", active_ids=students, active_id=students[0]
    )
    action = server_action.run()
    wizard = env[action["res_model"]].browse(action["res_id"])
    [(view, _type)] = action["views"]
    arch = etree.fromstring(wizard.get_view(view)["arch"])
    wizard.web_read(specification(wizard, arch))
    [widget] = arch.xpath("//widget[@name='portal_access_lines']")
    lines = env[widget.get("model")].with_context(list_view_ref=widget.get("list_view"))
    mine = [(widget.get("parent"), "=", wizard.id)]
    for domain in ([], literal_eval(widget.get("attention"))):
        lines.formatted_read_group([*mine, *domain], [widget.get("state")], ["__count"])
    arch = etree.fromstring(lines.get_view(view_type="list")["arch"])
    lines.web_search_read(mine, specification(lines, arch), limit=40)
    return wizard


def specification(model, arch):
    """Return what the web client asks for to show a view."""
    found = {}
    for node in arch.xpath("//field[not(ancestor::field)]"):
        field = model._fields[node.get("name")]
        found[field.name] = {}
        if field.relational:
            shown, listed = {"display_name": {}}, node.find("list")
            if listed is not None:
                shown = specification(model.env[field.comodel_name], listed)
            limit = {} if field.type == "many2one" else {"limit": 40}
            found[field.name] = {"fields": shown, **limit}
    return found


def student_list(without, with_addon):
    """Return the milliseconds of a page in both databases, taken in turns."""
    found = {without: [], with_addon: []}
    for _round in range(65):
        for database, seconds in found.items():
            seconds.append(_list_page(database))
    # The first rounds fill Odoo's caches.
    return {
        f"list_page_{label}_ms": 1000 * statistics.median(seconds[5:])
        for label, seconds in zip(("without", "with"), found.values(), strict=True)
    }


def _list_page(database):
    """Return the seconds of a page, read as an Administrator does."""
    with environment(database, "admin") as env:
        students = env["op.student"]
        view = env.ref("openeducat_core.view_op_student_tree")
        arch = etree.fromstring(students.get_view(view.id, "list")["arch"])
        spec = specification(students, arch)
        # The demo data of this addon are there with it alone.
        mine = [("email", "like", "@bench.example.com")]
        read = partial(students.web_search_read, mine, spec, limit=80)
        return timed(env, partial(read, count_limit=10_001))[0]
