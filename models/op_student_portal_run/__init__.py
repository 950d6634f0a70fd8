"""The runs: one action on the access of some students, or of many."""

from . import record
from . import start
from . import work
from . import letters
from . import texts
from . import show
