import re
import unicodedata
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

#: What a pattern may take of a student, and nothing else. Registration numbers are
#: unique, and stand in for a name that cannot be written in letters from a to z.
PATTERN_FIELDS = ("first_name", "middle_name", "last_name", "gr_no", "id_number")
REGISTRATION_NUMBER = "gr_no"
#: What not every student has: its place in a login stays empty.
OPTIONAL_FIELDS = ("middle_name",)
#: Where the number goes that tells those of one name apart; else it comes last.
NUMBER = "number"
TOKEN = re.compile(r"\{([^{}]*)\}")
#: What a login that is no address consists of. Without @, it is none.
LOGIN_LENGTH = 64
#: What is left of several, where a field between them is empty.
SEPARATORS = re.compile(r"([._-])[._-]+")
PLAIN_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
FREE_TEXT = re.compile(r"[a-z0-9._-]*")
#: Names that would be taken for somebody else's.
RESERVED_LOGINS = frozenset(
    "admin administrator demo director headmaster office odoo odoobot postmaster"
    " principal public root school support system teacher webmaster".split()
)
#: Letters that Unicode does not take apart into one from a to z and an accent.
LETTERS = str.maketrans(
    {
        **{"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th"},
        **{"ł": "l", "ı": "i", "ħ": "h", "ŋ": "n", "ə": "e", "ŧ": "t"},
        # Greek and Cyrillic; other scripts have no spelling that all would expect.
        **dict(zip("αβγδεζηικλμνξοπρστυφω", "avgdeziiklmnxoprstyfo", strict=True)),
        **{"θ": "th", "ς": "s", "χ": "ch", "ψ": "ps"},
        **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
        **{"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"},
        **{"ю": "yu", "я": "ya", "ъ": "", "ь": "", "є": "ye", "і": "i", "ђ": "dj"},
        **{"ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѕ": "dz"},
    }
)


class Base(NamedTuple):
    """A login of a pattern, but for the number that tells it from others."""

    before: str
    after: str = ""

    def login(self, number=""):
        """Return the login with a number, with fewer letters if it gets too long."""
        number = str(number)
        before = self.before[: LOGIN_LENGTH - len(self.after) - len(number)]
        return f"{before}{number}{self.after}"


def plain_text(text):
    """Return a text in letters from a to z and digits, or nothing where it cannot be.

    :param str text: such as a name, in any script
    """
    known = unicodedata.normalize("NFC", text or "").lower().translate(LETTERS)
    apart = unicodedata.normalize("NFKD", known)
    letters = "".join(each for each in apart if not unicodedata.combining(each))
    letters = letters.translate(LETTERS)
    if any(each.isalnum() and not each.isascii() for each in letters):
        return ""
    return re.sub(r"[^a-z0-9]", "", letters)


class OpStudentPortalAccess(models.Model):
    """Logins of students without an address, by the pattern of their school."""

    _inherit = "op.student.portal.access"

    @api.private
    @api.model
    def plain_login(self, login):
        """Return a login that is no address as it is kept, or an empty text.

        :param str login: as it was typed
        """
        login = (login or "").strip().lower()
        return login if PLAIN_LOGIN.fullmatch(login) else ""

    @api.private
    @api.model
    def any_login(self, login):
        """Return an address or another login as it is kept, or an empty text."""
        return self.normalize_login(login) or self.plain_login(login)

    @api.private
    @api.model
    def pattern_problem(self, pattern):
        """Say what is wrong with a pattern of logins, or an empty text."""
        tokens = TOKEN.findall(pattern or "")
        free = TOKEN.sub("", pattern or "")
        names = " ".join(f"{{{name}}}" for name in (*PATTERN_FIELDS, NUMBER))
        if unknown := [name for name in tokens if f"{{{name}}}" not in names.split()]:
            return self.env._(
                "{%(name)s} cannot be part of a login. You can use: %(names)s.",
                name=unknown[0],
                names=names,
            )
        if not FREE_TEXT.fullmatch(free):
            return self.env._(
                "Besides %(names)s, a login consists of small letters from a to z,"
                " digits, dots, hyphens and underscores.",
                names=names,
            )
        if (
            pattern
            and not set(tokens) & set(PATTERN_FIELDS)
            or tokens.count(NUMBER) > 1
        ):
            return self.env._(
                "A login needs one field of the student at least, such as {gr_no}, and"
                " one {number} at most."
            )
        return ""

    @api.private
    @api.model
    def missing_pattern_fields(self, pattern, holder):
        """Return the labels of the fields that a holder lacks for a pattern.

        :param holder: a record in superuser mode; one without the fields lacks them
        :rtype: list of str
        """
        return [
            holder._fields[name].get_description(self.env, ["string"])["string"]
            if name in holder._fields
            else name
            for name in TOKEN.findall(pattern)
            if name not in (NUMBER, *OPTIONAL_FIELDS)
            and not self._pattern_value(holder, name)
        ]

    @api.model
    def _pattern_value(self, holder, name):
        value = holder[name] if name in holder._fields else ""
        text = plain_text(value)
        if not text and (value or "").strip() and name != REGISTRATION_NUMBER:
            return self._pattern_value(holder, REGISTRATION_NUMBER)
        return text

    @api.model
    def _pattern_base(self, pattern, holder):
        """Return the Base of a holder's login, or None where it lacks a field."""
        if self.missing_pattern_fields(pattern, holder):
            return None
        values = {
            name: self._pattern_value(holder, name)
            for name in set(TOKEN.findall(pattern)) - {NUMBER}
        }
        parts = [
            SEPARATORS.sub(r"\1", TOKEN.sub(lambda token: values[token[1]], part))
            for part in pattern.split(f"{{{NUMBER}}}")
        ]
        after = "".join(parts[1:])[: LOGIN_LENGTH // 2]
        return Base(parts[0].lstrip("._-"), after.rstrip("._-"))

    @api.private
    @api.model
    def pattern_logins(self, holders, patterns, taken=()):
        """Return the logins that patterns give to holders, each free and given once.

        :param list holders: records in superuser mode
        :param dict patterns: the pattern of each holder
        :param taken: logins that are to be left free besides those of users
        :return: a dict of holder to login, empty where the holder lacks a field
        :rtype: dict
        """
        bases = {
            # Names are translated; whose language it is does not change a login.
            holder: self._pattern_base(patterns[holder], holder.with_context(lang=None))
            for holder in holders
        }
        taken = self._plain_logins() | RESERVED_LOGINS | set(taken)
        next_numbers, logins = {}, {}
        for holder, base in bases.items():
            if not base:
                logins[holder] = ""
                continue
            login = base.login()
            number = next_numbers.get(base, 2)
            while login in taken:
                login = base.login(number)
                number += 1
            next_numbers[base] = number
            # A name of one sign, or of signs alone, makes no login.
            logins[holder] = self.plain_login(login)
            taken.add(login)
        return logins

    @api.private
    @api.model
    def pattern_examples(self, pattern, students):
        """Say which login a pattern gives to each student, or what it lacks.

        :rtype: list of str
        """
        logins = self.pattern_logins(students, dict.fromkeys(students, pattern))
        lines = []
        for student, login in logins.items():
            base = self._pattern_base(pattern, student.with_context(lang=None))
            if not login:
                missing = self.missing_pattern_fields(pattern, student)
                text = self.env._(
                    "%(student)s: no login, because this is missing: %(fields)s",
                    student=student.name,
                    fields=", ".join(missing) or "–",
                )
            elif login != base.login():
                text = self.env._(
                    "%(student)s: %(login)s, because %(taken)s is taken",
                    student=student.name,
                    login=login,
                    taken=base.login(),
                )
            else:
                text = self.env._(
                    "%(student)s: %(login)s", student=student.name, login=login
                )
            lines.append(text)
        return lines

    @api.private
    @api.model
    def claim_plain_logins(self):
        """Have other transactions that give such logins tried again after this one.

        They have not seen its logins, and would give the same number: all write one
        row. With Website, the database itself lets a login be there twice.
        """
        self.env.execute_query(
            SQL(
                "UPDATE ir_model SET model = model WHERE model = %s RETURNING id",
                self._name,
            )
        )

    @api.model
    def _plain_logins(self):
        """Return all logins that are no addresses, those of archived users too."""
        self.env["res.users"].flush_model(["login"])
        rows = self.env.execute_query(
            SQL("SELECT lower(login) FROM res_users WHERE position('@' IN login) = 0")
        )
        return {login for (login,) in rows}
