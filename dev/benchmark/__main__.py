import importlib
import json
import logging
import sys

import odoo.tools.config


def main(measure, configuration, *databases):
    """Run a measure on databases, and print what it found."""
    odoo.tools.config.parse_config(["--config", configuration])
    # Odoo tells of each slow query and of each mail.
    logging.disable(logging.WARNING)
    found = importlib.import_module(f"benchmark.{measure}").measure(*databases)
    print(json.dumps(found))


main(*sys.argv[1:])
