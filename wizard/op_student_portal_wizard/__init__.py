from . import dialog
from . import fill
