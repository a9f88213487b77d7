"""The tables and charts of what was measured."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bench.comparison.measuring import Results
from bench.measure.charts import JVM as JVM_COLOUR, OURS as OUR_COLOUR, PLAIN, Bar, Panel, bars
from bench.measure.report import Table
from bench.measure.timing import Sample, Spread, ratio
from bench.peers import Peer

from .cases import CASES, STANDARD, STORES, Case, Store
from .goals import OURS, per_second
from .measuring import DATABASE, RATE

_HEADS = {"product": "by id, {} conn.", "collages": "collages, {} conn.", "unchanged": "304, {} conn."}
_NONE = "-"


def tables(found: Results, peers: Mapping[str, Peer]) -> Iterator[Table]:
    """Throughput by store, with two processes, latency, and what is used."""
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
    """SVG by the name of its file."""
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
    """Every round, as JSON can hold it."""
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


def _throughput(found: Results, peers: Mapping[str, Peer], store: Store, processes: int) -> Table:
    cases = [each for each in CASES if _has(found, store, each) and each.processes == processes]
    shown = next((each for each in cases if each.asks == "product" and each.connections == 16), cases[0])
    heads = [_HEADS[each.asks].format(each.connections) for each in cases]
    rows = [
        (
            peer.title,
            *(_told(found.loaded.get((name, store, case)), per_second, "{:,.0f}") for case in cases),
            _ratio_to(found, name, store, shown),
        )
        for name, peer in peers.items()
    ]
    each = "one process" if processes == 1 else f"{processes} processes"
    title = f"Requests a second from {store}, {each}; last: Ogrom / it, by id, 16 connections, with quartiles"
    return Table(title, ("", *heads, "Ogrom / it"), rows)


def _latency(found: Results, peers: Mapping[str, Peer], store: Store) -> Table:
    cases = [
        each for each in CASES if each.asks == "product" and each.processes == 1 and _has(found, store, each)
    ]
    heads = [f"{each.connections} conn." for each in cases]

    def cells(name: str) -> Iterator[str]:
        for case in cases:
            loaded = found.loaded.get((name, store, case))
            yield _pair(loaded, lambda each: each.throughput.p50, lambda each: each.throughput.p99)
        steady = found.steady.get((name, store))
        yield _pair(steady, lambda each: each.p50, lambda each: each.p99)
        yield _told(steady, lambda each: each.lag * 1e3, "{:.1f}")

    rows = [(peer.title, *cells(name)) for name, peer in peers.items()]
    title = f"Latency by id from {store}, one process: p50, p99 in ms"
    return Table(title, ("", *heads, f"{RATE:g}/s, open loop", "generator late, p99"), rows)


def _usage(found: Results, peers: Mapping[str, Peer], stores: Sequence[Store]) -> Table:
    numbers = sorted({processes for _, _, processes in found.memory})

    def cells(name: str) -> Iterator[str]:
        for store in stores:
            loaded = found.loaded.get((name, store, STANDARD))
            yield _told(loaded, lambda each: each.processor_seconds, "{:.2f}")
        database = found.loaded.get((name, "MariaDB", STANDARD))
        yield _told(database, lambda each: each.others.get(DATABASE, 0.0), "{:.2f}")
        for store in stores:
            for number in numbers:
                used = found.memory.get((name, store, number))
                yield f"{used.rss:.0f}, {used.pss:.0f}" if used else _NONE

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


def _sample(found: Results, name: str, store: Store, case: Case) -> Sample | None:
    values = found.loaded.get((name, store, case))
    return Sample.of(map(per_second, values)) if values else None


def _ratio_to(found: Results, name: str, store: Store, case: Case) -> str:
    ours, theirs = (_sample(found, each, store, case) for each in (OURS, name))
    return str(ratio(ours, theirs)) if ours and theirs and name != OURS else _NONE


def _requests(found: Results, name: str, store: Store, case: Case) -> Spread | None:
    sample = _sample(found, name, store, case)
    return sample.spread if sample else None


def _pss(found: Results, name: str, store: Store) -> Spread | None:
    used = found.memory.get((name, store, 1))
    return Spread(used.pss, used.pss, used.pss) if used else None


def _bar(peer: Peer, spread: Spread | None) -> Bar:
    colours = {"ogrom": OUR_COLOUR, "jvm": JVM_COLOUR}
    return Bar(peer.title, spread, colours.get(peer.group, PLAIN))


def _told(values: Sequence[Any] | None, figure: Callable[[Any], float], form: str) -> str:
    return form.format(Sample.of(map(figure, values)).median) if values else _NONE


def _pair(values: Sequence[Any] | None, first: Callable[[Any], float], second: Callable[[Any], float]) -> str:
    cells = (_told(values, lambda each, of=of: of(each) * 1e3, "{:.1f}") for of in (first, second))  # type: ignore[misc]
    return ", ".join(cells) if values else _NONE


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)
