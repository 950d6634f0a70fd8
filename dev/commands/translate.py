"""Export the template of the translations."""

import argparse
import subprocess

from environment import prepare
from environment.console import Failed, say
from environment.folders import ADDON, CHECKOUT, STATE, locked

DESCRIPTION = f"""
Write i18n/{ADDON}.pot, the template of all translations, from the addon as it is.
"""
TEMPLATE = CHECKOUT / "i18n" / f"{ADDON}.pot"
# The tests say which terms those are, and that none is missing from the template.
EXPORT = """
from odoo.addons.{addon}.tests.translation_template import write_template
write_template(env, {path!r})
"""


def main(arguments):
    """Export the template, and return the exit status."""
    argparse.ArgumentParser(prog="dev/translate", description=DESCRIPTION).parse_args(
        arguments
    )
    with locked("translate", STATE):
        environment = prepare()
        database = environment.databases.template(with_apps=True)
        configuration = environment.configuration("translate", db_name=database)
        TEMPLATE.parent.mkdir(exist_ok=True)
        done = subprocess.run(
            environment.command("shell", "--config", configuration, "--no-http"),
            input=EXPORT.format(addon=ADDON, path=str(TEMPLATE)),
            env=environment.variables,
            text=True,
            check=False,
        )
    if done.returncode:
        raise Failed("Odoo could not export the terms.")
    say(f"Written: {TEMPLATE.relative_to(CHECKOUT)}")
    return 0
