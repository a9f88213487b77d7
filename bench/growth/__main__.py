"""What a request costs Ogrom as something grows: `./dev bench growth [--things routes,rows] [--rounds 5]`.

All sizes of a thing are up together and loaded in turn, round after round; the cost of a request is compared with the
smallest of the same round. The database of a million products is made once, which takes a while, and kept in .nox.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bench.database import exported, stocked
from bench.measure.options import chosen, command, minutes, parser
from bench.measure.report import Report
from bench.measure.targets import verdicts

from .measuring import WARM_UP, measured
from .shown import charts, figures, goals, table
from .things import things

NAME = "growth"
_START = 3.0
_AROUND_WRK = 0.15
_DATABASE = 10.0


def main(arguments: list[str]) -> None:
    """Measure and show."""
    reader = parser(NAME, __doc__, rounds=5, seconds=1)
    reader.add_argument("--things", help="only these, between commas: routes, locales, rows, links, sizes")
    options = reader.parse_args(arguments)
    count = 1 if options.quick else options.rounds
    console = Console(width=130)
    with TemporaryDirectory() as folder:
        with stocked() as url:
            catalogue = exported(url, Path(folder))
        known = {each.name: each for each in things(catalogue, quick=options.quick)}
        grown = chosen(known, options.things, known)
        number = sum(len(each.sizes) for each in grown.values())
        planned = minutes(_DATABASE + number * (_START + WARM_UP + count * (options.seconds + _AROUND_WRK)))
        console.print(f"{NAME}: {', '.join(grown)}, {count} rounds, about {planned}")
        found = {}
        for name, thing in grown.items():
            console.print(f"{name}: {', '.join(f'{each.size:,}' for each in thing.sizes)}; {thing.told}")
            found[name] = measured(thing, count, options.seconds)
    shown = [table(found), verdicts(goals(found, grown))]
    notes = [f"{thing.name}: {thing.told}." for thing in grown.values()]
    if options.quick and "rows" in grown:
        notes.append("A million products were left out by --quick.")
    drawn = charts(found, grown)
    Report(NAME, command(NAME, arguments), shown, drawn, figures(found), notes).publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
