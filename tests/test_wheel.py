import configparser
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from unittest import SkipTest

from odoo.tests import BaseCase, tagged

from ..dev.environment.serving import odoo_command
from .odoo_server import CONFIGURATION, TEMPLATE, Database

ADDON = "openeducat_student_portal"
CHECKOUT = Path(__file__).resolve().parents[1]
#: What no server needs of a checkout, and what is found there beside its files.
NOT_SHIPPED = ("dev", "docs", "tests", "node_modules", "CHANGELOG.md", "README.md")
NOT_SHIPPED += ("LICENSE", "pyproject.toml", "test-requirements.txt", "static/tests")


@tagged("post_install", "-at_install", "slow")
class TestWheel(BaseCase):
    """The wheel is built from a checkout with any name, and installed with pip."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not importlib.util.find_spec("hatchling"):
            raise SkipTest("The wheel is built with hatchling: pip install hatchling")
        folder = Path(tempfile.mkdtemp(prefix="wheel-"))
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.checkout = folder / "any name"
        ignored = shutil.ignore_patterns(".*", "__pycache__", "node_modules")
        shutil.copytree(CHECKOUT, cls.checkout, ignore=ignored)
        # Nothing is downloaded, hatchling being there.
        build = ("wheel", "--no-build-isolation", "--wheel-dir", folder)
        cls._pip(*build, cls.checkout)
        [cls.wheel] = folder.glob("*.whl")
        cls.site = folder / "site-packages"
        cls._pip("install", "--target", cls.site, cls.wheel)

    @classmethod
    def _pip(cls, command, *arguments):
        options = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps")
        pip = [sys.executable, "-m", "pip", command, *options, *map(str, arguments)]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"{pip} failed:\n{done.stdout}{done.stderr}")

    def test_holds_what_a_server_needs_and_no_more(self):
        checkout = {
            path.relative_to(self.checkout).as_posix()
            for path in self.checkout.rglob("*")
            if path.is_file()
        }
        needed = {
            f"odoo/addons/{ADDON}/{name}"
            for name in checkout
            if not any(f"{name}/".startswith(f"{each}/") for each in NOT_SHIPPED)
        }
        with zipfile.ZipFile(self.wheel) as wheel:
            names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        self.assertEqual(names, needed)
        self.assertIn(f"odoo/addons/{ADDON}/__manifest__.py", names)

    def test_has_the_version_of_the_addon_and_needs_its_libraries(self):
        manifest = self.checkout / "__manifest__.py"
        manifest = eval(manifest.read_text("utf-8"))  # pylint: disable=eval-used
        self.assertIn(f"-{manifest['version']}-", self.wheel.name)
        with zipfile.ZipFile(self.wheel) as wheel:
            [name] = (name for name in wheel.namelist() if name.endswith("/METADATA"))
            metadata = wheel.read(name).decode()
        for library in manifest["external_dependencies"]["python"]:
            self.assertIn(f"Requires-Dist: {library}\n", metadata)

    def test_addon_is_installed_from_it(self):
        for variable in (CONFIGURATION, TEMPLATE):
            if not os.environ.get(variable):
                self.skipTest(f"{variable} is not set: dev/test sets it")
        # Odoo with OpenEduCat, and without the addon.
        template = os.environ[TEMPLATE].replace("_template_", "_openeducat_")
        database = Database(f"{template}_wheel_{os.getpid()}")
        database.copy_of(template)
        self.addCleanup(database.drop)
        # Odoo finds what is installed beside it, and no other copy: the checkout is
        # taken off its paths.
        config = configparser.ConfigParser(interpolation=None)
        config.read(os.environ[CONFIGURATION], "utf-8")
        paths = config["options"]["addons_path"].split(",")
        paths = [path for path in paths if not (Path(path) / ADDON).exists()]
        config["options"].update(addons_path=",".join(paths), db_name=database.name)
        path = self.site / "odoo.conf"
        with path.open("w", encoding="utf-8") as file:
            config.write(file)
        sources = [str(self.site), os.environ["PYTHONPATH"]]
        done = subprocess.run(
            odoo_command(
                *(path, "--init", ADDON, "--stop-after-init", "--no-http"),
                *("--log-level", "info"),
            ),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sources)},
            cwd=self.site,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        wrong = [
            line
            for line in done.stderr.splitlines()
            if (" WARNING " in line or " ERROR " in line) and ADDON in line
        ]
        self.assertFalse(wrong)
        [(state, version)] = database.query(
            "SELECT state, latest_version FROM ir_module_module WHERE name = %s", ADDON
        )
        self.assertEqual(state, "installed", done.stderr)
        self.assertIn(version, self.wheel.name)
        self.assertTrue(
            database.value("SELECT count(*) FROM op_student_portal_section")
        )
