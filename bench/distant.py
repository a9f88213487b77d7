"""What a round trip of 1 ms to MariaDB changes: `./dev bench distant [--peers ogrom,fastapi] [--milliseconds 1]`.

All contenders go through one proxy, a process that delays each byte by half of that in either direction. The table has
the processor time that the proxy takes, since a contender that asks the database more often causes more of it.
"""

import sys
from collections.abc import Iterator, Mapping

from rich.console import Console

from bench.measure.distance import ROUND_TRIP
from bench.measure.options import command, parser
from bench.measure.report import Report
from bench.peers import PEERS, Peer

from .comparison.cases import Case
from .comparison.goals import OURS, no_worse_than_threads
from .comparison.measuring import WAY, Plan, Results, add_peers, p50, p99, peers_of, per_second, run
from .comparison.report import figures, ratio_cell
from .measure.report import NONE, Table, Verdict, cell, verdicts

NAME = "distant"
STANDARD = ("ogrom", "ogrom-threads", "flask-fair", "fastapi", "litestar", "fastify", "clojure")
QUICK_PEERS = ("ogrom", "fastapi")
CASES = (Case("product", 1), Case("product", 16), Case("product", 64), Case("collages", 16))
QUICK = CASES[:2]


def table(found: Results, peers: Mapping[str, Peer], milliseconds: float) -> Table:
    """Throughput and latency of each load, and the cost of the network."""
    cases = [case for name, _, case in found.loaded if name == OURS]
    busiest = max((case for case in cases if case.asks == "product"), key=lambda case: case.connections)

    def load_cell(name: str, case: Case) -> str:
        rate, *times = (found.sample(name, "MariaDB", case, figure) for figure in (per_second, p50, p99))
        told = ", ".join(f"{each.median * 1e3:.1f}" for each in times if each)
        return f"{cell(rate)}: {told}" if rate else NONE

    rows = [
        (
            peer.title,
            *(load_cell(name, case) for case in cases),
            *(ratio_cell(found, name, "MariaDB", case) for case in cases[:-1]),
            cell(found.sample(name, "MariaDB", busiest, lambda each: each.others[WAY]), "{:.2f}"),
        )
        for name, peer in peers.items()
    ]
    title = (
        f"MariaDB {milliseconds:g} ms away, one process: requests a second, p50 and p99 in ms; "
        "processor seconds of the way itself for 1,000 requests"
    )
    ratios = [f"Ogrom / it, {case.connections}" for case in cases[:-1]]
    heads = (*(case.head for case in cases), *ratios, f"the way, {busiest.connections}")
    return Table(title, ("", *heads), rows)


def goals(found: Results, peers: Mapping[str, Peer], milliseconds: float) -> Iterator[Verdict]:
    """The loop costs nothing, whatever the load."""
    for name, store, case in found.loaded:
        if name == OURS:
            yield from no_worse_than_threads(found, peers, store, case, f", {milliseconds:g} ms away")


def main(arguments: list[str]) -> None:
    """Measure and report."""
    reader = parser(NAME, __doc__, rounds=4, seconds=1)
    add_peers(reader)
    reader.add_argument("--milliseconds", type=float, default=ROUND_TRIP * 1e3, help="of a round trip")
    options = reader.parse_args(arguments)
    peers = peers_of(options, QUICK_PEERS if options.quick else STANDARD)
    rounds, cases = (1, QUICK) if options.quick else (options.rounds, CASES)
    console = Console(width=170)
    plan = Plan(peers, ("MariaDB",), cases, rounds, options.seconds, is_steady=False)
    found = run(NAME, plan, console.print, options.milliseconds / 1e3)
    shown = [table(found, peers, options.milliseconds), verdicts(goals(found, PEERS, options.milliseconds))]
    report = Report(NAME, command(NAME, arguments), shown, {}, figures(found), tuple(found.notes))
    report.publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
