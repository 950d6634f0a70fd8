from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged

from .translation_template import ADDON, terms

TEMPLATE = Path(__file__).parents[1] / "i18n" / f"{ADDON}.pot"


@tagged("post_install", "-at_install")
class TestTranslationTemplate(TransactionCase):
    def test_template_has_every_term_and_no_other(self):
        if "op.student.fees.details" not in self.env:
            self.skipTest("Some terms are there with all of OpenEduCat's apps alone")
        written = {entry.msgid for entry in polib.pofile(str(TEMPLATE))}
        present = {entry.msgid for entry in terms(self.env)}
        for terms_of, remedy in (
            (present - written, "missing: run dev/translate"),
            (written - present, "outdated: run dev/translate"),
        ):
            self.assertFalse(terms_of and f"{sorted(terms_of)[:5]} … {remedy}")
