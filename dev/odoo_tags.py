"""A pytest plugin: Odoo's tags as markers, and which tests have one worker."""

import pytest

MARKED_TAGS = ("slow", "browser")


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
        items.sort(key=lambda item: [tag not in item.keywords for tag in MARKED_TAGS])
