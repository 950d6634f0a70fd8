"""The address that the demonstration's mails lead to, and the logins in its data."""

import xml.etree.ElementTree as ElementTree

from .folders import ADDON, CHECKOUT
from .openeducat import CORE

ADMINISTRATOR = ("admin", "admin")
# What this addon's demo data gives to the students that may sign in.
STUDENT_PASSWORD = "student"


def set_address(environment, database, address):
    """Let the links in mails lead to the server.

    :param Environment environment: what the database was made with
    :param str database: the demonstration's database
    :param str address: where it is served
    """
    environment.server.query(
        f"""
        INSERT INTO ir_config_parameter (key, value)
             VALUES ('web.base.url', '{address}')
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """,
        database,
    )


def bring_up_to_date(environment, database):
    """Let timetable and attendance of the demo data go on to this week."""
    environment.run_code(database, 'env["op.student"]._create_portal_demo()')


def logins(environment, database):
    """Return login, password and role of those who can sign in.

    :param Environment environment: what the database was made with
    :param str database: the demonstration's database
    """
    students = environment.server.query(
        f"""
        SELECT login
          FROM res_users
          JOIN op_student ON op_student.user_id = res_users.id
          JOIN ir_model_data ON ir_model_data.model = 'op.student'
                            AND ir_model_data.res_id = op_student.id
         WHERE ir_model_data.module = '{ADDON}'
           AND res_users.active AND res_users.password <> ''
        """,
        database,
    )
    active = environment.server.query(
        "SELECT login FROM res_users WHERE active", database
    )
    demo = demo_logins(CHECKOUT) + demo_logins(environment.openeducat.folder / CORE)
    return [
        (*ADMINISTRATOR, "administrator"),
        *((login, STUDENT_PASSWORD, "student") for (login,) in students),
        *((login, word, "") for login, word in demo if [login] in active),
    ]


def demo_logins(addon):
    """Return login and password of the users in an addon's demo data.

    :param Path addon: the addon's folder
    """
    found = []
    for file in sorted(addon.glob("demo/**/*.xml")):
        for record in ElementTree.parse(file).iter("record"):
            if record.get("model") != "res.users":
                continue
            values = {field.get("name"): field.text for field in record.iter("field")}
            if values.get("login") and values.get("password"):
                found.append((values["login"], values["password"]))
    return found
