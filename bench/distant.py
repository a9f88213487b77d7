"""What a round trip of 1 ms to MariaDB changes: `./dev bench distant [--peers ogrom,fastapi] [--milliseconds 1]`.

All contenders go by one proxy, a process that holds each byte back for half of it either way. What that takes of the
processors is in the table, since whoever asks the database more often pays more of it.
"""

import sys
from collections.abc import Iterator, Mapping

from rich.console import Console

from bench.measure.distance import ROUND_TRIP
from bench.measure.options import command, parser
from bench.measure.report import Report
from bench.peers import PEERS, Peer

from .comparison.cases import Case
from .comparison.goals import OURS, compared, no_worse_than_threads, p50, p99, per_second
from .comparison.measuring import WAY, Plan, Results, add_peers, peers_of, run
from .comparison.report import figures
from .measure.report import Table, Verdict, verdicts
from .measure.timing import Sample

NAME = "distant"
STANDARD = ("ogrom", "ogrom-threads", "flask-fair", "fastapi", "litestar", "fastify", "clojure")
QUICK_PEERS = ("ogrom", "fastapi")
CASES = (Case("product", 1), Case("product", 16), Case("product", 64), Case("collages", 16))
QUICK = CASES[:2]


_HEADS = {"product": "by id, {} conn.", "collages": "collages, {} conn."}


def table(found: Results, peers: Mapping[str, Peer], milliseconds: float) -> Table:
    """Throughput and latency of each load, and what the way took."""
    cases = [case for name, _, case in found.loaded if name == OURS]
    busiest = max((case for case in cases if case.asks == "product"), key=lambda case: case.connections)

    def cells(name: str) -> Iterator[str]:
        for case in cases:
            values = found.loaded.get((name, "MariaDB", case))
            if values is None:
                yield "-"
                continue
            rate, *times = (Sample.of(map(figure, values)).median for figure in (per_second, p50, p99))
            yield f"{rate:,.0f}: {', '.join(f'{each * 1e3:.1f}' for each in times)}"
        for case in cases[:-1]:
            ratio = None if name == OURS else compared(found, name, "MariaDB", case, per_second)
            yield str(ratio) if ratio else "-"
        values = found.loaded.get((name, "MariaDB", busiest))
        yield f"{Sample.of(each.others[WAY] for each in values).median:.2f}" if values else "-"

    heads = [_HEADS[case.asks].format(case.connections) for case in cases]
    title = (
        f"MariaDB {milliseconds:g} ms away, one process: requests a second, p50 and p99 in ms; "
        "processor seconds of the way itself for 1,000 requests"
    )
    ratios = [f"Ogrom / it, {case.connections}" for case in cases[:-1]]
    rows = [(peer.title, *cells(name)) for name, peer in peers.items()]
    return Table(title, ("", *heads, *ratios, f"the way, {busiest.connections}"), rows)


def goals(found: Results, peers: Mapping[str, Peer], milliseconds: float) -> Iterator[Verdict]:
    """Nothing is lost by the loop, whatever the load."""
    for name, store, case in found.loaded:
        if name == OURS:
            yield from no_worse_than_threads(found, peers, store, case, f", {milliseconds:g} ms away")


def main(arguments: list[str]) -> None:
    """Measure and show."""
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
