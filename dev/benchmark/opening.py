"""What it takes to open the dialog for ten thousand students, and to start the run."""

import statistics
from ast import literal_eval
from functools import partial

from lxml import etree

from .prepare import MANAGER, students_of
from .school import ADDON, environment, timed

ROUNDS = 3
PAGE = 40


def measure(database):
    """Return the seconds and queries of opening, and the seconds of starting."""
    opened, queries, started = [], [], []
    for number in range(ROUNDS + 1):
        with environment(database, MANAGER) as env:
            students = students_of(env, "School")
            seconds, count, dialog = timed(env, partial(open_dialog, env, students))
            begun, _queries, _action = timed(env, dialog.action_grant_access)
            if number:  # the first round fills Odoo's caches
                opened.append(seconds)
                queries.append(count)
                started.append(begun)
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
    dialog = env[action["res_model"]].browse(action["res_id"])
    [(view, _type)] = action["views"]
    arch = etree.fromstring(dialog.get_view(view)["arch"])
    dialog.web_read(specification(dialog, arch))
    for widget in arch.iter("widget"):
        if widget.get("name") == "portal_access_lines":
            _read_lines(env, dialog, widget)
    return dialog


def _read_lines(env, dialog, widget):
    lines = env[widget.get("model")].with_context(list_view_ref=widget.get("list_view"))
    mine = [(widget.get("parent"), "=", dialog.id)]
    arch = etree.fromstring(lines.get_view(view_type="list")["arch"])
    for domain in ([], literal_eval(widget.get("attention"))):
        lines.formatted_read_group([*mine, *domain], [widget.get("state")], ["__count"])
    lines.web_search_read(mine, specification(lines, arch), limit=PAGE)


def specification(model, arch):
    """Return what the web client asks for to show a view."""
    found = {}
    for node in arch.xpath("//field[not(ancestor::field)]"):
        name = node.get("name")
        field = model._fields[name]
        if field.type == "many2one":
            found[name] = {"fields": {"display_name": {}}}
        elif field.type in ("one2many", "many2many"):
            comodel = model.env[field.comodel_name]
            listed = node.find("list")
            shown = (
                specification(comodel, listed)
                if listed is not None
                else {"display_name": {}}
            )
            found[name] = {"fields": shown, "limit": PAGE}
        else:
            found[name] = {}
    return found
