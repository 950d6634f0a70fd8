"""OpenEduCat's rooms, in which classes are."""

from .op_classroom import OpClassroom

#: The model without which the app is not installed.
MODEL = "op.classroom"
DEFINITIONS = (OpClassroom,)
