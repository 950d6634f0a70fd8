from . import op_admission
from . import op_admission_register
from . import res_config_settings
