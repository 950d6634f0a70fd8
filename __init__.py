from . import controllers
from . import demo
from . import models
from . import report
from . import secrets_in_logs
from . import wizard

# After the models that it extends.
from . import apps
from .hooks import adopt_existing_users, leave_the_portal
