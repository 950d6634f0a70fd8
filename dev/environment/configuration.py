"""Odoo's configuration file, and the folder through which Odoo finds this addon."""

import configparser

from .folders import ADDON, CHECKOUT, STATE

# Odoo and pytest know an addon by its folder's name, and a checkout may have any.
ADDONS = STATE / "addons"
LINK = ADDONS / ADDON
NO_PARTS = {STATE.name, ".git", "__pycache__"}


def link_addon():
    """Make the folder that bears the addon's name, and return it.

    It has a link to each part of the checkout. A link to the checkout itself would lie
    within itself, and whoever walks the addon would not come to an end.
    """
    if LINK.is_symlink():
        LINK.unlink()
    LINK.mkdir(parents=True, exist_ok=True)
    parts = {path.name for path in CHECKOUT.iterdir() if path.name not in NO_PARTS}
    for link in LINK.iterdir():
        # What is no link was left there by who ran in it, as the cache of Python is.
        if link.is_symlink() and (
            link.name not in parts or link.readlink() != CHECKOUT / link.name
        ):
            link.unlink()
    for name in sorted(parts):
        if not (LINK / name).is_symlink():
            (LINK / name).symlink_to(CHECKOUT / name)
    return LINK


def write_configuration(name, options):
    """Write the configuration file ``name`` and return its path.

    :param dict options: Odoo's options, by name
    """
    parser = configparser.ConfigParser(interpolation=None)
    parser["options"] = {key: str(value) for key, value in options.items()}
    path = STATE / f"{name}.conf"
    with open(path, "w", encoding="utf-8") as file:
        parser.write(file)
    return path
