"""A pytest plugin: Odoo's test tags as pytest's markers, and why some skip."""

import os

MARKED_TAGS = ("slow", "browser")
NEEDED = {
    "STUDENT_PORTAL_CHROMIUM": "Browser tests are skipped: there is no Chromium."
    " On Debian: apt-get install chromium",
    "STUDENT_PORTAL_AXE": "axe-core looks at no page: it could not be downloaded."
    " It takes npm and a registry. On Debian: apt-get install npm",
}


def pytest_collection_modifyitems(items):
    """Let ``-m`` choose among tests by the tags that Odoo's ``@tagged`` gave them."""
    for item in items:
        for tag in MARKED_TAGS:
            if tag in getattr(item.cls, "test_tags", ()):
                item.add_marker(tag)


def pytest_terminal_summary(terminalreporter):
    for variable, reason in NEEDED.items():
        if not os.environ.get(variable):
            terminalreporter.write_line(reason)
