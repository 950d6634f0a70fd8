import importlib
import json
import logging
import sys

import odoo.tools.config


def main(measure, configuration, *databases):
    """Run a measure on databases, and print what it found on the last line."""
    odoo.tools.config.parse_config(["--config", configuration])
    # Odoo tells of each slow query and of each mail.
    logging.disable(logging.WARNING)
    module, _dot, function = measure.partition(".")
    act = getattr(importlib.import_module(f"benchmark.{module}"), function)
    print(json.dumps(act(*databases)))


main(*sys.argv[1:])
