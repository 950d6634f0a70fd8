ADDON = "openeducat_student_portal"
#: External ids that have other names now. What a school has written into the records,
#: has put on them, such as saved filters on an action, or extends them with, stays.
RENAMED = {
    "portal_invitation_mail": "student_portal_invitation_mail",
    "portal_login_mail": "student_portal_login_mail",
    "portal_reset_mail": "student_portal_reset_mail",
    "view_student_portal_level_list": "view_res_groups_list",
    "view_student_portal_level_form": "view_res_groups_form",
    "view_student_portal_level_search": "view_res_groups_search",
    "view_student_portal_user_list": "view_res_users_list",
    "view_student_portal_user_form": "view_res_users_form",
    "action_student_portal_levels": "action_res_groups",
    "action_student_portal_users": "action_res_users",
    "menu_student_portal_levels": "menu_res_groups",
}
#: Fields of students, reports and runs that have other names now.
RENAMED_FIELDS = {
    "portal_invitation_state": "portal_mail_state",
    "portal_invitation_expires_on": "portal_link_expires_on",
    "portal_invitation_failure": "portal_mail_failure",
    "portal_invitation_mail_id": "portal_access_id.mail_id",
    "left_out_line_ids": "skipped_line_ids",
}
#: Where users may have written the names of fields, with the type of the column.
NAMING_FIELDS = (
    ("ir_filters", "domain", "text"),
    ("ir_filters", "context", "text"),
    ("ir_filters", "sort", "text"),
    ("ir_exports_line", "name", "varchar"),
    ("ir_act_window", "domain", "varchar"),
    ("ir_act_window", "context", "varchar"),
    ("ir_act_server", "code", "text"),
    ("ir_ui_view", "arch_db", "jsonb"),
    ("mail_template", "body_html", "jsonb"),
)
#: What the wording of a mail calls, and what that is called now.
RENAMED_CALLS = (
    (
        rf"{ADDON}\.portal_(invitation|login|reset)_mail",
        rf"{ADDON}.student_portal_\1_mail",
    ),
    (
        r"env\['op\.student'\]\._portal_link_validity\([^()]*\)",
        "env['op.student.portal.access'].link_validity()",
    ),
)


def migrate(cr, version):
    """Leave to the school what it may edit, from now on: an update keeps it.

    What it has written stays, with the names that are used now.
    """
    for former, name in RENAMED.items():
        cr.execute(
            "UPDATE ir_model_data SET name = %s WHERE module = %s AND name = %s",
            (name, ADDON, former),
        )
        cr.execute(
            "UPDATE ir_ui_view SET key = %s WHERE key = %s",
            (f"{ADDON}.{name}", f"{ADDON}.{former}"),
        )
    cr.execute(
        """
        UPDATE ir_model_data SET noupdate = TRUE
        WHERE module = %s AND (
            model IN ('ir.ui.menu', 'res.groups', 'res.groups.privilege')
            OR model = 'ir.ui.view'
                AND name ~ '^student_portal_(invitation|login|reset)_mail$'
        )
        """,
        (ADDON,),
    )
    for table, column, column_type in NAMING_FIELDS:
        for former, name in RENAMED_FIELDS.items():
            path = name.replace(".", "/") if table == "ir_exports_line" else name
            _replace(cr, table, column, column_type, rf"\m{former}\M", path)
    for former, call in RENAMED_CALLS:
        _replace(cr, "mail_template", "body_html", "jsonb", former, call)
        _replace(cr, "ir_ui_view", "arch_db", "jsonb", former, call)


def _replace(cr, table, column, column_type, pattern, text):
    """Replace a pattern in a column, in all languages where it is translated."""
    cr.execute(
        f"""
        UPDATE {table}
        SET {column} = regexp_replace({column}::text, %s, %s, 'g')::{column_type}
        WHERE {column}::text ~ %s
        """,
        (pattern, text, pattern),
    )
