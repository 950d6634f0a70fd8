"""Keep the secrets of addresses out of the server's log."""

import logging
import re

#: A link's token and a letter's code, also in an address within another one; and a
#: calendar's secret name, however its address is written: cut off, or with an escaped
#: dot.
SECRET = re.compile(
    r"""((?:token|code)(?:=|%3D))[^&\s"']+|(/my/student/timetable/)[\w-]{16,}""",
    re.IGNORECASE,
)
#: What logs addresses: the server each request, Odoo what goes wrong in one.
LOGGERS = ("werkzeug", "longpolling", "odoo.http", "odoo.addons.base.models.ir_http")


class SecretFilter(logging.Filter):
    """Replace the secrets in what is logged by asterisks."""

    def filter(self, record):
        record.msg = self._hide(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(self._hide(argument) for argument in record.args)
        return True

    def _hide(self, value):
        return SECRET.sub(r"\1\2***", value) if isinstance(value, str) else value


for name in LOGGERS:
    logging.getLogger(name).addFilter(SecretFilter())
