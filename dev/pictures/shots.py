"""What the pictures show, and who sees it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

MANAGER = ("student.manager", "student.manager")
ADMINISTRATOR = ("admin", "admin")
STUDENT = ("mira.halvorsen@example.com", "student")

RUNS = "/odoo/action-openeducat_student_portal.action_op_student_portal_run"
PUPILS = 2400
# How much of a run is done, in percent, as its form says.
PROGRESS = (
    "parseInt(document.querySelector('[name=progress]')?.textContent.match(/[0-9]+/))"
)
STUDENTS = "/odoo/action-openeducat_core.act_open_op_student_view"

SHOTS = []


@dataclass
class Shot:
    """One picture: its file's name, who is signed in, and how to get there."""

    name: str
    user: tuple
    prepare: Callable
    phone: bool = False
    full: bool = False


def shot(name, user, **options):
    """Make a function that leads to what is shown a picture of that name."""

    def register(prepare):
        SHOTS.append(Shot(name, user, prepare, **options))
        return prepare

    return register


def show_students(page, address, search=""):
    """Open the list of students, those of a search if one is given."""
    page.goto(address + STUDENTS)
    page.click("button.o_switch_view.o_list")
    page.see(".o_list_view .o_data_row")
    if search:
        page.type(".o_searchview_input", search)
        page.click(".o_searchview_autocomplete .o-dropdown-item")
        page.see(".o_searchview_facet")


def open_student(page, address, name):
    """Open the form of a student."""
    show_students(page, address, name)
    page.click(".o_data_row td[name=name]", name)
    page.see(".o_form_view .oe_title, .o_form_view .student-name")


def choose_action(page, name):
    """Choose from the Action menu of the list or form."""
    # OpenEduCat's reports have a menu of their own there.
    page.click(".o_cp_action_menus button:has(.fa-cog)")
    page.click(".o-dropdown--menu .o_menu_item", name)


@shot("grant-one", MANAGER)
def grant_one(page, address):
    open_student(page, address, "Aisha")
    choose_action(page, "Grant Portal Access")
    page.see(".modal .o_field_widget[name=login] input")


@shot("grant-several", MANAGER)
def grant_several(page, address):
    show_students(page, address)
    page.click("thead .o_list_record_selector input")
    choose_action(page, "Grant Portal Access")
    page.see(".modal .o_data_row")


@shot("student-list", MANAGER)
def student_list(page, address):
    show_students(page, address)


@shot("student-form", MANAGER)
def student_form(page, address):
    open_student(page, address, "Jonas")
    page.scroll_to("[name=portal_state]")


@shot("adoption", MANAGER)
def adoption(page, address):
    page.goto(
        f"{address}/odoo/action-openeducat_student_portal.action_op_student_portal_report"
    )
    page.see(".o_graph_view canvas")


def call(page, model, method, *arguments, **options):
    """Call a method of Odoo as who is signed in, and return what it returns."""
    request = {
        "params": {
            "model": model,
            "method": method,
            "args": arguments,
            "kwargs": options,
        }
    }
    return page.evaluate(
        "fetch('/web/dataset/call_kw', {method: 'POST',"
        " headers: {'Content-Type': 'application/json'},"
        f" body: {json.dumps(json.dumps(request))}}})"
        ".then(reply => reply.json()).then(reply => reply.result)"
    )


@shot("run", ADMINISTRATOR)
def run_under_way(page, address):
    students = call(
        page,
        "op.student",
        "create",
        [
            {
                "first_name": "Pupil",
                "last_name": str(number),
                "name": f"Pupil {number}",
                "gender": "f",
                # One in forty has to be looked after.
                "email": f"pupil.{number}@example{'.com' if number % 40 else ''}",
            }
            for number in range(1, PUPILS + 1)
        ],
    )
    dialog = call(page, "op.student", "action_grant_portal_access", students)
    wizard = [dialog["res_id"]]
    run = call(page, "op.student.portal.wizard", "action_grant_access", wizard)
    page.goto(f"{address}{RUNS}/{run['res_id']}")
    page.see(".o_form_view button[name=action_cancel]")
    page.wait_for(f"{PROGRESS} > 30", "a third of the run")


@shot("run-done", ADMINISTRATOR)
def run_done(page, address):
    page.goto(address + RUNS)
    page.click(".o_data_row td[name=started_on]")
    page.see(".o_form_view button[name=action_mend]")


@shot("settings", ADMINISTRATOR)
def settings(page, address):
    page.goto(f"{address}/odoo/action-openeducat_core.action_openeducat_configuration")
    page.see(".o_form_view")
    page.scroll_to("[name=student_portal_enabled]")


def open_start(page, address, query):
    """Open the page behind a link or a letter, as nobody is signed in."""
    page.goto(f"{address}/web/session/logout?redirect=/web/login")
    page.goto(f"{address}/my/start?{query}")
    page.see(".o_student_portal_start")


def code_of_a_letter(page):
    """Print the letter of a student who was invited, and return its code."""
    students = call(
        page, "op.student", "search", [["portal_state", "=", "invited"]], limit=1
    )
    action = call(page, "op.student", "action_print_access_letters", students)
    return page.evaluate(
        f"fetch('/report/html/{action['report_name']}/"
        f"{action['context']['active_ids'][0]}', {{method: 'POST',"
        " body: new URLSearchParams({csrf_token: odoo.csrf_token})})"
        ".then(reply => reply.text())"
        ".then(html => html.match(/\\b\\w{4}-\\w{4}-\\w{4}\\b/)[0])"
    )


@shot("start-code", ADMINISTRATOR, phone=True)
def start_code(page, address):
    page.goto(f"{address}/odoo")
    open_start(page, address, f"code={code_of_a_letter(page)}")


@shot("start-password", ADMINISTRATOR, phone=True)
def start_password(page, address):
    start_code(page, address)
    page.click(".o_student_portal_start button[type=submit]")
    page.see("input[name=confirm_password]")


@shot("start-dead-link", ADMINISTRATOR, phone=True)
def start_dead_link(page, address):
    open_start(page, address, "token=cut-off")


def student_page(section, phone):
    """Make pictures of a page of the portal, as the student sees it."""

    def prepare(page, address):
        page.goto(f"{address}/my/student/{section}".rstrip("/"))
        page.see("h1, h2")

    width = "phone" if phone else "wide"
    shot(f"portal-{section or 'home'}-{width}", STUDENT, phone=phone, full=not phone)(
        prepare
    )


for each in (
    "",
    "profile",
    "grades",
    "attendance",
    "timetable",
    "assignments",
    "fees",
):
    student_page(each, phone=True)
    student_page(each, phone=False)
