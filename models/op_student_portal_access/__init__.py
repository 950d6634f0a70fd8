"""The access of a person to the portal: who gets one, the links, and the life of it."""

from . import record
from . import pattern
from . import assess
from . import act
from . import contacts
from . import grant
from . import link
from . import logins
from . import messages
from . import mail
from . import invite
from . import code
from . import progress
from . import reset
from . import turns
from . import update_login
from . import revoke
from . import letters
from . import arrive
