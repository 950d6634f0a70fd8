"""What the benchmarks have in common: their figures, their bars, how they tell both."""

import json
from typing import NamedTuple

from commands import command_parser


class Figure(NamedTuple):
    """A figure, and what it may be at most, or has to be at least."""

    label: str
    limit: float | None = None
    at_least: bool = False

    def holds(self, measured):
        if self.limit is None:
            return True
        return measured >= self.limit if self.at_least else measured <= self.limit

    def __str__(self):
        if self.limit is None:
            return ""
        return f"{'at least' if self.at_least else 'at most'} {self.limit:g}"


def wants_json(name, description, arguments):
    """Read a benchmark's arguments: tell whether it is to print JSON, too."""
    parser = command_parser(name, description)
    parser.add_argument(
        "--json", action="store_true", help="print one flat object on the last line"
    )
    return parser.parse_args(arguments).json


def tell(table, measured, as_json):
    """Print the figures beside their bars, and as JSON on the last line if wanted.

    :return: the command's exit status, 1 where a figure is over its bar
    """
    print(f"\n{'figure':60} {'measured':>9}   bar")
    for name, figure in table.items():
        verdict = "" if figure.holds(measured[name]) else "   OVER"
        print(f"{figure.label:60} {measured[name]:9.2f}   {figure}{verdict}")
    if as_json:
        print(json.dumps({name: round(measured[name], 3) for name in table}))
    return int(not all(table[name].holds(measured[name]) for name in table))
