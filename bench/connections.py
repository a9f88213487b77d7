"""What comes of more connections: `./dev bench connections [--peers ogrom,fastapi] [--rounds 5] [--python 3.13]`.

By id from MariaDB, one process each, over 1 to 256 connections, each with a request under way all the time: once with
the header that wrk sends, once with a balancer's. What a request costs is the processor time of the contender and of
MariaDB together.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.console import Console

from bench.measure.charts import Trend, TrendPanel, trends
from bench.measure.options import command, parser
from bench.measure.report import Report
from bench.peers import PEERS, Peer

from .comparison.cases import Case, Store
from .comparison.goals import (
    JVM,
    OURS,
    Bound,
    compared,
    no_worse_than_threads,
    per_second,
    throughput_goals,
    verdict,
)
from .comparison.measuring import DATABASE, Loaded, Plan, Results, add_peers, peers_of, run
from .comparison.report import figures
from .measure.charts import JVM as JVM_COLOUR, OTHERS, OURS as OUR_COLOUR
from .measure.report import Table, Target, Verdict, verdicts
from .measure.timing import Sample, Spread

NAME = "connections"
STANDARD = ("ogrom", "ogrom-threads", "fastapi", "litestar", "fastify", "clojure")
QUICK_PEERS = ("ogrom", "fastapi")


CONNECTIONS = (1, 4, 16, 64, 256)
"""Sixteen times as many as a process has threads by default, and as few as can be."""

PLAIN = tuple(Case("product", each) for each in CONNECTIONS)
"""With the header that wrk sends."""

BALANCED = tuple(Case("balanced", each) for each in CONNECTIONS)
"""With a balancer's."""

CASES = (*PLAIN, *BALANCED)

QUICK = (PLAIN[0], PLAIN[3], BALANCED[3])


STORE: Store = "MariaDB"
DATABASE_SHARE = 0.25

_MANY = Case("product", 64)
_ONE = Case("product", 1)

BOUNDS = (
    *(
        Bound(peer, STORE, Case(asks, connections), share)
        for connections, shares in (
            (16, {"fastapi": 1.2, "litestar": 1.0}),
            (64, {"fastapi": 1.8, "litestar": 1.2}),
        )
        for peer, share in shares.items()
        for asks in ("product", "balanced")
    ),
    Bound("fastify", STORE, _MANY, 0.75),
    Bound("fastapi", STORE, _ONE, 0.8),
)


def cost(loaded: Loaded) -> float:
    """What a request takes of the processors, in microseconds: the contender's, and MariaDB's for it."""
    return (loaded.processor_seconds + _database(loaded)) * 1e3


def tables(found: Results, peers: Mapping[str, Peer]) -> Iterator[Table]:
    """Throughput and cost over connections, with either header."""
    for cases, header in ((PLAIN, "wrk's header"), (BALANCED, "a balancer's header")):
        there = [case for case in cases if (OURS, STORE, case) in found.loaded]
        if there:
            yield _table(found, peers, there, header)


def chart(found: Results, peers: Mapping[str, Peer]) -> str:
    """Throughput and cost, side by side."""
    places = [case for case in PLAIN if (OURS, STORE, case) in found.loaded]
    others = iter(OTHERS)
    colours = {
        name: OUR_COLOUR if name == OURS else JVM_COLOUR if name == JVM else next(others)
        for name in peers
        if (name, STORE, places[0]) in found.loaded
    }

    def panel(title: str, figure: Callable[[Loaded], float]) -> TrendPanel:
        return TrendPanel(
            title,
            [
                Trend(peers[name].title, [_spread(found, name, case, figure) for case in places], colour)
                for name, colour in colours.items()
            ],
        )

    panels = [panel("Requests a second", per_second), panel("Processor time a request, microseconds", cost)]
    return trends(panels, [case.connections for case in places], "connections")


def goals(found: Results, peers: Mapping[str, Peer]) -> Iterator[Verdict]:
    """Ahead of FastAPI and Litestar, the more so the busier, and no worse than a thread a request when it is not."""
    yield from throughput_goals(found, peers, BOUNDS)
    yield from no_worse_than_threads(found, peers, STORE, _ONE)
    database = compared(found, "fastapi", STORE, _MANY, _database)
    target = Target(
        "MariaDB's processor time a request, x FastAPI's: by id, 64 connections", DATABASE_SHARE, "at most"
    )
    yield verdict(target, database, "fastapi", peers)


def _table(found: Results, peers: Mapping[str, Peer], cases: Sequence[Case], header: str) -> Table:
    def cells(name: str) -> Iterator[str]:
        for case in cases:
            values = found.loaded.get((name, STORE, case))
            yield f"{_median(values, per_second):,.0f}" if values else "-"
        for case in cases:
            values = found.loaded.get((name, STORE, case))
            yield f"{_median(values, _own):,.0f} + {_median(values, _database) * 1e3:,.0f}" if values else "-"
        for case in cases[-1:]:
            ratio = None if name == OURS else compared(found, name, STORE, case, per_second)
            yield str(ratio) if ratio else "-"

    heads = [f"{case.connections} conn." for case in cases]
    costs = [f"{case.connections}: us" for case in cases]
    title = f"By id from MariaDB, one process, {header}: requests a second; processor time of it + of MariaDB a request"
    rows = [(peer.title, *cells(name)) for name, peer in peers.items()]
    return Table(title, ("", *heads, *costs, "Ogrom / it, last"), rows)


def _own(loaded: Loaded) -> float:
    return loaded.processor_seconds * 1e3


def _database(loaded: Loaded) -> float:
    return loaded.others[DATABASE]


def _median(values: Sequence[Loaded], figure: Callable[[Loaded], float]) -> float:
    return Sample.of(map(figure, values)).median


def _spread(found: Results, name: str, case: Case, figure: Callable[[Loaded], float]) -> Spread:
    return Sample.of(map(figure, found.loaded[name, STORE, case])).spread


def main(arguments: list[str]) -> None:
    """Measure and show."""
    reader = parser(NAME, __doc__, rounds=5, seconds=1)
    add_peers(reader)
    options = reader.parse_args(arguments)
    peers = peers_of(options, QUICK_PEERS if options.quick else STANDARD)
    rounds, cases = (1, QUICK) if options.quick else (options.rounds, CASES)
    console = Console(width=170)
    plan = Plan(peers, ("MariaDB",), cases, rounds, options.seconds, is_steady=False)
    found = run(NAME, plan, console.print)
    shown = [*tables(found, peers), verdicts(goals(found, PEERS))]
    drawn = {NAME: chart(found, peers)}
    report = Report(NAME, command(NAME, arguments), shown, drawn, figures(found), tuple(found.notes))
    report.publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
