"""What a request costs Ogrom as things grow: `./dev bench growth [--dimensions routes,rows] [--rounds 5]`.

All sizes of a dimension are up together and loaded in turn, round after round; the cost of a request is compared with
that at the smallest size in the same round. The database of a million products is made once and kept in .nox.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from rich.console import Console

from bench.database import export_catalogue, seeded_database
from bench.measure.charts import Growth, growth
from bench.measure.options import chosen, command, minutes, parser
from bench.measure.report import Report, Table, Target, Verdict, cell, verdicts
from bench.measure.timing import Sample

from .dimensions import WARM_UP, Dimension, Sizes, costs, dimensions, measured

NAME = "growth"
_START = 3.0
_AROUND_WRK = 0.15
_DATABASE = 10.0

Results = Mapping[str, Sizes]
BAND = 0.1
"""The difference in cost that still counts as flat."""


def table(found: Results) -> Table:
    """A row for each size."""
    rows = []
    for name, sizes in found.items():
        compared = costs(sizes)
        for size, values in sizes.items():
            per_second = cell(Sample.of(each.requests_per_second for each in values))
            p99 = cell(Sample.of(each.p99 * 1e3 for each in values), "{:.1f}")
            cost = "1" if size == next(iter(sizes)) else str(compared[size])
            rows.append((name, f"{size:,}", per_second, p99, cost))
    title = (
        "As it grows: 16 connections, one process; cost is what a request takes, compared with the smallest"
    )
    return Table(title, ("", "size", "requests/s", "p99, ms", "cost (quartiles)"), rows)


def charts(found: Results, grown: Mapping[str, Dimension]) -> Mapping[str, str]:
    """SVG charts by file name: one of what should stay flat, one of the rest."""
    flat = [_growth(grown[name], sizes) for name, sizes in found.items() if grown[name].flat]
    rising = [_growth(grown[name], sizes) for name, sizes in found.items() if not grown[name].flat]
    drawn = {"growth": growth(flat, BAND) if flat else "", "growth-answers": growth(rising) if rising else ""}
    return {name: svg for name, svg in drawn.items() if svg}


def goals(found: Results, grown: Mapping[str, Dimension]) -> Iterator[Verdict]:
    """The cost of a request stays flat where it should."""
    for name, sizes in found.items():
        if grown[name].flat:
            most = max(each.middle for each in costs(sizes).values())
            target = Target(f"Cost of a request, x the smallest, at most over {name}", 1 + BAND, "at most")
            yield Verdict(target, most)


def figures(found: Results) -> Any:
    """Every round, for JSON."""
    return {
        name: [{"size": size, "rounds": msgspec.to_builtins(values)} for size, values in sizes.items()]
        for name, sizes in found.items()
    }


def _growth(dimension: Dimension, sizes: Sizes) -> Growth:
    compared = costs(sizes)
    return Growth(dimension.title, tuple(compared), tuple(compared.values()))


def main(arguments: list[str]) -> None:
    """Measure and report."""
    reader = parser(NAME, __doc__, rounds=5, seconds=1)
    reader.add_argument(
        "--dimensions",
        help="only these, separated by commas: routes, locales, rows, categories, links, sizes",
    )
    options = reader.parse_args(arguments)
    count = 1 if options.quick else options.rounds
    console = Console(width=130)
    with TemporaryDirectory() as folder:
        with seeded_database() as url:
            catalogue = export_catalogue(url, Path(folder))
        known = {each.name: each for each in dimensions(catalogue, quick=options.quick)}
        grown = chosen(known, options.dimensions, known)
        number = sum(len(each.sizes) for each in grown.values())
        planned = minutes(_DATABASE + number * (_START + WARM_UP + count * (options.seconds + _AROUND_WRK)))
        console.print(f"{NAME}: {', '.join(grown)}, {count} rounds, about {planned}")
        found = {}
        for name, dimension in grown.items():
            console.print(
                f"{name}: {', '.join(f'{each.size:,}' for each in dimension.sizes)}; {dimension.told}"
            )
            found[name] = measured(dimension, count, options.seconds)
    shown = [table(found), verdicts(goals(found, grown))]
    notes = [f"{dimension.name}: {dimension.told}." for dimension in grown.values()]
    if options.quick and {"rows", "categories"} & {*grown}:
        notes.append("A million products were left out by --quick.")
    drawn = charts(found, grown)
    Report(NAME, command(NAME, arguments), shown, drawn, figures(found), notes).publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
