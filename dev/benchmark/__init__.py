"""What dev/bench and dev/bench-pages measure, and the bars that it keeps to."""

import json
import math
from typing import NamedTuple


class Figure(NamedTuple):
    """A figure, and what it may be at most, or has to be at least."""

    label: str
    at_most: float = math.inf
    at_least: float = 0

    def holds(self, measured):
        return self.at_least <= measured <= self.at_most

    def __str__(self):
        if self.at_least:
            return f"at least {self.at_least:g}"
        return "" if math.isinf(self.at_most) else f"at most {self.at_most:g}"


def tell(table, measured, as_json):
    """Print the figures, and return 1 where one is over its bar, else 0."""
    print(f"\n{'figure':60} {'measured':>9}   bar")
    for name, figure in table.items():
        verdict = "" if figure.holds(measured[name]) else "   OVER"
        print(f"{figure.label:60} {measured[name]:9.2f}   {figure}{verdict}")
    if as_json:
        print(json.dumps({name: round(measured[name], 3) for name in table}))
    return int(not all(table[name].holds(measured[name]) for name in table))
