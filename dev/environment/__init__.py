"""The environment in which the commands of ``dev/`` run this addon.

``prepare()`` finds or makes all of it and returns an :class:`Environment`::

    environment = prepare()
    database = environment.databases.fresh("mine")
    environment.run_odoo(database, "--update", "openeducat_student_portal")
"""

import configparser
import os
import sys

from .console import Failed, output, say
from .databases import Databases
from .folders import ADDON, ADDONS, CHECKOUT, LOGS, STATE, link_addon
from .odoo import find_odoo
from .openeducat import find_openeducat
from .postgresql import ensure_postgresql, query
from .serving import OdooServer
from .tools import node_modules


class Environment:
    """All that it takes to run this addon.

    :ivar dict variables: the environment variables for a process that imports Odoo
    :ivar node_modules: the folder of what npm downloaded, or nothing
    :ivar Path data_folder: where Odoo keeps files
    """

    def __init__(self, odoo, openeducat, prefix):
        self.openeducat = openeducat
        self.odoo = odoo
        self.data_folder = STATE / "odoo"
        self.node_modules = node_modules()
        programs = [os.path.dirname(sys.executable), os.environ["PATH"]]
        if self.node_modules:
            # Odoo calls rtlcss for languages that are written from right to left.
            programs.insert(1, str(self.node_modules / ".bin"))
        self.variables = {
            **os.environ,
            "PATH": ":".join(programs),
            "PYTHONPATH": f"{odoo.root}:{CHECKOUT / 'dev'}",
            # No file of another Odoo, which its commands would read.
            "ODOO_RC": os.devnull,
        }
        self.databases = Databases(self, prefix)

    def configuration(self, name, peer=None, **options):
        """Write an Odoo configuration of this checkout and return its path.

        :param SmtpPeer peer: the server that receives the mails
        """
        folders = [*self.odoo.addons_folders, self.openeducat.folder, ADDONS]
        mail = {"smtp_server": "127.0.0.1", "smtp_port": peer.port} if peer else {}
        parser = configparser.ConfigParser(interpolation=None)
        parser["options"] = {
            "addons_path": ",".join(map(str, folders)),
            "data_dir": str(self.data_folder),
            "http_interface": "127.0.0.1",
            "log_level": "warn",
            "max_cron_threads": "0",
            "with_demo": "True",
            **{name: str(value) for name, value in {**mail, **options}.items()},
        }
        path = STATE / f"{name}.conf"
        with open(path, "w", encoding="utf-8") as file:
            parser.write(file)
        return path

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
        path = LOGS / f"{database}.log"
        # Commands with another OpenEduCat may be at work at the same time.
        name = f"install_{self.openeducat.label}"
        config = self.configuration(name, http_enable=False)
        odoo = [sys.executable, "-m", "odoo", command, "--config", config]
        with open(path, "w", encoding="utf-8") as log:
            run = {"env": self.variables, "input": code, "stdout": log, "stderr": log}
            try:
                output([*odoo, "--database", database, *arguments], **run)
            except Failed as error:
                last = path.read_text("utf-8").splitlines()[-40:]
                raise Failed("\n".join([f"Odoo failed; see {path}", *last])) from error
        return path.read_text("utf-8").splitlines()

    def demonstration(self, database, peer, *arguments, **options):
        """Return a server of demo data, to which the links in mails lead.

        :param arguments: more of Odoo's command line
        :param options: those of ``OdooServer``
        """
        config = self.configuration(f"serve_{database}")
        arguments = ("--max-cron-threads", "1", *arguments)
        options["env"] = self.variables
        server = OdooServer(config, database, peer, *arguments, **options)
        query(
            "INSERT INTO ir_config_parameter (key, value)"
            f" VALUES ('web.base.url', '{server.address}')"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            database,
        )
        return server


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
