"""The commands: one module for each, with a function ``main(arguments)``."""

import argparse


def command_parser(name, description, **options):
    """Return a parser of a command's arguments, whose help is the description."""
    style = argparse.RawDescriptionHelpFormatter
    options |= {"description": description, "formatter_class": style}
    return argparse.ArgumentParser(prog=f"dev/{name}", **options)
