"""What dev/bench and dev/bench-pages measure, and the bars that it keeps to."""

import json
from typing import NamedTuple


class Figure(NamedTuple):
    """A figure, and what it may be at most, or has to be at least."""

    label: str
    at_most: float | None = None
    at_least: float | None = None

    def holds(self, measured):
        return (self.at_most is None or measured <= self.at_most) and (
            self.at_least is None or measured >= self.at_least
        )

    def __str__(self):
        bars = {"at most": self.at_most, "at least": self.at_least}
        return "".join(f"{word} {bar:g}" for word, bar in bars.items() if bar)


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
