"""The environment in which the commands of ``dev/`` run this addon.

``prepare()`` finds or makes all of it and returns an :class:`Environment`::

    environment = prepare()
    template = environment.databases.template(with_apps=True)
    environment.databases.copy(template, "mine")
    environment.run_odoo("mine", "--update", "openeducat_student_portal")
"""

import configparser
import os
import subprocess
import sys
from pathlib import Path

from .browser import node_modules
from .console import Failed, say
from .databases import Databases
from .folders import ADDON, ADDONS, STATE, link_addon
from .odoo_source import find_odoo
from .openeducat import find_openeducat
from .postgresql import ensure_postgresql

LOGS = STATE / "logs"


class Environment:
    """All that it takes to run this addon.

    :ivar Path python: the interpreter with Odoo's libraries
    :ivar dict variables: the environment variables for Odoo's process
    :ivar node_modules: the folder of what npm downloaded, or nothing
    :ivar Path data_folder: where Odoo keeps files
    """

    def __init__(self, odoo, openeducat, server):
        self.python = Path(sys.executable)
        self.odoo = odoo
        self.openeducat = openeducat
        self.server = server
        self.data_folder = STATE / "odoo"
        self.node_modules = node_modules()
        programs = [str(self.python.parent), os.environ["PATH"]]
        if self.node_modules:
            # Odoo calls rtlcss for languages that are written from right to left.
            programs.insert(1, str(self.node_modules / ".bin"))
        self.variables = {
            **os.environ,
            "PATH": ":".join(programs),
            "PYTHONPATH": str(odoo.root),
            # No file of another Odoo, which its commands would read.
            "ODOO_RC": os.devnull,
        }
        self.databases = Databases(self)

    def configuration(self, name, **options):
        """Write an Odoo configuration of this checkout and return its path."""
        folders = [*self.odoo.addons_folders, self.openeducat.folder, ADDONS]
        parser = configparser.ConfigParser(interpolation=None)
        parser["options"] = {
            "addons_path": ",".join(map(str, folders)),
            "data_dir": str(self.data_folder),
            "http_interface": "127.0.0.1",
            "log_level": "warn",
            "max_cron_threads": "0",
            "with_demo": "True",
            **{name: str(value) for name, value in options.items()},
        }
        path = STATE / f"{name}.conf"
        with open(path, "w", encoding="utf-8") as file:
            parser.write(file)
        return path

    def command(self, *arguments):
        """Return the command that runs Odoo."""
        return [str(self.python), "-m", "odoo", *map(str, arguments)]

    def run_odoo(self, database, *arguments, tell_warnings=False):
        """Run Odoo once on a database, and wait until it is done.

        :param bool tell_warnings: whether to print the warnings that it logs
        :raise Failed: when it fails, with the end of what it logged
        """
        lines = self._logged(database, "server", "--stop-after-init", *arguments)
        for line in lines if tell_warnings else ():
            if ADDON in line and (" WARNING " in line or " ERROR " in line):
                say(line)

    def run_code(self, database, code):
        """Run Python code in Odoo's shell, which gives it ``env``, and commit.

        :raise Failed: when it fails, with the end of what was logged
        """
        self._logged(database, "shell", code=f"{code}\nenv.cr.commit()\n")

    def _logged(self, database, command, *arguments, code=""):
        LOGS.mkdir(parents=True, exist_ok=True)
        log = LOGS / f"{database}.log"
        # Commands with another OpenEduCat may be at work at the same time.
        configuration = self.configuration(
            f"install_{self.openeducat.label}", http_enable=False
        )
        options = ["--config", configuration, "--database", database, *arguments]
        with open(log, "w", encoding="utf-8") as file:
            done = subprocess.run(
                self.command(command, *options),
                env=self.variables,
                input=code,
                text=True,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
            )
        lines = log.read_text(encoding="utf-8").splitlines()
        if done.returncode:
            raise Failed(
                f"Odoo failed, and logged this to {log}:\n" + "\n".join(lines[-40:])
            )
        return lines


def prepare():
    """Find or make all that it takes to run this addon.

    :raise Missing: when a prerequisite is missing, with the command that gets it
    :raise Failed: when a step fails
    """
    STATE.mkdir(exist_ok=True)
    odoo = find_odoo()
    say(f"Odoo is {odoo.description} ({odoo.root})")
    openeducat = find_openeducat()
    say(f"OpenEduCat is {openeducat.description}")
    link_addon()
    return Environment(odoo, openeducat, ensure_postgresql())
