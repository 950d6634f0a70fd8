"""Databases: made once, copied ever after, made again when what is in them changes."""

import os
import shutil

from .console import say
from .folders import ADDON, CHECKOUT, fingerprint, fingerprint_files, locked
from .postgresql import query


class Databases:
    """The databases of this checkout.

    Each carries, as its comment, the fingerprint of what it was made of. It is
    written last, so a database whose making was interrupted is never taken for whole.

    :param Environment environment: what they are made with
    :param str prefix: how their names begin
    """

    def __init__(self, environment, prefix):
        self._environment = environment
        self._prefix = prefix
        self._filestore = environment.data_folder / "filestore"

    def name(self, purpose, with_apps=True):
        """Return the name of this checkout's database for a purpose."""
        label = self._environment.openeducat.label
        return f"{self._prefix}_{purpose}_{'all' if with_apps else 'core'}_{label}"

    def fresh(self, purpose, with_apps=True):
        """Make a database for a purpose, with demo data, and return its name."""
        name = self.name(purpose, with_apps)
        self.copy(self.template(with_apps), name)
        return name

    def template(self, with_apps=True):
        """Return the name of a pristine database to copy.

        It holds Odoo, OpenEduCat, their demo data, and this addon with its own.

        :param bool with_apps: all of OpenEduCat's apps, or its core alone
        """
        with locked("databases"):
            base = self._openeducat(with_apps)
            mark = f"{self.mark_below(with_apps)} {addon_fingerprint()}"
            name = self.name("template", with_apps)
            if not self._is_made_of(name, mark):
                say(f"Installing {ADDON} into the database {name}")
                self.copy(base, name)
                self._environment.run_odoo(name, "--init", ADDON, tell_warnings=True)
                self.mark(name, mark)
            return name

    def without_addon(self):
        """Return the name of a pristine database without this addon, to copy."""
        with locked("databases"):
            return self._openeducat(with_apps=True)

    def mark_below(self, with_apps):
        """Return the fingerprint of what lies below this addon."""
        odoo, openeducat = self._environment.odoo, self._environment.openeducat
        files = fingerprint_files(openeducat.folder)
        modules = openeducat.modules(with_apps)
        return fingerprint(odoo.fingerprint(), files, *modules)

    def _openeducat(self, with_apps):
        name, mark = self.name("openeducat", with_apps), self.mark_below(with_apps)
        if self._is_made_of(name, mark):
            return name
        if with_apps:
            core = self._openeducat(False)
            say(f"Installing OpenEduCat's apps into the database {name}")
            self.copy(core, name)
        else:
            say(f"Installing Odoo and OpenEduCat's core into the database {name}")
            # As Odoo does, but for the extensions, which the embedded server lacks.
            self.drop(name)
            made_of = "TEMPLATE template0 ENCODING 'unicode' LC_COLLATE 'C'"
            query(f'CREATE DATABASE "{name}" {made_of}')
        modules = self._environment.openeducat.modules(with_apps)
        self._environment.run_odoo(name, "--init", ",".join(modules))
        self.mark(name, mark)
        return name

    def copy(self, source, target):
        """Make ``target`` a copy of the database ``source``, files included."""
        self.drop(target)
        query(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        files = self._filestore / source
        if files.is_dir():
            # Odoo never writes into a stored file: a link is as good as a copy.
            shutil.copytree(files, self._filestore / target, copy_function=os.link)

    def drop(self, name):
        """Drop a database if it is there, with its files and its connections."""
        query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self._filestore / name, ignore_errors=True)

    def mark(self, name, mark):
        """Write down what a database is made of."""
        query(f"COMMENT ON DATABASE \"{name}\" IS '{mark}'")

    def marked(self, name):
        """Return what a database is made of; empty when it is not there or whole."""
        rows = query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            f" WHERE datname = '{name}'"
        )
        return rows and rows[0][0] or ""

    def _is_made_of(self, name, mark):
        return self.marked(name) == mark and (self._filestore / name).is_dir()


def addon_fingerprint():
    """Return a fingerprint of what this addon puts into a database."""
    return fingerprint_files(CHECKOUT, "dev", "tests", "node_modules")
