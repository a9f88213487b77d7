"""What a call of a source costs beside the raw driver: `./dev bench sources --rows 10000,100000,1000000`.

The driver holds one open connection and does nothing but the statement and the models; a call of Ogrom borrows
a connection, watches its deadline and translates errors besides. All ways of all sizes run in turn, many rounds;
the tables show medians of rounds, and ratios of the same rounds with their quartiles. Two controls: the raw
driver against itself must come out as 1, two calls in one as twice one call.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ogrom.sources.testing import MariaDB
from ogrom_tools.progress import counted

from .cases import FREE, OURS, POOL, RAW, ROWS, TWICE, Case, cases
from .stores import Store, filled

RESULTS = Path("build/bench/sources.json")
AGAIN = "raw again"

Key = tuple[str, str, int, str]


def measure(call: Callable[[int], Any], calls: int) -> float:
    """Microseconds for one call, over a round of them; one before warms up what the way before has pushed out."""
    call(0)
    start = time.perf_counter()
    for n in range(calls):
        call(n)
    return (time.perf_counter() - start) / calls * 1e6


def rounds(stores: list[Store], number: int, calls: int) -> dict[Key, list[float]]:
    """The microseconds of every round: by store, case, rows and way."""
    found: dict[Key, list[float]] = {}
    plan = [(store, case) for store in stores for case in cases(store)]
    for store, case in plan:
        check(store, case)
    for _ in counted(range(number), number, "rounds"):
        for store, case in plan:
            ways = case.ways | ({AGAIN: case.ways[RAW]} if RAW in case.ways else {})
            for way, call in ways.items():
                key = (store.name, case.name, store.rows, way)
                found.setdefault(key, []).append(measure(call, calls))
    return found


def check(store: Store, case: Case) -> None:
    """Both ways give the same, else their times say nothing."""
    if RAW in case.ways:
        assert case.ways[RAW](3) == case.ways[OURS](3), (store.name, case.name)


def ratio(above: list[float], below: list[float]) -> tuple[float, float, float]:
    """The lower quartile, median and upper quartile of the rounds' ratios."""
    low, middle, high = statistics.quantiles([a / b for a, b in zip(above, below, strict=True)], n=4)
    return low, middle, high


def spread(above: list[float], below: list[float]) -> str:
    """A ratio as people read it."""
    low, middle, high = ratio(above, below)
    return f"{middle:.2f} ({low:.2f}-{high:.2f})"


def beside_the_driver(found: dict[Key, list[float]], console: Console) -> None:
    """The table of what has a raw peer."""
    table = Table("store", "call", "rows", ROWS, RAW, OURS, "x raw", "x raw, no deadline", AGAIN, f"x {POOL}")
    for store, case, rows, way in list(found):
        if way == OURS and (store, case, rows, RAW) in found:
            times = {way: found[store, case, rows, way] for way in (ROWS, RAW, OURS, FREE, AGAIN)}
            micros = (f"{statistics.median(times[way]):.0f}" for way in (ROWS, RAW, OURS))
            ratios = (spread(times[way], times[RAW]) for way in (OURS, FREE, AGAIN))
            pooled = found.get((store, case, rows, POOL))
            beside_the_pool = spread(times[OURS], pooled) if pooled else "-"
            table.add_row(store, case, f"{rows:,}", *micros, *ratios, beside_the_pool)
    console.print(table)


def flatness(found: dict[Key, list[float]], console: Console) -> None:
    """The table of every call at every size, in ratios to the smallest."""
    sizes = sorted({rows for _, _, rows, _ in found})
    table = Table("store", "call", *(f"{rows:,} us" for rows in sizes), "largest x smallest")
    for store, case, rows, way in found:
        if way == OURS and rows == sizes[0]:
            times = [found[store, case, size, OURS] for size in sizes]
            table.add_row(
                store, case, *(f"{statistics.median(t):.0f}" for t in times), spread(times[-1], times[0])
            )
    console.print(table)


def controls(found: dict[Key, list[float]]) -> list[str]:
    """What is wrong with the measurement itself."""
    wrong = []
    for store, case, rows, way in list(found):
        if way in {TWICE, AGAIN}:
            expected, of = (2.0, OURS) if way == TWICE else (1.0, RAW)
            _, middle, _ = ratio(found[store, case, rows, way], found[store, case, rows, of])
            if abs(middle / expected - 1) > 0.2:
                wrong.append(f"{store}, {case}, {rows} rows: {way} is {middle:.2f} x {of}, not {expected}")
    return wrong


def written(found: dict[Key, list[float]]) -> None:
    """Keep every round, for whoever wants to look closer."""
    names = ("store", "call", "rows", "way")
    rows = [{**dict(zip(names, key, strict=True)), "us": times} for key, times in found.items()]
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(rows))


def main() -> None:
    """Fill, measure in turn, print."""
    parser = argparse.ArgumentParser(prog="./dev bench sources")
    parser.add_argument("--rows", default="1000,10000", help="sizes of the stores, such as 10000,1000000")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--calls", type=int, default=30, help="calls of a round, 1000 at most")
    options = parser.parse_args()
    console = Console(width=150)
    sizes = [int(rows) for rows in options.rows.split(",")]
    with tempfile.TemporaryDirectory() as folder, MariaDB("--innodb-buffer-pool-size=2G") as server:
        files = [f"sqlite:///{folder}/{rows}.sqlite3" for rows in sizes]
        databases = [server.database() for _ in sizes]
        stores = [
            filled(url, rows, console.print)
            for urls in (databases, files)
            for url, rows in zip(urls, sizes, strict=True)
        ]
        found = rounds(stores, options.rounds, options.calls)
        for store in stores:
            store.close()
    written(found)
    beside_the_driver(found, console)
    flatness(found, console)
    wrong = controls(found)
    sys.exit("\n".join(["the measurement is not to be trusted:", *wrong]) if wrong else 0)


if __name__ == "__main__":
    main()
