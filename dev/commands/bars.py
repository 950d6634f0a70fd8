"""What the benchmarks have in common: their options, their bars, how they tell both."""

import argparse
import json
from typing import NamedTuple


class Bar(NamedTuple):
    """What a figure may be."""

    label: str
    limit: float
    at_least: bool = False

    def holds(self, figure):
        """Tell whether the figure keeps to it."""
        return figure >= self.limit if self.at_least else figure <= self.limit

    def __str__(self):
        return f"{'at least' if self.at_least else 'at most'} {self.limit:g}"


def wants_json(command, description, arguments):
    """Read a benchmark's arguments: tell whether it is to print JSON, too.

    :param str command: how it is called
    :param str description: what it measures
    :param list arguments: as they stand on the command line
    """
    parser = argparse.ArgumentParser(
        prog=command,
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--json", action="store_true", help="print one flat object on the last line"
    )
    return parser.parse_args(arguments).json


def tell(bars, figures, as_json):
    """Print the figures beside their bars, and as JSON on the last line if wanted.

    :param dict bars: the Bar of each figure, by its name
    :param dict figures: the figures, by name
    :return: the command's exit status, 1 where a figure is over its bar
    """
    print(f"\n{'figure':56} {'measured':>9}   bar")
    for name, bar in bars.items():
        verdict = "" if bar.holds(figures[name]) else "   OVER"
        print(f"{bar.label:56} {figures[name]:9.2f}   {bar}{verdict}")
    if as_json:
        print(json.dumps({name: round(figures[name], 3) for name in bars}))
    return int(not all(bar.holds(figures[name]) for name, bar in bars.items()))
