import re
from unittest.mock import patch
from urllib.parse import urlsplit

from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .marked_language import LANG, MarkedLanguageCase
from .start_common import StartCase
from .test_demo import load_demo
from .translation_template import ADDON

#: What of a page is the addon's.
OWN_PARTS = (
    "//*[hasclass('o_student_portal') or hasclass('o_student_portal_entries')]"
    " | //*[hasclass('o_portal_my_home')]//*[@role='status']"
    " | //ol[hasclass('o_portal_submenu')]/li[position() > 1]"
    " | //*[@id='wrap'][.//*[hasclass('o_student_portal_start')]]"
)
SECTIONS = ("timetable", "assignments", "attendance", "grades", "fees", "profile")


class MarkedPagesCase(MarkedLanguageCase, HttpCase):
    """Pages that are read in the made-up language."""

    def assertPageMarked(self, response, status=200):
        self.assertEqual(response.status_code, status, response.url)
        page = html.fromstring(response.content)
        parts = page.xpath(OWN_PARTS)
        with self.subTest(response.url):
            # The page of an invoice is Odoo's own, below our breadcrumbs.
            self.assertTrue(parts or "/my/invoices/" in response.url)
            left = [text for part in parts for text in self._unmarked(part)]
            # Website puts the name of the site behind the title.
            if page.xpath("//*[hasclass('o_student_portal')]"):
                left += filter(None, map(self._left, page.xpath("//title/text()")))
            self.assertFalse(left)
        return page

    def _open(self, url, status=200):
        return self.assertPageMarked(self.url_open(url, timeout=300), status)

    def _post(self, url, status=200, **values):
        values["csrf_token"] = Request.csrf_token(self)
        return self.assertPageMarked(self.url_open(url, values, timeout=300), status)

    def _visit(self, *starts, below):
        """Open all pages that are linked from some, and return their paths."""
        todo, seen = list(starts), set(starts)
        while todo:
            response = self.url_open(todo.pop(), timeout=300)
            self.assertEqual(response.status_code, 200, response.url)
            if not response.headers["Content-Type"].startswith("text/html"):
                continue
            page = self.assertPageMarked(response)
            for link in page.xpath("//a/@href"):
                path = urlsplit(link).path
                if path.startswith(below) and path not in seen:
                    seen.add(path)
                    todo.append(path)
        return seen


@tagged("post_install", "-at_install")
class TestMarkedPages(MarkedPagesCase):
    """The pages of a student whose sections are full, of one who has nothing yet, and
    of a guardian."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load_demo(cls.env)
        cls.env["op.student.portal.section"].search([]).active = True
        cls.student = cls.env.ref(f"{ADDON}.op_student_mira_halvorsen")
        cls.newcomer = cls.env.ref(f"{ADDON}.op_student_jonas_weber")
        cls.users = cls.student.user_id + cls.newcomer.user_id
        if "op.parent" in cls.env:
            cls.guardian = cls.env.ref(f"{ADDON}.user_ingrid_halvorsen")
            cls.users += cls.guardian
        cls.users.lang = LANG

    def _sign_in(self, user):
        user.password = "Correct-Horse-77"
        self.authenticate(user.login, "Correct-Horse-77")

    def _sections(self):
        """Return the codes of the sections whose apps are installed."""
        sections = self.env["op.student.portal.section"].search([])
        return sections.filtered("available").mapped("code")

    def test_pages_of_a_student(self):
        self._sign_in(self.student.user_id)
        home = "/my/student"
        seen = self._visit("/my", home, below=home)
        for code in self._sections():
            self.assertIn(f"{home}/{code}", seen)
        self._open(f"{home}/profile?saved=1&changed=emergency_name,lang,tz")
        for query in "attendance?month=2020-01", "timetable?week=2020-01-01":
            if query.split("?")[0] in self._sections():
                self._open(f"{home}/{query}")
        self._open(f"{home}/nothing", status=404)
        self._open(f"{home}/assignments/0", status=404)

    def test_refusals_of_forms(self):
        self._sign_in(self.student.user_id)
        profile = self.student.portal_profile()
        for value in "Ψ" * 200, "":
            self._post(
                "/my/student/profile/edit",
                status=422,
                **dict.fromkeys(profile, value),
                **{f"was_{name}": "Ω" for name in profile},
            )
        self._post("/my/student/profile/edit", status=422, phone="Ψ", country_id="0")
        if "op.assignment" in self.env:
            for each in self.env["op.assignment"].search([], limit=5):
                address = f"/my/student/assignments/{each.id}"
                if self.url_open(address, timeout=300).status_code == 200:
                    self._post(address, status=422, text=" ")

    def test_marksheet(self):
        if "op.marksheet.line" not in self.env:
            self.skipTest("There are no exams")
        student = self.student.with_user(self.student.user_id).sudo()
        marksheets = student.portal_marksheets()
        reports = student.env["ir.actions.report"].with_context(lang=LANG, tz="UTC")
        document, _kind = reports._render_qweb_html(
            f"{ADDON}.report_student_marksheet",
            self.student.ids,
            {"marksheet_ids": [each["marksheet"].id for each in marksheets]},
        )
        sheets = html.fromstring(document).xpath("//div[hasclass('page')]")
        self.assertTrue(sheets)
        self.assertFalse([text for sheet in sheets for text in self._unmarked(sheet)])

    def test_calendar(self):
        if "op.session" not in self.env:
            self.skipTest("There is no timetable")
        self._sign_in(self.student.user_id)
        page = self._post("/my/student/timetable/calendar")
        [address] = page.xpath("//input[@id='student_calendar_address']/@value")
        lines = self.url_open(urlsplit(address).path).text.replace("\r\n ", "")
        texts = re.findall(
            r"^(?:SUMMARY|DESCRIPTION|LOCATION|X-WR-CALNAME|NAME)[^:]*:(.*?)\r?$",
            lines,
            re.MULTILINE,
        )
        self.assertGreater(len(texts), 1)
        # As RFC 5545 writes a line break.
        texts = [text.replace("\\n", "\n") for text in texts]
        self.assertFalse(list(filter(None, map(self._left, texts))))

    def test_pages_of_a_student_who_has_nothing_yet(self):
        self.newcomer.course_detail_ids.unlink()
        self._sign_in(self.newcomer.user_id)
        self._visit("/my", "/my/student", below="/my/student")

    def test_pages_of_a_guardian(self):
        if "op.parent" not in self.env:
            self.skipTest("OpenEduCat has no parents here")
        self._sign_in(self.guardian)
        home = "/my/children"
        child = f"{home}/{self.student.id}"
        seen = self._visit("/my", home, below=child)
        self.assertIn(f"{child}/profile", seen)
        self._open(f"{home}/profile")
        if "fees" in self._sections():
            self._open(f"{home}/fees")
        self._open(f"{home}/0", status=404)
        self.env["op.parent"].search(
            [("name", "=", self.guardian.partner_id.id)]
        ).student_ids = False
        self._open(home, status=404)

    def test_portal_that_is_switched_off(self):
        self.env.company.student_portal_enabled = False
        self._sign_in(self.student.user_id)
        self._open("/my")
        self._open("/my/student", status=403)


@tagged("post_install", "-at_install")
class TestMarkedStart(MarkedPagesCase, StartCase):
    """The pages of a link and of a code, good and dead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.student.lang = LANG
        cls.student.partner_id.name = "Μίρα Άλμπορσεν"

    def authenticate(self, user, password, **options):
        session = super().authenticate(user, password, **options)
        self.opener.cookies.set("frontend_lang", LANG)
        return session

    def test_passwords(self):
        self.authenticate(None, None)
        link = self._link()
        self._open(link)
        for password, again in ("", ""), ("one", "other"):
            self._post(
                "/my/start",
                token=self._token(link),
                password=password,
                confirm_password=again,
            )
        self.authenticate(self.portal_user.login, self.portal_user.login)
        self._open(link)

    @mute_logger("odoo.http")
    def test_links_and_codes_that_do_not_work(self):
        self.authenticate(None, None)
        access = self.env["op.student.portal.access"]
        found = access.of_token(self._token())
        by_letter = self._create_students(1, email=False, lang=LANG)
        self._grant(by_letter, logins={by_letter.id: "letter.login"})
        for problem in "used", "expired", "replaced", "revoked", "unknown":
            for owner in self.access, by_letter.sudo().portal_access_id, access:
                dead = found._replace(problem=problem, access=owner)
                with (
                    patch.object(
                        self.registry[access._name], "of_token", return_value=dead
                    ),
                    patch.object(
                        self.registry[access._name], "of_code", return_value=dead
                    ),
                ):
                    self._open("/my/start?token=x")
                    self._post("/my/start", code="x")
        self._open("/my/start")
        self._post("/my/start", code="wrong")
        with patch.object(
            self.registry["op.student.portal.attempt"], "is_allowed", return_value=False
        ):
            self._post("/my/start", code="wrong")

    def test_new_link(self):
        self.authenticate(None, None)
        self._open("/my/start/link")
        for login in self.access.login, "letter.login":
            self._post("/my/start/link", login=login)
