import io

import polib

from odoo.tools.translate import trans_export

ADDON = "openeducat_student_portal"
#: Where terms come from that are none of the product's: its demo data, and the
#: stand-in for OpenEduCat.
FOREIGN = (
    "model:op.",
    "model:res.partner,",
    "model:grading.",
    "model:product.",
    # The names that others gave to the models which this addon extends.
    "model:ir.model,",
)
OWN = (
    "model:op.student.portal.",
    f"model:ir.model,name:{ADDON}.model_op_student_portal_",
)


def terms(env):
    """Return the terms that are to be translated, as entries of a catalogue.

    :rtype: polib.POFile
    """
    buffer = io.BytesIO()
    trans_export(False, [ADDON], buffer, "po", env)
    catalogue = polib.pofile(buffer.getvalue().decode())
    for entry in list(catalogue):
        entry.occurrences = [
            (source, line)
            for source, line in entry.occurrences
            if source.startswith(OWN)
            or not (source.startswith(FOREIGN) or "/tests/" in source)
        ]
        if not entry.occurrences:
            catalogue.remove(entry)
    return catalogue


def write_template(env, path):
    """Write the template of the translations.

    :param str path: the file
    """
    catalogue = terms(env)
    catalogue.metadata = {
        "Project-Id-Version": "Odoo Server 19.0",
        "Report-Msgid-Bugs-To": "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "",
    }
    for entry in catalogue:
        # Lines move with every change; where a term stands is in the source's name.
        # Odoo reads no code's term without a line.
        entry.occurrences = [
            (source, "0" if source.startswith("code:") else "")
            for source, _line in entry.occurrences
        ]
    catalogue.save(path)
