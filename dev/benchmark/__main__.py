"""Measure within Odoo: ``python -m benchmark MODULE.FUNCTION CONFIG DATABASES``."""

import importlib
import json
import logging
import sys

import odoo.tools.config

measure, configuration, *databases = sys.argv[1:]
odoo.tools.config.parse_config(["--config", configuration])
# Odoo tells of each slow query and of each mail.
logging.disable(logging.WARNING)
module, _dot, function = measure.partition(".")
act = getattr(importlib.import_module(f"benchmark.{module}"), function)
print(json.dumps(act(*databases) or {}))
