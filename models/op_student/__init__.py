"""The student: the portal access, and what the pages of the portal may show."""

from . import access

# The way in and whose a record is, which each section after it extends.
from . import pages
from . import children
from . import adult
from . import times
from . import assignment_status
from . import assignments
from . import attendance
from . import calendar
from . import calendar_address
from . import classes
from . import fee_price
from . import fees
from . import fee_totals
from . import grades
from . import invoices
from . import photo
from . import profile
from . import profile_check
from . import submission
from . import timetable
from . import tracking
from . import upload

# What is told of several children, of all sections.
from . import cards
from . import family
