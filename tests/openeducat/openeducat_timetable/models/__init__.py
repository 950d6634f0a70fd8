from . import op_faculty
from . import op_session
from . import op_timing
