from . import session_confirmation
