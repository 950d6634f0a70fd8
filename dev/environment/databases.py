"""Databases: made once, copied ever after, made again when what is in them changes."""

import os
import shutil

from .console import say
from .folders import ADDON, CHECKOUT, fingerprint, fingerprint_files, locked
from .postgresql import query


class Databases:
    """The databases of this checkout, whose names begin with its prefix.

    The comment of each is the fingerprint of what it was made of. It is written last:
    a database whose making was interrupted is never taken for whole.
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
        """Return the name of a pristine database with this addon, to copy."""
        base = self.without_addon(with_apps)
        name = self.name("template", with_apps)
        mark = f"{self.mark_below(with_apps)} {addon_fingerprint()}"
        with locked(name):
            if not self._is_made_of(name, mark):
                say(f"Installing {ADDON} into the database {name}")
                self.copy(base, name)
                self._environment.run_odoo(name, "--init", ADDON)
                self.mark(name, mark)
        return name

    def without_addon(self, with_apps=True):
        """Return the name of a pristine database without this addon, to copy."""
        core = self.without_addon(False) if with_apps else ""
        name, mark = self.name("openeducat", with_apps), self.mark_below(with_apps)
        with locked(name):
            if not self._is_made_of(name, mark):
                modules = self._environment.openeducat.modules(with_apps)
                say(f"Installing {', '.join(modules)} into the database {name}")
                # As Odoo makes it, but for extensions, which our own server lacks.
                as_odoo = "ENCODING 'unicode' LC_COLLATE 'C'"
                self.copy(core or "template0", name, as_odoo)
                self._environment.run_odoo(name, "--init", ",".join(modules))
                self.mark(name, mark)
        return name

    def mark_below(self, with_apps):
        """Return the fingerprint of what lies below this addon."""
        odoo, openeducat = self._environment.odoo, self._environment.openeducat
        files = fingerprint_files(openeducat.folder)
        modules = openeducat.modules(with_apps)
        return fingerprint(odoo.fingerprint(), files, *modules)

    def copy(self, source, target, options=""):
        """Make ``target`` a copy of the database ``source``, files included."""
        self.drop(target)
        query(f'CREATE DATABASE "{target}" TEMPLATE "{source}" {options}')
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
