"""Write i18n/openeducat_student_portal.pot, the template of all translations."""

from environment import prepared
from environment.console import say
from environment.folders import ADDON, CHECKOUT


def main(parser, arguments):
    parser.parse_args(arguments)
    template = CHECKOUT / "i18n" / f"{ADDON}.pot"
    with prepared("translate") as environment:
        # The tests say which terms those are, and that none is missing.
        environment.run_code(
            environment.template(),
            f"from odoo.addons.{ADDON}.tests.translation_template import *\n"
            f"write_template(env, {str(template)!r})",
        )
    say(f"Written: {template.relative_to(CHECKOUT)}")
    return 0
