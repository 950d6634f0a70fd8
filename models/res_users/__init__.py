"""The users of students and guardians, which are the school's."""

from . import access
from . import password
from . import sign_in
