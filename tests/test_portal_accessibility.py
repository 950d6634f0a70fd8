import json
import os
import re
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged
from odoo.tests.common import HOST, ChromeBrowser

from .test_demo import ADDON, SECTION_MODELS, load_demo

AXE = os.environ.get("STUDENT_PORTAL_AXE")
PAGES = ("/my/student", "/my/student/profile", "/my/student/profile/edit")
#: The page is there, however slow the machine is.
LOADED = """
new Promise((resolve) => {
    const look = () =>
        document.readyState === "complete" && document.querySelector("#wrapwrap")
            ? resolve(true)
            : setTimeout(look, 50);
    look();
})
"""
#: What axe-core finds, each with the elements. Of Odoo's own /my it is our part, and
#: nowhere the header and the footer, which are Odoo's, or the school's own.
LOOK = """
axe.run({
    include: document.querySelector(".o_student_portal_entries") || document,
    exclude: ["#wrapwrap > header", "#wrapwrap > footer"],
}, {
    resultTypes: ["violations"],
}).then(({violations}) => ({
    faults: violations.map(({id, help, nodes}) =>
        [id, help, ...nodes.map((node) => node.html.slice(0, 300))].join("\\n  ")),
    lang: document.documentElement.lang,
    direction: getComputedStyle(document.querySelector("#wrapwrap")).direction,
    beyond: document.documentElement.scrollWidth - window.innerWidth,
}))
"""
#: Where the words of the address are, from the left, and where its side ends.
ADDRESS = """
(() => {
    const address = document.querySelector("[itemprop=streetAddress]");
    const place = (word) => {
        for (const node of address.childNodes) {
            const start = (node.nodeValue || "").indexOf(word);
            if (start >= 0) {
                const range = document.createRange();
                range.setStart(node, start);
                range.setEnd(node, start + word.length);
                return range.getBoundingClientRect();
            }
        }
    };
    const [zip, city] = ["1000", "Brussels"].map(place);
    const side = address.getBoundingClientRect().right;
    return [zip.left < city.left, Math.abs(city.right - side) < 2];
})()
"""


@tagged("post_install", "-at_install", "browser")
class TestPortalAccessibility(HttpCase):
    """What axe-core says of the pages, with the demo's data and without any."""

    browser_size = "1400x900"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not AXE:
            cls.skipTest(cls, "axe-core could not be downloaded")
        load_demo(cls.env)
        cls.env["op.student.portal.section"].search([]).active = True
        cls.student = cls.env.ref(f"{ADDON}.op_student_mira_halvorsen")

    def _pages(self):
        """Return the addresses of all pages of the student, the details included."""
        apps = self.env["ir.module.module"]
        sections = [
            app.removeprefix("openeducat_")
            for app in SECTION_MODELS
            if apps._get(app).state == "installed"
        ]
        codes = {"exam": "grades", "assignment": "assignments"}
        pages = [f"/my/student/{codes.get(name, name)}" for name in sections]
        if "assignment" in sections:
            student = self.env["op.student"].with_user(self.student.user_id)
            assignments = student.portal_student().portal_records("op.assignment")
            pages += [f"/my/student/assignments/{each.id}" for each in assignments]
        return ["/my", *PAGES, *pages]

    def _speak(self, lang):
        lang = self.env["res.lang"]._activate_lang(lang)
        if "website" in self.env:
            self.env["website"].search([]).language_ids += lang
        self.student.user_id.lang = lang.code

    def _pages_before_signing_in(self):
        """Return the addresses of the pages behind a link: good, dead and none."""
        student = self.env.ref(f"{ADDON}.op_student_jonas_weber")
        student.lang = self.student.lang
        student.action_resend_portal_invitation()
        body = student.portal_access_id.mail_id.body_html
        link = urlsplit(re.search(r'href="([^"]*/my/start[^"]*)"', body)[1])
        good = f"{link.path}?{unescape(link.query)}"
        return [good, "/my/start?token=cut", "/my/start/link", "/my/start"]

    @contextmanager
    def _browser(self, lang="en_US", login=None):
        """Give a browser in which a language is read.

        :param str login: who is signed in, nobody by default
        """
        browser = ChromeBrowser(self, headless=True)
        with self.allow_requests(browser=browser):
            try:
                self.authenticate(login, login, browser=browser)
                browser.set_cookie("frontend_lang", lang, "/", HOST)
                self.cr.flush()
                yield browser
            finally:
                self._wait_remaining_requests()
                browser.stop()

    def _evaluate(self, browser, expression):
        answer = browser._websocket_request(
            "Runtime.evaluate",
            params={
                "expression": expression,
                "awaitPromise": True,
                "returnByValue": True,
            },
            timeout=60,
        )
        self.assertNotIn("exceptionDetails", answer, json.dumps(answer)[:2000])
        return answer["result"].get("value")

    def _check(self, lang, direction):
        self._speak(lang)
        self._check_pages(self._pages(), lang, direction, self.student.user_id.login)
        self._check_pages(self._pages_before_signing_in(), lang, direction)

    def _check_pages(self, pages, lang, direction, login=None):
        axe = Path(AXE).read_text(encoding="utf-8")
        with self._browser(lang, login) as browser:
            for page in pages:
                browser.navigate_to(self.base_url() + page, wait_stop=True)
                self._evaluate(browser, LOADED)
                self._evaluate(browser, axe + ";0")
                seen = self._evaluate(browser, LOOK)
                with self.subTest(page):
                    self.assertEqual(seen["lang"], lang.replace("_", "-"))
                    self.assertEqual(seen["direction"], direction)
                    self.assertEqual(seen["faults"], [])
                    self.assertLessEqual(seen["beyond"], 0)

    def test_printed_pages_have_no_menus(self):
        visible = """[...document.querySelectorAll(
            "header, footer, nav, .breadcrumb, .btn, .pagination"
        )].filter((each) => each.checkVisibility()).map((each) => each.outerHTML)"""
        with self._browser(login=self.student.user_id.login) as browser:
            browser._websocket_request(
                "Emulation.setEmulatedMedia", params={"media": "print"}
            )
            for page in self._pages()[1:]:
                browser.navigate_to(self.base_url() + page, wait_stop=True)
                with self.subTest(page):
                    self.assertEqual(self._evaluate(browser, visible), [])

    def test_pages_in_english(self):
        self._check("en_US", "ltr")

    def test_pages_in_arabic(self):
        self._check("ar_001", "rtl")

    def test_address_in_arabic_is_read_as_it_is_written(self):
        self._speak("ar_001")
        page = f"{self.base_url()}/my/student/profile"
        with self._browser("ar_001", self.student.user_id.login) as browser:
            browser.navigate_to(page, wait_stop=True)
            self._evaluate(browser, LOADED)
            self.assertEqual(self._evaluate(browser, ADDRESS), [True, True])


@tagged("post_install", "-at_install", "browser")
class TestPortalPhoneAccessibility(TestPortalAccessibility):
    browser_size = "390x844"
    touch_enabled = True
