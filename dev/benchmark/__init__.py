"""What dev/bench and dev/bench-pages measure, and the bars that it keeps to."""

import json
import math
from typing import NamedTuple


class Figure(NamedTuple):
    """A figure, and what it may be at most, or has to be at least."""

    label: str
    at_most: float = math.inf
    at_least: float = 0


def tell(table, measured, as_json):
    """Print the figures, and return 1 where one is over its bar, else 0."""
    status = 0
    print(f"\n{'figure':60} {'measured':>9} {'at least':>9} {'at most':>9}")
    for name, (label, at_most, at_least) in table.items():
        figure = measured[name]
        over = not at_least <= figure <= at_most
        status |= over
        verdict = "OVER" if over else ""
        print(f"{label:60} {figure:9.2f} {at_least:9g} {at_most:9g} {verdict}")
    if as_json:
        print(json.dumps({name: round(measured[name], 3) for name in table}))
    return status
