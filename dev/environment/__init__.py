"""The environment in which the commands of ``dev/`` run this addon."""

import configparser
import contextlib
import os
import subprocess

from . import databases, folders
from .console import Failed, say
from .folders import ADDON, STATE, fingerprint, fingerprint_files, locked
from .odoo import find_odoo
from .openeducat import find_openeducat, modules_of
from .postgresql import ensure_postgresql, query
from .serving import OdooServer, free_port, odoo_command
from .smtp_peer import SmtpPeer
from .tools import node_modules

LINKS = "UPDATE ir_config_parameter SET value = '{}' WHERE key = 'web.base.url'"


@contextlib.contextmanager
def prepared(purpose):
    """Find or make all that it takes to run this addon, for one process at a time."""
    with locked(purpose), SmtpPeer(STATE / "mails" / purpose) as peer:
        folders.link_addon()
        yield Environment(peer)


class Environment:
    """All that it takes to run this addon.

    A database is made once, then copied, and made again when what is in it changes.

    :ivar dict variables: the environment variables for a process that imports Odoo
    :ivar SmtpPeer peer: the server that receives the mails
    """

    def __init__(self, peer):
        self.peer = peer
        odoo = find_odoo()
        self.openeducat = find_openeducat()
        self.node_modules = node_modules()
        self._prefix = ensure_postgresql()
        self._odoo = fingerprint_files(odoo, "static", "tests", "i18n")
        self.variables = {
            **os.environ,
            # Odoo calls rtlcss for languages that are written from right to left.
            "PATH": f"{self.node_modules}/.bin:{os.environ['PATH']}",
            "PYTHONPATH": f"{odoo}:{folders.CHECKOUT / 'dev'}",
            # To compile Odoo takes as long as to load it.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(folders.cache() / "bytecode"),
        }

    def database(self, purpose, with_apps=True):
        """Return the name of this checkout's database for a purpose."""
        # Each OpenEduCat has databases of its own.
        folder = fingerprint(self.openeducat)[:6]
        return f"{self._prefix}_{purpose}_{'all' if with_apps else 'core'}_{folder}"

    def fresh(self, purpose, with_apps=True):
        template = self.template(with_apps)
        return databases.copy(template, self.database(purpose, with_apps))

    def template(self, with_apps=True):
        """Return the name of a pristine database with this addon, to copy."""
        base = self.without_addon(with_apps)
        made_of = f"{self.below(with_apps)} {folders.addon_fingerprint()}"
        return self._kept(self.database("template", with_apps), base, [ADDON], made_of)

    def without_addon(self, with_apps=True):
        core = self.without_addon(False) if with_apps else None
        modules = modules_of(self.openeducat, with_apps)
        name = self.database("openeducat", with_apps)
        return self._kept(name, core, modules, self.below(with_apps))

    def below(self, with_apps):
        files = fingerprint_files(self.openeducat)
        return fingerprint(self._odoo, files, *modules_of(self.openeducat, with_apps))

    def _kept(self, name, base, modules, made_of):
        """Install modules in a copy of a database unless that was done already."""
        with locked(name):
            if databases.marked(name) != made_of:
                say(f"Installing {', '.join(modules)} into the database {name}")
                if base:
                    databases.copy(base, name)
                else:  # Odoo makes it
                    databases.drop(name)
                self.run_odoo(name, "--init", ",".join(modules))
                databases.mark(name, made_of)
        return name

    def configuration(self, name, **options):
        parser = configparser.ConfigParser(interpolation=None)
        parser["options"] = {
            "addons_path": f"{self.openeducat},{folders.LINK.parent}",
            "data_dir": folders.DATA,
            "http_interface": "127.0.0.1",
            "log_level": "warn",
            "max_cron_threads": "0",
            "smtp_server": "127.0.0.1",
            "smtp_port": self.peer.port,
            "with_demo": "True",
            **options,
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
        options = {"db_name": database, "http_port": free_port()}
        config = self.configuration(f"install_{database}", **options)
        odoo = odoo_command(config, *arguments, command=command)
        with open(path, "w", encoding="utf-8") as log:
            run = {"input": code, "stdout": log, "stderr": log, "env": self.variables}
            done = subprocess.run(odoo, text=True, check=False, **run)
        if done.returncode:
            last = path.read_text("utf-8").splitlines()[-40:]
            raise Failed("\n".join([f"Odoo failed; see {path}", *last]))

    def log_of(self, database):
        return STATE / f"{database}.log"

    def demonstration(self, database, *arguments, **options):
        """Return an ``OdooServer`` of demo data, to which the links in mails lead."""
        config = self.configuration(f"serve_{database}", max_cron_threads=1)
        options["env"] = self.variables
        server = OdooServer(config, database, self.peer, *arguments, **options)
        query(LINKS.format(server.address), database)
        return server
