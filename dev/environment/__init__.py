"""The environment in which the commands of ``dev/`` run this addon."""

import configparser
import contextlib
import os
import sys

from .console import Failed, output, say
from .databases import Databases
from .folders import ADDON, ADDONS, CHECKOUT, LOGS, STATE, cache, link_addon, locked
from .odoo import find_odoo
from .openeducat import find_openeducat
from .postgresql import ensure_postgresql, query
from .serving import OdooServer
from .smtp_peer import SmtpPeer
from .tools import node_modules


@contextlib.contextmanager
def prepared(purpose):
    """Find or make all that it takes to run this addon, for one process at a time."""
    with locked(purpose), SmtpPeer(STATE / "mails" / purpose) as peer:
        LOGS.mkdir(exist_ok=True)
        link_addon()
        yield Environment(peer)


class Environment:
    """All that it takes to run this addon.

    :ivar dict variables: the environment variables for a process that imports Odoo
    :ivar SmtpPeer peer: the server that receives the mails
    """

    def __init__(self, peer):
        self.peer = peer
        self.odoo = find_odoo()
        say(f"Odoo is {self.odoo.description} ({self.odoo.root})")
        self.openeducat = find_openeducat()
        say(f"OpenEduCat is {self.openeducat.description}")
        self.data_folder = STATE / "odoo"
        self.node_modules = node_modules()
        self.databases = Databases(self, ensure_postgresql())
        programs = [os.path.dirname(sys.executable), os.environ["PATH"]]
        if self.node_modules:
            # Odoo calls rtlcss for languages that are written from right to left.
            programs.insert(1, str(self.node_modules / ".bin"))
        self.variables = {
            **os.environ,
            "PATH": ":".join(programs),
            "PYTHONPATH": f"{self.odoo.root}:{CHECKOUT / 'dev'}",
            # No file of another Odoo, which its commands would read.
            "ODOO_RC": os.devnull,
            # To compile Odoo takes as long as to load it.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(cache() / "bytecode"),
        }

    def configuration(self, name, **options):
        """Write an Odoo configuration of this checkout and return its path."""
        parser = configparser.ConfigParser(interpolation=None)
        parser["options"] = {
            "addons_path": f"{self.openeducat.folder},{ADDONS}",
            "data_dir": str(self.data_folder),
            "http_interface": "127.0.0.1",
            "log_level": "warn",
            "max_cron_threads": "0",
            "smtp_server": "127.0.0.1",
            "smtp_port": str(self.peer.port),
            "with_demo": "True",
            **{name: str(value) for name, value in options.items()},
        }
        path = STATE / f"{name}.conf"
        with open(path, "w", encoding="utf-8") as file:
            parser.write(file)
        return path

    def run_odoo(self, database, *arguments):
        """Run Odoo once on a database, and tell what it warns of in this addon."""
        self._run(database, "server", "--stop-after-init", *arguments)
        for line in self.log_of(database).read_text("utf-8").splitlines():
            if ADDON in line and (" WARNING " in line or " ERROR " in line):
                say(line)

    def run_code(self, database, code):
        """Run Python code in Odoo's shell, which gives it ``env``, and commit."""
        self._run(database, "shell", code=f"{code}\nenv.cr.commit()\n")

    def _run(self, database, command, *arguments, code=""):
        path = self.log_of(database)
        config = self.configuration(f"install_{database}", http_enable=False)
        odoo = [sys.executable, "-m", "odoo", command, "--config", config]
        with open(path, "w", encoding="utf-8") as log:
            run = {"env": self.variables, "input": code, "stdout": log, "stderr": log}
            try:
                output([*odoo, "--database", database, *arguments], **run)
            except Failed as error:
                last = path.read_text("utf-8").splitlines()[-40:]
                raise Failed("\n".join([f"Odoo failed; see {path}", *last])) from error

    def log_of(self, database):
        """Return the path of what Odoo logs on a database."""
        return LOGS / f"{database}.log"

    def demonstration(self, database, *arguments, **options):
        """Return an ``OdooServer`` of demo data, to which the links in mails lead."""
        config = self.configuration(f"serve_{database}")
        arguments = ("--max-cron-threads", "1", *arguments)
        options["env"] = self.variables
        server = OdooServer(config, database, self.peer, *arguments, **options)
        query(
            "INSERT INTO ir_config_parameter (key, value)"
            f" VALUES ('web.base.url', '{server.address}')"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            database,
        )
        return server
