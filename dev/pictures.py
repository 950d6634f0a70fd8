"""The README's pictures: who sees what, and which clicks lead there."""

from typing import NamedTuple

MANAGER = {"login": "student.manager", "password": "student.manager"}
ADMINISTRATOR = {"login": "admin", "password": "admin"}
FACULTY = {"login": "teacher", "password": "teacher.portal"}
GUARDIAN = {"login": "ingrid.halvorsen@example.com", "password": "student"}
STUDENT = {"login": "mira.halvorsen@example.com", "password": "student"}

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
UNDER_WAY = "[name=progress] :text-matches('^[3-9][0-9]')"
HEADING = "#wrap :is(h1, h2):visible >> nth=0"
GRANT_ONE = "button[name=action_grant_portal_access]"
LATEST_RUN = ".o_data_row td[name=display_name] >> nth=0"
# One in forty has to be looked after.
START_RUN = """
env = env(user=env.ref("base.user_admin"))
group = env.ref("openeducat_student_portal.group_student_portal")
students = env["op.student"].create([{
    "first_name": "Pupil", "last_name": str(number), "name": f"Pupil {number}",
    "gender": "f", "email": f"pupil.{number}@example{'.com' if number % 40 else ''}",
} for number in range(1, 4001)])
runs = env["op.student.portal.run"]
runs.start("grant", students, portal_group=group, send_invitation=True)
"""

# A code that is known, as the letter of a student who was invited would have it.
CODE = "ACDEFHJKMNPR"
PRINT_CODE = f"""
access = env.ref("openeducat_student_portal.op_student_jonas_weber").portal_access_id
access.partner_id.signup_type = "signup"
access.write({{
    "code_selector": "{CODE[:4]}", "code_hash": access._hash_code("{CODE}"),
    "code_expires_on": "2099-01-01", "code_wrong_tries": 0,
}})
"""
CODE_PAGE = f"/my/start?code={CODE}"
CONTINUE = ".o_student_portal_start button[type=submit]"
CONFIRMED = "input[name=confirm_password]"


class Shot(NamedTuple):
    """One picture: what it is called, who sees it, and how they get there."""

    name: str
    user: dict | None  # None: nobody is signed in
    address: str
    clicks: list  # the selectors of what is clicked in turn
    see: str  # the selector of what is to be seen then
    width: int = WIDE
    before: str = ""  # code that Odoo's shell runs first


SHOTS = [
    Shot("grant-one", MANAGER, STUDENTS, [LIST, AISHA, GRANT_ONE], LOGIN),
    Shot("grant-several", MANAGER, STUDENTS, [LIST, ALL, ACTIONS, GRANT], LINE),
    Shot("student-list", MANAGER, STUDENTS, [LIST], ROW),
    Shot("student-form", MANAGER, STUDENTS, [LIST, JONAS], "[name=portal_mail_state]"),
    Shot("adoption", MANAGER, ADOPTION, [], ".o_graph_view canvas"),
    Shot("run", ADMINISTRATOR, RUNS, [LATEST_RUN], UNDER_WAY, before=START_RUN),
    Shot("run-done", ADMINISTRATOR, RUNS, [LATEST_RUN], FIX),
    Shot("settings", ADMINISTRATOR, SETTINGS, [], "[name=student_portal_enabled]"),
    Shot("start-code", None, CODE_PAGE, [], CONTINUE, PHONE, PRINT_CODE),
    Shot("start-password", None, CODE_PAGE, [CONTINUE], CONFIRMED, PHONE),
    Shot("start-dead-link", None, "/my/start?token=cut", [], HEADING, PHONE),
]
for width, size in ((PHONE, "phone"), (WIDE, "wide")):
    SHOTS.append(Shot(f"children-{size}", GUARDIAN, "/my/children", [], HEADING, width))
for section in "home profile grades attendance timetable assignments fees".split():
    address = f"/my/student/{section}".removesuffix("/home")
    for width, size in ((PHONE, "phone"), (WIDE, "wide")):
        name = f"portal-{section}-{size}"
        SHOTS.append(Shot(name, STUDENT, address, [], HEADING, width))
