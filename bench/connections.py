"""What more connections change: `./dev bench connections [--peers ogrom,fastapi] [--rounds 5] [--python 3.13]`.

By id from MariaDB, one process each, over 1 to 256 connections, each with a request under way all the time: once with
wrk's header, once with a balancer's. The cost of a request is the processor time of the contender and of MariaDB
together.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console

from bench.measure.charts import Line, LinePanel, lines
from bench.measure.options import command, parser
from bench.measure.report import Report
from bench.peers import PEERS, Peer

from .comparison.cases import Case, Store
from .comparison.goals import OURS, Bound, compared, no_worse_than_threads, throughput_goals, verdict
from .comparison.measuring import (
    DATABASE,
    Figure,
    Loaded,
    Plan,
    Results,
    add_peers,
    peers_of,
    per_second,
    run,
)
from .comparison.report import figures, line_colours, ratio_cell
from .measure.report import NONE, Table, Target, Verdict, cell, verdicts

NAME = "connections"
STANDARD = ("ogrom", "ogrom-threads", "fastapi", "litestar", "fastify", "clojure")
QUICK_PEERS = ("ogrom", "fastapi")

CONNECTIONS = (1, 4, 16, 64, 256)
"""From one to many times the threads of a process."""

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
    """The processor time of a request in microseconds: the contender's and MariaDB's."""
    return _own(loaded) + _database(loaded)


def tables(found: Results, peers: Mapping[str, Peer]) -> Iterator[Table]:
    """Throughput and cost over connections, a table for each header."""
    for cases, header in ((PLAIN, "wrk's header"), (BALANCED, "a balancer's header")):
        there = [case for case in cases if (OURS, STORE, case) in found.loaded]
        if there:
            yield _table(found, peers, there, header)


def chart(found: Results, peers: Mapping[str, Peer]) -> str:
    """Throughput and cost, side by side."""
    places = [case for case in PLAIN if (OURS, STORE, case) in found.loaded]
    colours = line_colours(peers)

    def panel(title: str, figure: Figure) -> LinePanel:
        drawn = []
        for name, peer in peers.items():
            samples = [found.sample(name, STORE, case, figure) for case in places]
            spreads = [each.spread for each in samples if each]
            if len(spreads) == len(places):
                drawn.append(Line(peer.title, spreads, colours[name]))
        return LinePanel(title, drawn)

    panels = [panel("Requests a second", per_second), panel("Processor time a request, microseconds", cost)]
    return lines(panels, [case.connections for case in places], "connections", powers=True)


def goals(found: Results, peers: Mapping[str, Peer]) -> Iterator[Verdict]:
    """Ahead of FastAPI and Litestar, the more so the busier, and no worse than a thread a request otherwise."""
    yield from throughput_goals(found, peers, BOUNDS)
    yield from no_worse_than_threads(found, peers, STORE, _ONE)
    database = compared(found, "fastapi", STORE, _MANY, _database)
    target = Target(
        "MariaDB's processor time a request, x FastAPI's: by id, 64 connections", DATABASE_SHARE, "at most"
    )
    yield verdict(target, database, "fastapi", peers)


def _table(found: Results, peers: Mapping[str, Peer], cases: Sequence[Case], header: str) -> Table:
    def cost_cell(name: str, case: Case) -> str:
        own, database = (found.sample(name, STORE, case, figure) for figure in (_own, _database))
        return f"{cell(own)} + {cell(database)}" if own else NONE

    rows = [
        (
            peer.title,
            *(cell(found.sample(name, STORE, case, per_second)) for case in cases),
            *(cost_cell(name, case) for case in cases),
            ratio_cell(found, name, STORE, cases[-1]),
        )
        for name, peer in peers.items()
    ]
    heads = [f"{case.connections} conn." for case in cases]
    costs = [f"{case.connections}: us" for case in cases]
    title = f"By id from MariaDB, one process, {header}: requests a second; processor time of it + of MariaDB a request"
    return Table(title, ("", *heads, *costs, "Ogrom / it, last"), rows)


def _own(loaded: Loaded) -> float:
    return loaded.processor_seconds * 1e3


def _database(loaded: Loaded) -> float:
    return loaded.others[DATABASE] * 1e3


def main(arguments: list[str]) -> None:
    """Measure and report."""
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
