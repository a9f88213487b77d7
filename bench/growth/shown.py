"""The table and the charts of growth."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from bench.measure.charts import Growth, growth
from bench.measure.rounds import Sample
from bench.measure.tables import Table
from bench.measure.targets import Target, Verdict

from .measuring import Sizes, costs
from .things import Thing

Found = Mapping[str, Sizes]
BAND = 0.1
"""What costs so much more or less is as good as flat."""


def table(found: Found) -> Table:
    """A line a size."""
    rows = []
    for name, sizes in found.items():
        compared = costs(sizes)
        for size, values in sizes.items():
            per_second = Sample.of(each.requests_per_second for each in values).median
            p99 = Sample.of(each.p99 for each in values).median
            first = size == next(iter(sizes))
            row = (
                name,
                f"{size:,}",
                f"{per_second:,.0f}",
                f"{p99 * 1e3:.1f}",
                "1" if first else str(compared[size]),
            )
            rows.append(row)
    title = (
        "As it grows: 16 connections, one process; cost is what a request takes, compared with the smallest"
    )
    return Table(title, ("", "size", "requests/s", "p99, ms", "cost (quartiles)"), rows)


def charts(found: Found, grown: Mapping[str, Thing]) -> Mapping[str, str]:
    """SVG by the name of its file: what is to stay flat, and what is not."""
    flat = [_growth(grown[name], sizes) for name, sizes in found.items() if grown[name].flat]
    rising = [_growth(grown[name], sizes) for name, sizes in found.items() if not grown[name].flat]
    drawn = {"growth": growth(flat, BAND) if flat else "", "growth-answers": growth(rising) if rising else ""}
    return {name: svg for name, svg in drawn.items() if svg}


def goals(found: Found, grown: Mapping[str, Thing]) -> Iterator[Verdict]:
    """Flat where it is to be."""
    for name, sizes in found.items():
        if grown[name].flat:
            most = max(each.middle for each in costs(sizes).values())
            target = Target(f"Cost of a request, x the smallest, at most over {name}", 1 + BAND, "at most")
            yield Verdict(target, most)


def figures(found: Found) -> Any:
    """Every round, as JSON can hold it."""
    return {
        name: [{"size": size, "rounds": msgspec.to_builtins(values)} for size, values in sizes.items()]
        for name, sizes in found.items()
    }


def _growth(thing: Thing, sizes: Sizes) -> Growth:
    compared = costs(sizes)
    return Growth(thing.title, tuple(compared), tuple(compared.values()))
