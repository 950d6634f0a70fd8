#: The name of this addon, with which its external ids begin.
ADDON = "openeducat_student_portal"
