import re

from lxml import html

from odoo.http import Request
from odoo.tests import tagged

from .portal_guardian_common import LIMITED, GuardianPagesCase

#: What would be said to the child itself.
OF_THE_CHILD = re.compile(
    r"\b[Yy]our (?!school\b|access\b|phone\b|calendar\b|own\b|devices\b|text\b)\w+"
    r"|\bYou (?:have|had|no longer|chose|submitted)\b"
    r"|\b[Mm]y (?:assignments|attendance|classes|details|fees|results|school|studies"
    r"|submission)\b"
)
PARTS = re.compile(r"^/my/children/(?P<child>\d+)(?P<path>[^?#]*)")


@tagged("post_install", "-at_install")
class TestPortalChildrenPages(GuardianPagesCase):
    """Each page, file, form and feed of a child, and who is refused it."""

    def _full_child(self):
        """Make a demo student, whose sections are all full, the mother's child."""
        student = self._full_student()
        self.child = student
        self._parent(self.mother).student_ids = student + self.younger
        self.env["ir.attachment"].create(
            {
                "name": "Task.txt",
                "raw": b"To do",
                "res_model": "op.assignment",
                "res_id": self.env.ref(
                    "openeducat_student_portal.op_assignment_sorting"
                ).id,
            }
        )
        return student

    def _crawl(self):
        """Return the paths of all pages and files of the child, as they are linked."""
        todo, found = [""], set()
        while todo:
            path = todo.pop()
            found.add(path)
            self._sign_in(self.mother)
            response = self.url_open(self._address(path), allow_redirects=False)
            self.assertIn(response.status_code, (200, 303), path)
            if "text/html" not in response.headers["Content-Type"]:
                continue
            for link in html.fromstring(response.text).xpath("//@href | //@src"):
                parts = PARTS.match(link)
                if parts and int(parts["child"]) == self.child.id:
                    if parts["path"] not in found | set(todo):
                        todo.append(parts["path"])
        return sorted(found)

    def test_every_page_of_a_child_and_who_is_refused(self):
        self._full_child()
        paths = self._crawl()
        for name in "/photo", "/grades/", "/fees/invoices/", "/assignments/":
            self.assertTrue(any(name in path for path in paths), (name, paths))
        self.assertTrue(any("/file/" in path for path in paths), paths)
        school = self.env["res.company"].create({"name": "School Elsewhere"})
        elsewhere = self._create_guardian(
            "portal.test.elsewhere", self._create_students(1, company_id=school.id)
        )
        users = (
            self.father,
            self.portal_user,
            self.employee,
            self.child.user_id,
            elsewhere,
        )
        for path in paths:
            for user in users:
                with self.subTest(path, user=user.login):
                    self._open(self._address(path), user, status=404)
        for reason, status in self._invisible():
            for path in paths:
                with self.subTest(path, reason=reason):
                    self._open(self._address(path), self.mother, status=status)
            # Nothing of the other child's is lost.
            if status == 404 and "company" not in reason and "guardian" not in reason:
                self._open(self._address(child=self.younger), self.mother)
        self.authenticate(None, None)
        self.assertSentToLogin([self._address(path) for path in paths])

    def test_pages_of_a_child_cost_a_bounded_number_of_queries(self):
        self._full_child()
        for path in self._crawl():
            if path.count("/") > 1:
                continue
            self._open(self._address(path), self.mother)
            with self.subTest(path), self.assertQueryCount(41 if path else 45):
                self.url_open(self._address(path))

    def test_name_of_the_child_is_on_each_page(self):
        for path in ("", "/profile"):
            page = html.fromstring(self._open(self._address(path), self.mother))
            [banner] = page.xpath("//*[contains(@class, 'o_student_portal_child')]")
            self.assertIn(self.child.name, banner.text_content())
            [link] = banner.xpath(f".//a[@href='{self._address(path, self.younger)}']")
            self.assertIn(self.younger.name, link.text_content())
            # Each way leads on to the same child.
            links = page.xpath("//nav[@aria-label='Student portal']//@href")
            self.assertTrue(links)
            for each in links:
                self.assertTrue(each.startswith(self._address()), each)
        self._open("/my/student/profile")
        self.assertNotIn("o_student_portal_child", self._open("/my/student"))

    def test_texts_do_not_take_the_guardian_for_the_child(self):
        self.company.student_portal_guardians_profile = True
        self.company.student_portal_guardians_submit = True
        self._create_enrolment(self.younger)
        everything = self.env["op.student.portal.section"].search([]).mapped("code")
        pages = [self._address(f"/{code}", self.younger) for code in everything]
        pages.append(self._address(child=self.younger))
        if self.env.ref(
            "openeducat_student_portal.op_student_mira_halvorsen",
            raise_if_not_found=False,
        ):
            self._full_child()
            pages += [self._address(path) for path in self._crawl()]
        self._sign_in(self.mother)
        for url in pages:
            response = self.url_open(url)
            if "text/html" not in response.headers["Content-Type"]:
                continue
            page = html.fromstring(response.text)
            for main in page.find_class("o_student_portal"):
                text = " ".join(main.text_content().split())
                with self.subTest(url):
                    self.assertFalse(OF_THE_CHILD.findall(text))

    def test_forged_child_in_address_or_form_is_refused(self):
        other = self.other_student.id
        for path in f"/{other}", f"/{other}/profile", "/0", "/-1", "/99999999", "/x":
            self._open(f"/my/children{path}", self.mother, status=404)
        # What is sent beside the address decides nothing.
        page = self._open(
            self._address(f"?child_id={other}&student={other}&student_id={other}"),
            self.mother,
        )
        self.assertNotIn(self.other_student.name, page)
        page = self._open(f"/my/student?child_id={other}", self.student.user_id)
        self.assertNotIn(self.other_student.name, page)

    def test_records_of_another_child_are_not_found_below_the_own(self):
        self._full_child()
        own = self._crawl()
        for path in own:
            if re.search(r"/\d+", path):
                address = self._address(path, self.younger)
                with self.subTest(address):
                    self._open(address, self.mother, status=404)

    def test_limited_guardian_opens_no_fees(self):
        limited = self._create_guardian("portal.test.limited", self.child, LIMITED)
        _none, sections = self._as_guardian(user=limited).portal_open_section()
        codes = set(sections.mapped("code"))
        everything = self._as_guardian().portal_open_section()[1].mapped("code")
        self.assertEqual(set(everything) - codes, {"fees"} & set(everything))
        if "fees" in everything:
            self._open(self._address("/fees"), limited, status=403)

    def test_plain_portal_user_is_told_that_no_page_is_included(self):
        user = self._create_guardian(None, self.younger, user=self.portal_user)
        page = self._open(self._address(child=self.younger), user)
        self.assertIn("does not include any page", page)
        self._open(self._address("/profile", self.younger), user, status=403)

    def test_sign_in_leads_guardians_to_their_children(self):
        self._sign_in(self.mother)
        self.assertTrue(self.mother.partner_id.is_parent)
        response = self.url_open("/my/child")
        self.assertEqual(response.status_code, 200)
        self.assertIn("/my/children", response.url)
        # One child opens directly, and so does the page after choosing a password.
        self._sign_in(self.father)
        for url in "/my/children", "/my/student":
            response = self.url_open(url)
            self.assertTrue(
                response.url.endswith(self._address(child=self.other_student)),
                response.url,
            )

    def test_section_of_who_is_no_student_is_refused(self):
        # The home leads to the children; a section would lead to something else.
        page = self._open("/my/student/profile", self.mother, status=404)
        self.assertIn("No student belongs to your login", page)

    def test_login_form_leads_to_the_children(self):
        self.authenticate(None, None)
        form = {
            "login": self.mother.login,
            "password": self.mother.login,
            "csrf_token": Request.csrf_token(self),
        }
        response = self.url_open("/web/login", data=form)
        self.assertIn("/my/children", response.url)

    def test_my_account_leads_to_the_children(self):
        page = self._open("/my", self.mother)
        self.assertIn('href="/my/children"', page)
        self.assertNotIn('href="/my/student"', page)
        self.assertNotIn("/my/children", self._open("/my"))
        user = self.other_student.user_id
        self._create_guardian(None, self.younger, user=user)
        page = self._open("/my", user)
        self.assertIn('href="/my/children"', page)
        self.assertIn('href="/my/student"', page)

    def test_guardian_without_any_child_in_sight_is_told_to_ask(self):
        self._bar(self.father, self.other_student, reason="Court order")
        for url in "/my/children", self._address(child=self.other_student):
            page = self._open(url, self.father, status=404)
            self.assertIn("ask your school", page)
            self.assertNotIn("Court", page)
            self.assertNotIn(self.other_student.name, page)
        # Somebody who never had a child here is told the same.
        self._open("/my/children", self.portal_user, status=404)
