"""Databases with their files: copied, dropped, marked with what they are made of."""

import os
import shutil

from .folders import DATA
from .postgresql import query

FILESTORE = DATA / "filestore"


def copy(source, target):
    drop(target)
    query(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    # Odoo never writes into a stored file: a link is as good as a copy.
    shutil.copytree(FILESTORE / source, FILESTORE / target, copy_function=os.link)
    return target


def drop(name):
    query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def mark(name, made_of):
    """Write down what a database is made of, last: now it is whole."""
    query(f"COMMENT ON DATABASE \"{name}\" IS '{made_of}'")


def marked(name):
    """Return what a database is made of; empty when it is not there or whole."""
    rows = query(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        f" WHERE datname = '{name}'"
    )
    return rows and (FILESTORE / name).is_dir() and rows[0][0] or ""
