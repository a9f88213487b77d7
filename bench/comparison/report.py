"""The tables and charts of a run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bench.comparison.measuring import Results
from bench.measure.charts import JVM, OTHERS, OURS as OUR_COLOUR, PLAIN, Bar, Panel, bars
from bench.measure.report import NONE, Table, cell
from bench.measure.timing import Sample, Spread
from bench.peers import Peer

from .cases import CASES, STANDARD, STORES, Case, Store
from .goals import OURS, compared
from .measuring import DATABASE, RATE, per_second


def tables(found: Results, peers: Mapping[str, Peer]) -> Iterator[Table]:
    """Throughput by store, with one process and with two; latency; processor time and memory."""
    stores: list[Store] = [store for store in STORES if any(key[1] == store for key in found.loaded)]
    for store in stores:
        yield _throughput(found, peers, store, 1)
    for store in stores:
        if any(key[1] == store and key[2].processes == 2 for key in found.loaded):
            yield _throughput(found, peers, store, 2)
    for store in stores:
        yield _latency(found, peers, store)
    yield _usage(found, peers, stores)


def charts(found: Results, peers: Mapping[str, Peer]) -> Mapping[str, str]:
    """SVG charts by file name."""
    stores: list[Store] = [store for store in STORES if (OURS, store, STANDARD) in found.loaded]
    requests = [
        Panel(f"From {store}", [_bar(peers[name], _requests(found, name, store, STANDARD)) for name in peers])
        for store in stores
    ]
    memory = [
        Panel(f"From {store}", [_bar(peers[name], _pss(found, name, store)) for name in peers])
        for store in stores
    ]
    return {
        "comparison": bars(requests, "requests a second, by id, one process, 16 connections"),
        "comparison-memory": bars(memory, "MiB after the load, one process"),
    }


def figures(found: Results) -> Any:
    """Every round, for JSON."""
    return {
        "loaded": [
            {"peer": name, "store": store, **_plain(case), "rounds": _plain(values)}
            for (name, store, case), values in found.loaded.items()
        ],
        "steady": [
            {"peer": name, "store": store, "rate": RATE, "rounds": _plain(values)}
            for (name, store), values in found.steady.items()
        ],
        "memory": [
            {"peer": name, "store": store, "processes": processes, **_plain(value)}
            for (name, store, processes), value in found.memory.items()
        ],
    }


def ratio_cell(found: Results, name: str, store: Store, case: Case) -> str:
    """Ogrom's throughput as a multiple of a contender's, for a table."""
    spread = None if name == OURS else compared(found, name, store, case, per_second)
    return str(spread) if spread else NONE


def line_colours(peers: Mapping[str, Peer]) -> Mapping[str, str]:
    """A colour for the line of each contender: Ogrom and JVMs have their own."""
    others = iter(OTHERS)
    return {
        name: OUR_COLOUR if name == OURS else JVM if peer.group == "jvm" else next(others)
        for name, peer in peers.items()
    }


def _throughput(found: Results, peers: Mapping[str, Peer], store: Store, processes: int) -> Table:
    cases = [each for each in CASES if _has(found, store, each) and each.processes == processes]
    shown = next((each for each in cases if each.asks == "product" and each.connections == 16), cases[0])
    rows = [
        (
            peer.title,
            *(cell(found.sample(name, store, case, per_second)) for case in cases),
            ratio_cell(found, name, store, shown),
        )
        for name, peer in peers.items()
    ]
    each = "one process" if processes == 1 else f"{processes} processes"
    title = f"Requests a second from {store}, {each}; last: Ogrom / it, by id, 16 connections, with quartiles"
    return Table(title, ("", *(case.head for case in cases), "Ogrom / it"), rows)


def _latency(found: Results, peers: Mapping[str, Peer], store: Store) -> Table:
    cases = [
        each for each in CASES if each.asks == "product" and each.processes == 1 and _has(found, store, each)
    ]
    heads = [f"{each.connections} conn." for each in cases]

    def cells(name: str) -> Iterator[str]:
        for case in cases:
            loaded = found.loaded.get((name, store, case))
            yield _pair([each.throughput for each in loaded] if loaded else None)
        steady = found.steady.get((name, store))
        yield _pair(steady)
        yield cell(Sample.of(each.lag * 1e3 for each in steady) if steady else None, "{:.1f}")

    rows = [(peer.title, *cells(name)) for name, peer in peers.items()]
    title = f"Latency by id from {store}, one process: p50, p99 in ms"
    return Table(title, ("", *heads, f"{RATE:g}/s, open loop", "generator late, p99"), rows)


def _usage(found: Results, peers: Mapping[str, Peer], stores: Sequence[Store]) -> Table:
    numbers = sorted({processes for _, _, processes in found.memory})

    def cells(name: str) -> Iterator[str]:
        for store in stores:
            yield cell(found.sample(name, store, STANDARD, lambda each: each.processor_seconds), "{:.2f}")
        yield cell(
            found.sample(name, "MariaDB", STANDARD, lambda each: each.others.get(DATABASE, 0.0)), "{:.2f}"
        )
        for store in stores:
            for number in numbers:
                used = found.memory.get((name, store, number))
                yield f"{used.rss:.0f}, {used.pss:.0f}" if used else NONE

    heads = (
        *(f"{store}: CPU s" for store in stores),
        "of MariaDB: CPU s",
        *(f"{store}: MiB, {number} proc." for store in stores for number in numbers),
    )
    rows = [(peer.title, *cells(name)) for name, peer in peers.items()]
    title = "Processor seconds for 1,000 requests by id at 16 connections, and RSS, PSS of all its processes after load"
    return Table(title, ("", *heads), rows)


def _has(found: Results, store: Store, case: Case) -> bool:
    return (OURS, store, case) in found.loaded


def _requests(found: Results, name: str, store: Store, case: Case) -> Spread | None:
    sample = found.sample(name, store, case, per_second)
    return sample.spread if sample else None


def _pss(found: Results, name: str, store: Store) -> Spread | None:
    used = found.memory.get((name, store, 1))
    return Spread(used.pss, used.pss, used.pss) if used else None


def _bar(peer: Peer, spread: Spread | None) -> Bar:
    colours = {"ogrom": OUR_COLOUR, "jvm": JVM}
    return Bar(peer.title, spread, colours.get(peer.group, PLAIN))


def _pair(values: Sequence[Any] | None) -> str:
    """The medians of p50 and p99 in milliseconds, for a table."""
    if not values:
        return NONE
    return ", ".join(
        f"{Sample.of(getattr(each, name) for each in values).median * 1e3:.1f}" for name in ("p50", "p99")
    )


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)
