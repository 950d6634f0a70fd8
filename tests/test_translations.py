import re
from collections import Counter
from pathlib import Path

import polib

from odoo.tests import BaseCase, tagged
from odoo.tools.translate import code_translations

FOLDER = Path(__file__).parents[1] / "i18n"
#: The languages that OpenEduCat's core has.
LANGUAGES = (
    *("ar", "da", "de", "es", "fa", "fr", "id", "it", "lt", "nl", "pt", "ru", "th"),
    *("vi", "zh_CN", "zh_HK"),
)
#: What has to be in a translation as it is in the term.
KEPT = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\{.*?\}\}|\{\w+\}|</?\w[^>]*>")
#: The spaces before and after a text, which a page shows beside what follows.
EDGES = re.compile(r"\A\s*|\s*\Z")
#: What is the same in every language: examples, and calls of other templates.
SAME = re.compile(
    r"XXXX-XXXX-XXXX|student@example\.com|/my|ID|id|e\.g\. (fa-|my_addon|op\.).*"
    r"|\{first_name\}.*\{number\}|<t t-call=[^>]*>\s*"
)
#: Tags that a term cannot do without: the body of a mail, and the way through menus.
#: What ``<code>`` stands for in an address is none.
NEEDED_TAG = r"t t-call|i>|code>"


@tagged("post_install", "-at_install")
class TestTranslations(BaseCase):
    """The files of translations; the template of them has a test of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        template = polib.pofile(str(FOLDER / "openeducat_student_portal.pot"))
        cls.terms = {entry.msgid for entry in template}
        cls.catalogues = {
            language: {
                entry.msgid: entry
                for entry in polib.pofile(str(FOLDER / f"{language}.po"))
            }
            for language in LANGUAGES
        }

    def _each(self):
        """Go through the terms of all languages that are translated."""
        for language, entries in self.catalogues.items():
            for term, entry in entries.items():
                if entry.msgstr:
                    yield language, term, entry.msgstr

    def test_every_term_is_translated(self):
        for language, entries in self.catalogues.items():
            with self.subTest(language=language):
                translated = {
                    term
                    for term, entry in entries.items()
                    if entry.msgstr and not entry.fuzzy
                }
                missing = self.terms - translated
                self.assertFalse([term for term in missing if not SAME.fullmatch(term)])
                self.assertFalse(entries.keys() - self.terms)

    def test_odoo_reads_them(self):
        code = code_translations.get_python_translations
        for language in LANGUAGES:
            with self.subTest(language=language):
                read = code("openeducat_student_portal", language)
                self.assertGreater(len(read), 100)

    def test_placeholders_and_markup_are_kept(self):
        wrong = [
            (language, term, translation)
            for language, term, translation in self._each()
            if Counter(KEPT.findall(term)) != Counter(KEPT.findall(translation))
        ]
        self.assertFalse(wrong)

    def test_terms_have_no_markup(self):
        """Icons and tags are outside, where no translation can lose them."""
        tag = re.compile(rf"<(?!{NEEDED_TAG})\w")
        self.assertFalse([term for term in self.terms if tag.search(term)])

    def test_spaces_at_the_edges_are_kept(self):
        wrong = [
            (language, term, translation)
            for language, term, translation in self._each()
            if EDGES.findall(term) != EDGES.findall(translation)
        ]
        self.assertFalse(wrong)

    def test_lists_keep_their_lines(self):
        """In a field's help, say. A line that the source breaks is none."""
        lines = re.compile(r"\n(?=\S)")
        wrong = [
            (language, term, translation)
            for language, term, translation in self._each()
            if len(lines.findall(term)) != len(lines.findall(translation))
        ]
        self.assertFalse(wrong)
