"""Write i18n/openeducat_student_portal.pot, the template of all translations."""

from environment import prepare
from environment.console import say
from environment.folders import ADDON, CHECKOUT, STATE, locked

from commands import command_parser

TEMPLATE = CHECKOUT / "i18n" / f"{ADDON}.pot"


def main(arguments):
    """Export the template, and return the exit status."""
    command_parser("translate", __doc__).parse_args(arguments)
    with locked("translate", STATE):
        environment = prepare()
        TEMPLATE.parent.mkdir(exist_ok=True)
        # The tests say which terms those are, and that none is missing.
        environment.run_code(
            environment.databases.template(with_apps=True),
            f"from odoo.addons.{ADDON}.tests.translation_template import *\n"
            f"write_template(env, {str(TEMPLATE)!r})",
        )
    say(f"Written: {TEMPLATE.relative_to(CHECKOUT)}")
    return 0
