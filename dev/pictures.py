"""The README's pictures: who sees what, and which clicks lead there."""

from typing import NamedTuple

MANAGER = ("student.manager", "student.manager")
ADMINISTRATOR = ("admin", "admin")
STUDENT = ("mira.halvorsen@example.com", "student")

WIDE = 1400
PHONE = 390

ADDON = "/odoo/action-openeducat_student_portal"
CORE = "/odoo/action-openeducat_core"
STUDENTS = f"{CORE}.act_open_op_student_view"
RUNS = f"{ADDON}.action_op_student_portal_run"
ADOPTION = f"{ADDON}.action_op_student_portal_report"
SETTINGS = f"{CORE}.action_openeducat_configuration"

LIST = "button.o_switch_view.o_list"
ROW = ".o_data_row >> nth=0"
AISHA, JONAS = (f".o_data_row td:has-text('{name}')" for name in ("Aisha", "Jonas"))
ALL = "thead .o_list_record_selector input"
# OpenEduCat's reports have a menu of their own beside it.
ACTIONS = ".o_cp_action_menus button:has(.fa-cog)"
GRANT = ".o-dropdown--menu .o_menu_item:has-text('Grant Portal Access')"
LOGIN = ".modal [name=login] input"
LINE = f".modal {ROW}"
FIX = "button[name=action_fix_addresses]"
UNDER_WAY = "[name=progress]:text-matches('[3-9][0-9] ?%')"
HEADING = "#wrap :is(h1, h2):visible >> nth=0"
LATEST_RUN = ".o_data_row td[name=started_on] >> nth=0"
# One in forty has to be looked after.
START_RUN = """
students = env["op.student"].create([{
    "first_name": "Pupil", "last_name": str(number), "name": f"Pupil {number}",
    "gender": "f", "email": f"pupil.{number}@example{'.com' if number % 40 else ''}",
} for number in range(1, 4001)])
env["op.student.portal.run"].start("grant", students)
"""


class Shot(NamedTuple):
    """One picture: what it is called, who sees it, and how they get there."""

    name: str
    user: tuple
    address: str
    clicks: list  # the selectors of what is clicked in turn
    see: str  # the selector of what is to be seen then
    width: int = WIDE
    before: str = ""  # code that Odoo's shell runs first


SHOTS = [
    Shot("grant-one", MANAGER, STUDENTS, [LIST, AISHA, ACTIONS, GRANT], LOGIN),
    Shot("grant-several", MANAGER, STUDENTS, [LIST, ALL, ACTIONS, GRANT], LINE),
    Shot("student-list", MANAGER, STUDENTS, [LIST], ROW),
    Shot("student-form", MANAGER, STUDENTS, [LIST, JONAS], "[name=portal_mail_state]"),
    Shot("adoption", MANAGER, ADOPTION, [], ".o_graph_view canvas"),
    Shot("run", ADMINISTRATOR, RUNS, [LATEST_RUN], UNDER_WAY, before=START_RUN),
    Shot("run-done", ADMINISTRATOR, RUNS, [LATEST_RUN], FIX),
    Shot("settings", ADMINISTRATOR, SETTINGS, [], "[name=student_portal_enabled]"),
]
for section in "home profile grades attendance timetable assignments fees".split():
    address = f"/my/student/{section}".removesuffix("/home")
    for width, size in ((PHONE, "phone"), (WIDE, "wide")):
        name = f"portal-{section}-{size}"
        SHOTS.append(Shot(name, STUDENT, address, [], HEADING, width))
