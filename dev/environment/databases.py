"""Databases: made once, copied ever after, made anew when what is in them changes."""

import os
import shutil

from .console import say
from .folders import ADDON, CHECKOUT, STATE, fingerprint, fingerprint_files, locked


class Databases:
    """The databases of this checkout.

    Each carries, as its comment, the fingerprint of what it was made of. It is
    written last, so a database whose making was interrupted is never taken for whole.
    """

    def __init__(self, environment):
        self.environment = environment
        self.server = environment.server
        self.filestore = environment.data_folder / "filestore"

    def name(self, purpose, with_apps):
        """Return the name of this checkout's database for a purpose."""
        apps = "all" if with_apps else "core"
        label = self.environment.openeducat.label
        return f"{self.server.prefix}_{purpose}_{apps}_{label}"

    def template(self, with_apps):
        """Return the name of a pristine database to copy.

        It holds Odoo, OpenEduCat, their demo data, and this addon with its own.

        :param bool with_apps: all of OpenEduCat's apps, or its core alone
        """
        with locked("databases", STATE):
            base = self._openeducat(with_apps)
            mark = fingerprint(self.without_addon_mark(with_apps), addon_fingerprint())
            name = self.name("template", with_apps)
            if not self._is_made_of(name, mark):
                say(f"Installing {ADDON} into the database {name}")
                self.copy(base, name)
                self.environment.run_odoo(name, "--init", ADDON, tell_warnings=True)
                self.mark(name, mark)
            return name

    def without_addon(self, with_apps):
        """Return the name of a pristine database without this addon, to copy."""
        with locked("databases", STATE):
            return self._openeducat(with_apps)

    def without_addon_mark(self, with_apps):
        """Return the fingerprint of what lies below this addon."""
        odoo, openeducat = self.environment.odoo, self.environment.openeducat
        modules = openeducat.modules(with_apps)
        return fingerprint(odoo.fingerprint(), openeducat.fingerprint(), *modules)

    def _openeducat(self, with_apps):
        name = self.name("openeducat", with_apps)
        mark = self.without_addon_mark(with_apps)
        if self._is_made_of(name, mark):
            return name
        if with_apps:
            core = self._openeducat(False)
            say(f"Installing OpenEduCat's apps into the database {name}")
            self.copy(core, name)
        else:
            say(f"Installing Odoo and OpenEduCat's core into the database {name}")
            self.drop(name)
            # As Odoo does, but for the extensions, which the embedded server lacks.
            self.server.query(
                f'CREATE DATABASE "{name}"'
                " TEMPLATE template0 ENCODING 'unicode' LC_COLLATE 'C'"
            )
        modules = self.environment.openeducat.modules(with_apps)
        self.environment.run_odoo(name, "--init", ",".join(modules))
        self.mark(name, mark)
        return name

    def copy(self, source, target):
        """Make ``target`` a copy of the database ``source``, files included."""
        self.drop(target)
        self.server.query(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        files = self.filestore / source
        if files.is_dir():
            # Odoo never writes into a stored file: a link is as good as a copy.
            shutil.copytree(files, self.filestore / target, copy_function=os.link)

    def drop(self, name):
        """Drop a database if it is there, with its files and its connections."""
        self.server.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.filestore / name, ignore_errors=True)

    def mark(self, name, mark):
        """Write down what a database is made of."""
        self.server.query(f"COMMENT ON DATABASE \"{name}\" IS '{mark}'")

    def marked(self, name):
        """Return what a database is made of; empty when it is not there or whole."""
        rows = self.server.query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            f" WHERE datname = '{name}'"
        )
        return rows and rows[0][0] or ""

    def _is_made_of(self, name, mark):
        return self.marked(name) == mark and (self.filestore / name).is_dir()


def addon_fingerprint():
    """Return a fingerprint of what this addon puts into a database."""
    # Odoo serves these from the disk.
    served = (".js", ".css", ".scss", ".md", ".toml")
    return fingerprint_files(
        CHECKOUT,
        ignored=("dev", "tests", "node_modules"),
        counts=lambda name: not name.endswith(served),
    )
