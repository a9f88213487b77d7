"""The table and the targets of a distant database."""

from collections.abc import Iterator, Mapping

from bench.beside.goals import OURS, compared, no_worse_than_threads, p50, p99, per_second
from bench.beside.measuring import Found
from bench.beside.run import WAY
from bench.measure.rounds import Sample
from bench.measure.tables import Table
from bench.measure.targets import Verdict
from bench.peers import Peer

_HEADS = {"product": "by id, {} conn.", "collages": "collages, {} conn."}


def table(found: Found, peers: Mapping[str, Peer], milliseconds: float) -> Table:
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


def goals(found: Found, peers: Mapping[str, Peer], milliseconds: float) -> Iterator[Verdict]:
    """Nothing is lost by the loop, whatever the load."""
    for name, store, case in found.loaded:
        if name == OURS:
            yield from no_worse_than_threads(found, peers, store, case, f", {milliseconds:g} ms away")
