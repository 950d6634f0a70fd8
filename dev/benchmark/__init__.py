"""What dev/bench and dev/bench-pages measure, and the bars that it keeps to."""

import json


def tell(measured, bars, as_json):
    """Print the figures and their bars, and return 1 where one misses its, else 0."""
    status = 0
    print()
    for name, figure in measured.items():
        word, bar = bars.get(name, ("", ""))
        missed = figure > bar if word == "at most" else word and figure < bar
        status |= bool(missed)
        print(f"{name:40}{figure:9.2f}  {word} {bar} {'MISSED' if missed else ''}")
    if as_json:
        print(json.dumps({name: round(figure, 3) for name, figure in measured.items()}))
    return status
