"""What a cache in front saves: `./dev bench edge` replays a day through Varnish, over Ogrom and MariaDB.

A part of each hour is sent at that hour's rate, with time sped up: at six times, there are six times as many requests
a second, and a minute of freshness lasts ten seconds. The cost of the requests that come through, to the service and
its database, is measured too; `./dev bench day` uses it.
"""

import sys
from functools import partial

import msgspec
from rich.console import Console

from bench.measure.options import command, parser
from bench.measure.report import Report
from bench.scaling.demand import HOURS, KINDS, Demand
from bench.scaling.pictures import hits_over_a_day

from .measure.report import Table
from .scaling.replay import Day, measured, over_a_day

DOCUMENT = "scaling.md"
REGIONS = 4
LONGER = 5.0
_FACTORS = (1.0, 10.0, 100.0)


def by_kind(day: Day) -> Table:
    """The share of each kind of request that the cache answered, and that by the formula."""
    rates = [each.rate for each in day.hours]
    rows = [
        (
            kind.name,
            f"{kind.share:.0%}",
            f"{day.sizes.get(kind.table, 1):,}",
            f"{fresh:.0f} s" if (fresh := day.fresh[kind.name]) else "no",
            f"{day.asked(kind):,}",
            f"{day.ratio(kind):.1%}",
            f"{over_a_day(rates, partial(day.expected, kind)):.1%}",
        )
        for kind in KINDS
    ]
    whole = f"{sum(map(day.asked, KINDS)):,}"
    rows.append(("all", "100%", "", "", whole, f"{day.hits:.1%}", f"{over_a_day(rates, day.overall):.1%}"))
    head = ("request", "share", "how many", "is kept", "sent", "answered by the cache", "by the formula")
    return Table("What the cache answered", head, rows)


def by_size(day: Day, demand: Demand) -> Table:
    """By the formula: with more visitors, with several caches that each see a part, and with longer freshness."""
    rows = []
    for factor in _FACTORS:
        more = demand.times(factor)
        rates = [more.rate(hour + 0.5) for hour in range(HOURS)]
        parts = [
            over_a_day(rates, day.overall),
            over_a_day([each / REGIONS for each in rates], day.overall),
            over_a_day(rates, partial(day.overall, longer=LONGER)),
        ]
        rows.append((f"{more.visitors / 1e6:,.0f} million", *(f"{each:.1%}" for each in parts)))
    head = (
        "visitors a month",
        "one cache",
        f"{REGIONS} caches, a part each",
        f"one, kept {LONGER:.0f} times as long",
    )
    return Table("What a cache would answer, by the formula", head, rows)


def costs(day: Day) -> Table:
    """The cost of a request that comes through."""
    rows = [
        ("the service", f"{1e3 * day.api:.3f} ms", f"{1 / day.api:,.0f}"),
        ("the database", f"{1e3 * day.database:.3f} ms", f"{1 / day.database:,.0f}"),
    ]
    head = ("by", "of a processor, on average", "requests a second that fill one")
    return Table("What a request costs that the cache does not answer", head, rows)


def main(arguments: list[str]) -> None:
    """Replay and report."""
    reader = parser("edge", __doc__, seconds=10)
    reader.add_argument("--speedup", type=float, default=6.0, help="how many times as fast time passes")
    options = reader.parse_args(arguments)
    seconds, products = (2.0, 2000) if options.quick else (options.seconds, 100_000)
    demand, console = Demand(), Console(width=110)
    console.print(
        f"A day of {demand.average:.0f} requests a second, {options.speedup:g} times as fast: {24 * seconds:.0f} s"
    )
    day = measured(demand, products, speedup=options.speedup, seconds=seconds)
    report = Report(
        "edge",
        command("edge", arguments),
        (by_kind(day), by_size(day, demand), costs(day)),
        {"edge": hits_over_a_day(day.hours, day.overall)},
        msgspec.to_builtins(day),
        [f"{day.errors} requests failed"] if day.errors else [],
    )
    report.publish(console, options.docs, document=DOCUMENT)


if __name__ == "__main__":
    main(sys.argv[1:])
