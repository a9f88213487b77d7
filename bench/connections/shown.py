"""The tables, the chart and the targets of more connections."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bench.beside.cases import Case, Store
from bench.beside.goals import (
    JVM,
    OURS,
    Bound,
    compared,
    no_worse_than_threads,
    per_second,
    throughput_goals,
    verdict,
)
from bench.beside.measuring import Found, Loaded
from bench.beside.run import DATABASE
from bench.measure.charts import Trend, TrendPanel, trends
from bench.measure.charts.look import JVM as JVM_COLOUR, OTHERS, OURS as OUR_COLOUR
from bench.measure.rounds import Sample, Spread
from bench.measure.tables import Table
from bench.measure.targets import Target, Verdict
from bench.peers import Peer

from .loads import BALANCED, PLAIN

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


def tables(found: Found, peers: Mapping[str, Peer]) -> Iterator[Table]:
    """Throughput and cost over connections, with either header."""
    for cases, header in ((PLAIN, "wrk's header"), (BALANCED, "a balancer's header")):
        there = [case for case in cases if (OURS, STORE, case) in found.loaded]
        if there:
            yield _table(found, peers, there, header)


def chart(found: Found, peers: Mapping[str, Peer]) -> str:
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


def goals(found: Found, peers: Mapping[str, Peer]) -> Iterator[Verdict]:
    """Ahead of FastAPI and Litestar, the more so the busier, and no worse than a thread a request when it is not."""
    yield from throughput_goals(found, peers, BOUNDS)
    yield from no_worse_than_threads(found, peers, STORE, _ONE)
    database = compared(found, "fastapi", STORE, _MANY, _database)
    target = Target(
        "MariaDB's processor time a request, x FastAPI's: by id, 64 connections", DATABASE_SHARE, "at most"
    )
    yield verdict(target, database, "fastapi", peers)


def _table(found: Found, peers: Mapping[str, Peer], cases: Sequence[Case], header: str) -> Table:
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


def _spread(found: Found, name: str, case: Case, figure: Callable[[Loaded], float]) -> Spread:
    return Sample.of(map(figure, found.loaded[name, STORE, case])).spread
