"""A pytest plugin: Odoo's tags as markers, and databases for each worker."""

import os

import pytest

MARKED_TAGS = ("slow", "browser")
CONFIGURATION = "STUDENT_PORTAL_SERVER_CONFIG"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Give a worker the configuration of its database, which dev/test has made.

    pytest-odoo, which must not learn of the worker, would make it a copy without files.
    """
    if worker := os.environ.pop("PYTEST_XDIST_WORKER", None):
        own = os.environ[CONFIGURATION].replace("_gw0_", f"_{worker}_")
        os.environ[CONFIGURATION] = config.option.odoo_config = own
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Let ``-m`` choose among tests by the tags that Odoo's ``@tagged`` gave them.

    One worker has all that is slow, and then all that drives Chromium, which waits ten
    seconds for a step and no longer. The tests of a class have one worker, too.
    """
    for item in items:
        tags = [tag for tag in MARKED_TAGS if tag in getattr(item.cls, "test_tags", ())]
        group = "serial" if tags else item.cls.__name__
        for marker in (*tags, pytest.mark.xdist_group(group)):
            item.add_marker(marker)
    if hasattr(config, "workerinput"):
        slow, browser = MARKED_TAGS
        items.sort(key=lambda item: not item.get_closest_marker(browser))
        items.sort(key=lambda item: not item.get_closest_marker(slow))
