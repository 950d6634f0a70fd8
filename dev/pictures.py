"""The README's pictures: who sees what, and which clicks lead there."""

from datetime import date, timedelta
from typing import NamedTuple

from environment.folders import STATE

MANAGER = {"login": "student.manager", "password": "student.manager"}
ADMINISTRATOR = {"login": "admin", "password": "admin"}
FACULTY = {"login": "teacher", "password": "teacher.portal"}
GUARDIAN = {"login": "ingrid.halvorsen@example.com", "password": "student"}
STUDENT = {"login": "mira.halvorsen@example.com", "password": "student"}

WIDE, PHONE = 1400, 390

ADDON = "/odoo/action-openeducat_student_portal"
CORE = "/odoo/action-openeducat_core"
STUDENTS = f"{CORE}.act_open_op_student_view"
BATCHES = f"{CORE}.act_open_op_batch_view"
RUNS = f"{ADDON}.action_op_student_portal_run"
ADOPTION = f"{ADDON}.action_op_student_portal_report"
SETTINGS = f"{CORE}.action_openeducat_configuration"

LIST, PIVOT = "button.o_switch_view.o_list", "button.o_switch_view.o_pivot"
ROW = ".o_data_row >> nth=0"
NAME = ".o_data_row td:has-text('%s')"
ALL = "thead .o_list_record_selector input"
# OpenEduCat's reports have a menu of their own beside it.
ACTIONS = ".o_cp_action_menus button:has(.fa-cog)"
# One that is not Odoo's own, which have icons: it is found in every language.
ACTION = ".o-dropdown--menu .o_menu_item:not(:has(i)) >> nth=%d"
GUARDIANS = ".modal button:has-text('Guardians')"
SELECTED = [LIST, ALL, ACTIONS, ACTION % 0]
CLASS = [PIVOT, "tr:has-text('Primary School') td:last-child", ALL, ACTIONS]
CLASS_LIST = ".o-dropdown--menu .o_menu_item:has-text('Portal Class List')"
PRINT = ["[name=action_grant_access]", "[name=action_print_missing_letters]"]
BARRED = [LIST, NAME % "Louis", "button:has-text('Barred Guardians')"]
STATE_OF, PREVIEW = "[name=portal_mail_state]", "[name$=portal_login_preview]"
LOGIN = ".modal [name=login] input"
LINE = f".modal {ROW}"
UNDER_WAY = "[name=progress] :text-matches('^[3-9][0-9]')"
CHILD = ".o_student_portal_child_card a >> nth=0"
SWITCH = ".o_student_portal_child .dropdown-toggle"
HEADING = "#wrap :is(h1, h2):visible >> nth=0"
GRANT_ONE = "button[name=action_grant_portal_access]"
LATEST_RUN = ".o_data_row td[name=display_name] >> nth=0"
SCHOOL = """
addon = env["ir.module.module"].search([("name", "=", "openeducat_student_portal")])
school = {"name": "Linden School", "logo": addon.icon_image}
address = {"street": "Linden Street 12", "zip": "1000", "city": "Brussels"}
address |= {"country_id": env.ref("base.be").id, "state_id": False, "website": False}
address |= {"email": "office@linden.example", "phone": "+32 2 555 01 00"}
env.company.write(school | address)
env["website"].search([]).write(school)
"""
# One in forty has to be looked after.
START_RUN = """
env["res.partner"].search([]).lang = "en_US"
env = env(user=env.ref("base.user_admin"))
students = env["op.student"].create([{
    "first_name": "Student", "last_name": str(number), "name": f"Student {number}",
    "gender": "f", "email": f"student.{number}@example{'.com' if number % 40 else ''}",
} for number in range(1, 4001)])
env["op.student.portal.run"].start("grant", students, send_invitation=True)
"""
LOGINS = "env.company.student_portal_login_pattern = '{first_name}.{last_name}{number}'"

MAIL = STATE / "mail.html"
HEAD = "<meta charset=utf-8><meta name=viewport content='width=device-width'>"
WRITE_MAIL = f"""
access = env.ref("openeducat_student_portal.op_student_jonas_weber").portal_access_id
template = "openeducat_student_portal.mail_template_portal_invitation"
mail = access.as_mail_writer().create_mails(template, 144, [env.cr.now()])
with open("{MAIL}", "w", encoding="utf-8") as page:
    page.write(f"{HEAD}{{mail.body_html}}")
"""
LANGUAGES = {"ar": "ar_001", "de": "de_DE", "fr": "fr_FR", "zh": "zh_CN"}
# Everybody speaks it from then on.
SPEAK = """
language = env["res.lang"]._activate_lang("{0}")
modules = env["ir.module.module"].search([("state", "=", "installed")])
modules._update_translations("{0}")
env["website"].search([]).language_ids += language
env["res.partner"].search([]).lang = "{0}"
env.registry.signal_changes()
"""

# A code that is known, as the letter of a student who was invited would have it.
CODE = "ACDEFHJKMNPR"
PRINT_CODE = f"""
access = env.ref("openeducat_student_portal.op_student_jonas_weber").portal_access_id
access.partner_id.signup_type = "signup"
access.code_selector, access.code_hash = "{CODE[:4]}", access._hash_code("{CODE}")
access.write({{"code_expires_on": "2099-01-01", "code_wrong_tries": 0}})
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
    see: str  # the selector of what is to be seen then; "": a PDF comes
    width: int = WIDE
    before: str = ""  # code that Odoo's shell runs first


# There are classes in the next week.
NEXT_MONDAY = date.today() + timedelta(7 - date.today().weekday())
SEVERAL = (MANAGER, STUDENTS, SELECTED, LINE)
SHOTS = [
    Shot("grant-several", *SEVERAL, before=SCHOOL),
    Shot("grant-one", MANAGER, STUDENTS, [LIST, NAME % "Aisha", GRANT_ONE], LOGIN),
    Shot("grant-guardians", MANAGER, STUDENTS, [*SELECTED, GUARDIANS], LINE),
    Shot("barred", ADMINISTRATOR, STUDENTS, [*BARRED, ROW], f"{ROW} >> .o_input"),
    Shot("student-list", MANAGER, STUDENTS, [LIST], ROW),
    Shot("student-form", MANAGER, STUDENTS, [LIST, NAME % "Jonas"], STATE_OF),
    Shot("adoption", MANAGER, ADOPTION, [], ".o_graph_view canvas"),
    Shot("settings", ADMINISTRATOR, SETTINGS, [], "[name=student_portal_enabled]"),
    Shot("login-pattern", ADMINISTRATOR, SETTINGS, [], PREVIEW, before=LOGINS),
    Shot("grant-by-letter", ADMINISTRATOR, ADOPTION, [*CLASS, ACTION % 1], LINE),
    Shot("access-letter", ADMINISTRATOR, ADOPTION, [*CLASS, ACTION % 1, *PRINT], ""),
    Shot("class-list", ADMINISTRATOR, BATCHES, [NAME % "4B", ACTIONS, CLASS_LIST], ""),
    Shot("start-code", None, CODE_PAGE, [], CONTINUE, PHONE, PRINT_CODE),
    Shot("start-password", None, CODE_PAGE, [CONTINUE], CONFIRMED, PHONE),
    Shot("start-dead-link", None, "/my/start?token=cut", [], HEADING, PHONE),
    Shot("child-phone", GUARDIAN, "/my/children", [CHILD, SWITCH], HEADING, PHONE),
    Shot("children-fees-phone", GUARDIAN, "/my/children/fees", [], HEADING, PHONE),
]
for size, width in {"phone": PHONE, "wide": WIDE}.items():
    SHOTS.append(Shot(f"children-{size}", GUARDIAN, "/my/children", [], HEADING, width))
    for section in "home profile grades attendance timetable assignments fees".split():
        address = f"/my/student/{section}?week={NEXT_MONDAY}"
        name, address = f"portal-{section}-{size}", address.replace("/home", "")
        SHOTS.append(Shot(name, STUDENT, address, [], HEADING, width))
for name, code in LANGUAGES.items():
    speak = SPEAK.format(code)
    SHOTS += [
        Shot(f"lang-{name}-home", STUDENT, "/my/student", [], HEADING, PHONE, speak),
        Shot(f"lang-{name}-mail", None, f"file://{MAIL}", [], "a", PHONE, WRITE_MAIL),
        Shot(f"lang-{name}-letter", ADMINISTRATOR, ADOPTION, [*CLASS, ACTION % 7], ""),
        Shot(f"lang-{name}-wizard", *SEVERAL),
    ]
# Last, for thousands of students are made.
SHOTS += [
    Shot("run", ADMINISTRATOR, RUNS, [LATEST_RUN], UNDER_WAY, WIDE, START_RUN),
    Shot("run-done", ADMINISTRATOR, RUNS, [LATEST_RUN], "[name=action_fix_addresses]"),
]
