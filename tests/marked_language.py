"""A made-up language, in which every letter of the addon's terms is marked: it is
written full-width. Greek is chosen to bear it, which has none of the plain ones: what
is plain is neither of the addon nor a date.
"""

import io
import re
import string
from pathlib import Path

import polib
import pytz
from lxml import etree, html

from odoo.tests import TransactionCase
from odoo.tools.translate import (
    TRANSLATED_ATTRS,
    CodeTranslations,
    TranslationImporter,
    code_translations,
)

from .translation_template import ADDON

LANG = "el_GR"
TEMPLATE = Path(__file__).parents[1] / "i18n" / f"{ADDON}.pot"
MARKS = {ord(letter): ord(letter) + 0xFEE0 for letter in string.ascii_letters}
#: What is no words: placeholders, references to characters, and tags.
NO_WORDS = re.compile(
    r"%\(\w+\)[sd]|%[sd]|\{\{.*?\}\}|\{[^{}]*\}|&#?\w+;|<[^>]*>", re.DOTALL
)
#: What is written within quotes: of a tag what is translated of it, and of a name that
#: a report is printed under, which is an expression.
QUOTED = re.compile(
    rf'((?<=\s)(?:{"|".join(map(re.escape, TRANSLATED_ATTRS))})=")([^"]*)(")'
)
EXPRESSION = re.compile(r"(')([^']*)(')")
REPORT_NAME = "model:ir.actions.report,print_report_name:"
#: What is shown, or read out, of an element beside its text.
ATTRIBUTES = ("title", "placeholder", "alt", "aria-label")
#: What is the same in every language: addresses, codes, and kinds of files.
SAME = re.compile(
    r"https?://\S+|\S+@\S+|[\w.]*(?::\d+)?/my\S*|(?:\w{4}-){2}\w{4}"
    r"|(?:[A-Z]{3,4}, )+[A-Z]{3,4} και [A-Z]{3,4}"
)
#: The models whose texts are data, or names that Odoo gives.
DATA = (
    *("op.", "grading.", "res.partner", "res.company", "res.country", "res.currency"),
    *("res.lang", "res.users", "product.", "account.move", "website"),
)
#: Odoo's own templates that are drawn within the addon's pages.
ODOO_TEMPLATES = (
    *("portal.portal_searchbar", "portal.pager"),
    "account.portal_my_home_menu_invoice",
)


def mark(text):
    """Return a term with its letters marked."""
    marked, end = "", 0
    for found in NO_WORDS.finditer(text):
        marked += text[end : found.start()].translate(MARKS)
        marked += QUOTED.sub(_mark_quoted, found[0])
        end = found.end()
    return marked + text[end:].translate(MARKS)


def _mark_quoted(found):
    return found[1] + mark(found[2]) + found[3]


def words_left(text):
    """Return the words of a text that are not marked."""
    return re.findall("[A-Za-z]+", NO_WORDS.sub(" ", text))


def marked_catalogue():
    """Return the addon's terms with their marked translations, as Odoo reads them."""
    catalogue = polib.pofile(str(TEMPLATE))
    for entry in catalogue:
        if any(source.startswith(REPORT_NAME) for source, _line in entry.occurrences):
            entry.msgstr = EXPRESSION.sub(_mark_quoted, entry.msgid)
        else:
            entry.msgstr = mark(entry.msgid)
    file = io.BytesIO(str(catalogue).encode())
    # Beside a file of translations, Odoo looks for their template.
    file.name = LANG
    return file


def texts_of(tree):
    """Return the texts of an element that are shown or read out."""
    texts = []
    for element in tree.iter():
        if isinstance(element.tag, str):
            if element.tag not in ("script", "style"):
                texts.append(element.text)
            texts += (element.get(name) for name in ATTRIBUTES)
        if element is not tree:
            texts.append(element.tail)
    return [" ".join(text.split()) for text in texts if text and text.strip()]


class MarkedLanguageCase(TransactionCase):
    """The made-up language is read, in Python and in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_language()
        cls.others = None

    @classmethod
    def _load_language(cls):
        lang = cls.env["res.lang"]._activate_lang(LANG)
        if "website" in cls.env:
            sites = cls.env["website"].search([])
            sites.write({"language_ids": [(4, lang.id)], "default_lang_id": lang.id})
        catalogue = marked_catalogue()
        importer = TranslationImporter(cls.cr, verbose=False)
        importer.load(catalogue, "po", LANG)
        importer.save(overwrite=True, force_overwrite=True)
        terms = CodeTranslations._read_code_translations_file(
            catalogue, lambda row: row["value"]
        )
        messages = [{"id": term, "string": text} for term, text in terms.items()]
        key = (ADDON, LANG)
        for known, value in (
            (code_translations.python_translations, terms),
            (code_translations.web_translations, {"messages": messages}),
        ):
            known[key] = value
            cls.addClassCleanup(known.pop, key)
        cls.env.invalidate_all()
        cls.registry.clear_all_caches()
        cls.addClassCleanup(cls.registry.clear_all_caches)

    @classmethod
    def _texts_of_others(cls):
        """Return what is no term of the addon's, longest first: data, and what Odoo
        and OpenEduCat call things."""
        texts = set(pytz.all_timezones)
        for name in cls.registry:
            model = cls.env[name].sudo().with_context(active_test=False, lang="en_US")
            if not name.startswith(DATA) or name.startswith("op.student.portal"):
                continue
            for field in model._fields.values():
                if field.type == "selection" and field._module != ADDON:
                    described = field.get_description(cls.env, ["selection"])
                    texts.update(label for _key, label in described["selection"])
            if model._abstract or model._transient or not model._auto:
                continue
            columns = [
                field.name
                for field in model._fields.values()
                if field.store and field.type in ("char", "text", "html")
            ]
            for values in model.search([]).read(["id", *columns]):
                texts.update(text for text in values.values() if isinstance(text, str))
        texts.update(cls.env["ir.attachment"].sudo().search([]).mapped("name"))
        comments = [("message_type", "=", "comment")]
        texts.update(cls.env["mail.message"].sudo().search(comments).mapped("body"))
        for template in ODOO_TEMPLATES:
            if view := cls.env.ref(template, raise_if_not_found=False):
                arch = view.with_context(lang="en_US").arch_db
                texts.update(texts_of(etree.fromstring(arch)))
        pieces = {
            " ".join(line.split())
            for text in map(str, texts)
            for line in re.sub("<[^>]*>", "\n", text).split("\n")
        }
        # Nothing that the addon says is let through as data, nor a code such as "it".
        own = {entry.msgid for entry in polib.pofile(str(TEMPLATE))}
        pieces = {text for text in pieces if len(text) > 2 or text.isupper()}
        return sorted(pieces - own, key=len, reverse=True)

    def _left(self, text):
        """Return a text without what is not the addon's, if words of it are plain."""
        text = " ".join(SAME.sub(" ", str(text)).split())
        if not words_left(text):
            return ""
        if self.others is None:
            type(self).others = self._texts_of_others()
        for other in self.others:
            if other in text:
                text = re.sub(rf"(?<!\w){re.escape(other)}(?!\w)", " ", text)
        return " ".join(text.split()) if words_left(text) else ""

    def _unmarked(self, source):
        """Return the texts of HTML, or of an element, that are not marked."""
        if isinstance(source, str):
            source = html.fromstring(f"<div>{source}</div>")
        return list(filter(None, map(self._left, texts_of(source))))
