"""The runs: one action on the access of many students."""

from . import run
from . import start
from . import work
