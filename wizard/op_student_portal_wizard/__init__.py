from . import wizard
from . import fill
