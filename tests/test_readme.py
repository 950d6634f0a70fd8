import ast
import inspect
import re
from fnmatch import fnmatch
from pathlib import Path

from odoo import http
from odoo.tests import tagged

from .common import StudentPortalCase

FOLDER = Path(__file__).resolve().parents[1]
README = FOLDER / "README.md"
OURS = "odoo.addons.openeducat_student_portal."
HOLDER = "op.student.portal.holder"
#: What is in these folders is no part of the running addon.
ASIDE = {"tests", "dev", "migrations", ".dev", ".git", "node_modules"}
CONTEXT_OF_VIEWS = re.compile(
    r"""\bcontext(?:="|: |"[^>]*>\s*|"\s+eval=")\{([^}]*)\}""", re.DOTALL
)


@tagged("post_install", "-at_install")
class TestReadme(StudentPortalCase):
    """The lists of the README that say what this addon does to Odoo are whole."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not README.is_file():
            cls.skipTest(cls, "This addon came without its README")

    def _listed(self, heading):
        """Return what stands in backticks in the first column of a section's tables.

        :return: a list of the words of each row
        """
        section = README.read_text("utf-8").partition(f"\n### {heading}\n")[2]
        return [
            re.findall(r"`([\w.*]+)`", line.split(" | ")[0])
            for line in section.partition("\n### ")[0].splitlines()
            if line.startswith("| ")
        ]

    # -- what is overridden ------------------------------------------------------

    def _listed_methods(self):
        """Return the listed methods as model.method, those of controllers alone."""
        methods = set()
        for words in self._listed("What is overridden of Odoo and OpenEduCat"):
            models, complete = [], False
            for word in words:
                if word in self.registry:
                    models, complete = [word, *(() if complete else models)], False
                else:
                    complete = True
                    of_models = models and "." not in word
                    methods.update(
                        [f"{model}.{word}" for model in models] if of_models else [word]
                    )
        return methods

    def _overridden(self, definitions, classes):
        """Return the names of the methods that our classes have of other code.

        :param definitions: the classes of one model, or a controller
        :param classes: all that the model or controller is made of
        """
        others = [each for each in classes if not each.__module__.startswith(OURS)]
        names = {name for each in others for name in vars(each)}
        return names.intersection(
            name
            for each in definitions
            if each.__module__.startswith(OURS)
            for name, value in vars(each).items()
            if inspect.isfunction(value)
        )

    def test_every_method_that_is_overridden_is_listed(self):
        listed = self._listed_methods()
        for name, model in self.registry.items():
            # What other models of ours do is no matter of Odoo's.
            if name == HOLDER or not name.startswith("op.student.portal."):
                for method in self._overridden(model._base_classes__, model.__mro__):
                    self.assertIn(f"{name}.{method}", listed)
        controllers = [http.Controller]
        for controller in controllers:
            controllers += controller.__subclasses__()
            for method in self._overridden([controller], controller.__mro__):
                self.assertIn(method, listed)

    def test_every_listed_method_is_ours(self):
        for method in self._listed_methods():
            model, _dot, name = method.rpartition(".")
            if model in self.registry:
                classes = self.registry[model].__mro__
                ours = [each for each in classes if each.__module__.startswith(OURS)]
                self.assertTrue(any(name in vars(each) for each in ours), method)

    # -- the context -------------------------------------------------------------

    def _texts(self, *patterns):
        """Return the texts of the files of the running addon."""
        for path in filter(Path.is_file, FOLDER.rglob("*")):
            folders = path.relative_to(FOLDER).parts
            if not ASIDE.intersection(folders) and path.suffix in patterns:
                yield path.read_text("utf-8")

    def _context_keys(self):
        """Return the keys that this addon writes into contexts, or reads from them."""
        keys = set()
        for text in self._texts(".py"):
            for node in ast.walk(ast.parse(text)):
                keys |= self._context_keys_of(node)
        for text in self._texts(".xml", ".js"):
            for written in CONTEXT_OF_VIEWS.findall(text):
                keys.update(re.findall(r"(?:'|\"|\s)(\w+)['\"]?:\s", f" {written}"))
            keys.update(re.findall(r"\bcontext\.get\('(\w+)'", text))
        return keys

    def _context_keys_of(self, node):
        keys, contexts = set(), []
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "context":
                    contexts.append(value)
        elif isinstance(node, ast.Call):
            contexts += [each.value for each in node.keywords if each.arg == "context"]
            function = ast.unparse(node.func)
            if function.endswith(".with_context"):
                keys.update(each.arg for each in node.keywords if each.arg)
                contexts += node.args
            elif re.search(r"\bcontext\.get$", function):
                keys.add(node.args[0].value)
        for each in (each for context in contexts for each in ast.walk(context)):
            if isinstance(each, ast.Dict):
                keys.update(key.value for key in filter(None, each.keys))
        return keys

    def test_every_key_of_a_context_is_listed_and_ours_have_our_prefix(self):
        used = self._context_keys()
        listed = {word for words in self._listed("Context keys") for word in words}
        for key in used:
            self.assertTrue(any(fnmatch(key, each) for each in listed), key)
        self.assertLess({each for each in listed if each.startswith("student_")}, used)
