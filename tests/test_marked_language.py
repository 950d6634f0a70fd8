import re

from lxml import etree, html

from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools.translate import TRANSLATED_ATTRS, code_translations

from .access_common import PortalAccessCase
from .guardian_common import GuardianCase
from .marked_language import LANG, TEMPLATE, MarkedLanguageCase, texts_of, words_left
from .portal_common import needs_model
from .translation_template import ADDON, FOREIGN, OWN

#: What is a text in an expression of a template: words, the first with a capital.
LITERAL = re.compile(r"'([A-Z][a-z]+(?: [A-Za-z]+)*[.!?…]?)'")
SCRIPTS = TEMPLATE.parents[1] / "static" / "src"
#: What is a text in a script.
SAID = re.compile(r"""["'`]([A-Z][a-z]+(?:[ .,:!?…][^"'`]*)?)["'`]""")


@tagged("post_install", "-at_install")
class TestMarkedTerms(MarkedLanguageCase):
    """What the addon has stored, read in the made-up language."""

    def _unmarked_of_view(self, arch):
        """Return what is not marked of the source of a view or template."""
        texts = []
        for element in etree.fromstring(arch).iter(etree.Element):
            texts.append(element.tail)
            name = element.get("name") if element.tag == "attribute" else None
            if element.tag not in ("script", "style") and (
                name is None or name in TRANSLATED_ATTRS
            ):
                texts.append(element.text)
            for key, value in element.attrib.items():
                if key in TRANSLATED_ATTRS:
                    texts.append(re.sub(r"#\{.*?\}", " ", value))
                elif key.startswith("t-"):
                    texts += LITERAL.findall(value)
        return [text.strip() for text in texts if text and words_left(text)]

    def _unmarked_of(self, name, value):
        if name == "arch_db":
            return self._unmarked_of_view(value)
        if name == "print_report_name":
            return list(filter(words_left, re.findall(r"'([^']*)'", value)))
        return [value] if words_left(value) else []

    def test_views_menus_actions_groups_mails_and_fields(self):
        names = self.env["ir.model.data"].search([("module", "=", ADDON)])
        unmarked = []
        for model, data in names.grouped("model").items():
            is_foreign = f"model:{model},".startswith(FOREIGN)
            if is_foreign and not f"model:{model}".startswith(OWN):
                continue
            records = self.env[model].with_context(lang=LANG, active_test=False)
            fields = [
                field.name
                for field in records._fields.values()
                if field.store and field.translate
            ]
            for record in records.browse(data.mapped("res_id")).exists():
                unmarked += [
                    (model, record.get_external_id()[record.id], name, text)
                    for name in fields
                    for text in self._unmarked_of(name, record[name] or "")
                ]
        self.assertFalse(unmarked)

    def test_fields_and_choices_as_they_are_described(self):
        unmarked = []
        for name in self.registry:
            model = self.env[name].with_context(lang=LANG)
            if model._abstract:
                continue
            is_own = f"model:{name}".startswith(OWN)
            added = [
                field.name
                for field in model._fields.values()
                if is_own or field._module == ADDON
            ]
            for field, shown in model.fields_get(added).items() if added else ():
                texts = [shown["string"], shown.get("help") or ""]
                if model._fields[field]._module == ADDON:
                    # A choice that is its own name is data, such as a time zone.
                    choices = shown.get("selection") or ()
                    texts += [label for key, label in choices if label != key]
                unmarked += [(name, field, text) for text in texts if words_left(text)]
        self.assertFalse(unmarked)

    def test_what_scripts_draw_and_say(self):
        known = code_translations.get_web_translations(ADDON, LANG)["messages"]
        marked = {each["id"] for each in known if not words_left(each["string"])}
        texts = []
        for file in SCRIPTS.rglob("*.js"):
            texts += SAID.findall(file.read_text("utf-8"))
        for file in SCRIPTS.rglob("*.xml"):
            texts += texts_of(etree.parse(file).getroot())
        self.assertTrue(texts)
        self.assertFalse(set(texts) - marked)


@tagged("post_install", "-at_install")
class TestMarkedActs(MarkedLanguageCase, PortalAccessCase, HttpCase):
    """What the staff are shown, and what students are sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(cls._printing())
        cls.env.company.student_portal_login_pattern = "{gr_no}"
        (cls.student_manager + cls.administrator).lang = LANG
        cls.env = cls.env(context={**cls.env.context, "lang": LANG})
        names = {"first_name": "Μίρα", "name": "Μίρα Άλμπορσεν", "lang": LANG}
        cls.students = cls._create_students(3, **names)
        cls.everybody = cls.students + cls._create_students(2, email=False, **names)
        for student in cls.everybody:
            student.gr_no = f"1000{student.id}"

    def assertMarked(self, *sources):
        self.assertFalse([left for each in sources for left in self._unmarked(each)])

    def assertRecordsMarked(self, records):
        """Check every text that is read of records."""
        self.assertFalse(
            [
                (record._name, name, left)
                for record in records
                for name, field in record._fields.items()
                if field.type in ("char", "text", "html")
                and record[name]
                # The name of a record without one is its model's.
                and (name != "display_name" or record._rec_name)
                for left in self._unmarked(record[name])
            ]
        )

    def assertAnswerMarked(self, action):
        """Check what is shown after a click, and what was recorded of it."""
        if action.get("tag") == "display_notification":
            self.assertMarked(action["params"]["message"])
        else:
            self.assertMarked(action.get("name") or "")
            self.assertRecordsMarked(
                self._as(self.env[action["res_model"]]).browse(action.get("res_id"))
            )
        run = self._as(self.env["op.student.portal.run"]).search([], limit=1)
        self.assertRecordsMarked(run)
        self.assertRecordsMarked(run.line_ids)
        self.assertMarked(*self.everybody.message_ids.mapped("body"))

    def test_dialog_says_who_needs_attention_and_why(self):
        names = {"first_name": "Αΐντα", "name": "Αΐντα Άλμπορσεν", "lang": LANG}
        for email in (self.portal_user.login, "nobody", self.students[0].email):
            names["email"] = email
            self.everybody += self._create_students(1, **names)
        self._grant(self.students[:1])
        dialog = self._as(self.everybody).action_grant_portal_access()
        self.assertAnswerMarked(dialog)
        dialog = self._as(self.env[dialog["res_model"]]).browse(dialog["res_id"])
        self.assertGreater(len(set(dialog.line_ids.mapped("status"))), 3)
        self.assertRecordsMarked(dialog.line_ids)
        self.assertAnswerMarked(dialog.action_grant_access())
        self.assertRecordsMarked(dialog)
        self.assertAnswerMarked(dialog.action_fix_addresses())

    def test_questions_results_and_chatter_of_each_action(self):
        self._grant(self.everybody)
        self._set_mails_sent(self.students)
        self.students[0].email = "moved.house@example.com"
        for name in (
            *("resend_portal_invitation", "reset_portal_password"),
            *("update_portal_login", "revoke_portal_access", "restore_portal_access"),
            "reset_portal_password",
        ):
            for students in self.students[1], self.everybody:
                answer = getattr(self._as(students), f"action_{name}")()
                self.assertAnswerMarked(answer)
                run = self._as(self.env["op.student.portal.run"]).search([], limit=1)
                if run.state == "draft":
                    self.assertAnswerMarked(run.action_confirm())

    def test_mails(self):
        made = self.env["mail.mail"].sudo()
        before = made.search([])
        student = self.students[0]
        self._grant(student)
        self._set_mails_sent(student)
        student.email = "moved.house@example.com"
        self._as(student).action_update_portal_login()
        self._sign_in_once(student)
        self._as(student).action_reset_portal_password()
        self._set_mails_sent(student)
        student.email = "moved.again@example.com"
        self._as(student).action_update_portal_login()
        mails = (made.search([]) - before).filtered("body_html")
        # The invitation, the new password, the new login, and the former address.
        self.assertEqual(len(set(mails.mapped("subject"))), 4, mails.mapped("subject"))
        self.assertMarked(*mails.mapped("subject"), *mails.mapped("body_html"))

    def test_letters_and_class_list(self):
        course = self.env["op.course"].create({"name": "Έτος", "code": "2"})
        values = {"name": "Τάξη", "code": "2", "course_id": course.id}
        values.update(start_date="2026-01-01", end_date="2027-01-01")
        batch = self.env["op.batch"].create(values)
        for student in self.everybody:
            enrolment = {"course_id": course.id, "batch_id": batch.id}
            student.course_detail_ids = [Command.create(enrolment)]
        self._grant(self.everybody)
        for printed, report in (
            (self._as(self.everybody, self.administrator), "access_letter"),
            (self._as(batch, self.administrator), "class_list"),
        ):
            if report == "class_list":
                action = printed.action_print_portal_class_list()
            else:
                action = printed.action_print_access_letters()
            lines = action["context"]["active_ids"]
            reports = self._as(self.env["ir.actions.report"], self.administrator)
            report = f"{ADDON}.report_{report}"
            page = html.fromstring(reports._render_qweb_html(report, lines)[0])
            [letters] = page.xpath("//div[hasclass('article')]")
            self.assertFalse(self._unmarked(letters))


@tagged("post_install", "-at_install")
@needs_model("op.parent")
class TestMarkedMailOfGuardian(MarkedLanguageCase, GuardianCase):
    def test_invitation(self):
        guardian = self._create_guardian(self._create_students(2))
        guardian.partner_id.lang = LANG
        self._perform("grant", guardian)
        mail = self._access(guardian).mail_id
        self.assertFalse(self._unmarked(mail.subject) + self._unmarked(mail.body_html))
