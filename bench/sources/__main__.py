"""What a call of a source costs beside the raw driver: `./dev bench sources --rows 10000,100000,1000000`.

The driver has one open connection and does nothing but the statement and the models; a call of Ogrom also borrows a
connection, watches its deadline and translates errors. All variants at all sizes run in turn, in many rounds; the
tables show medians of rounds, and ratios within rounds with their quartiles. There are two controls: the raw driver
against itself must show as 1, and two calls in one as 2.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.measure.options import plain_parser
from bench.measure.timing import Sample, ratio, rounds, seconds_per_call
from ogrom.sources.testing import MariaDB

from .cases import FREE, OURS, POOL, RAW, ROWS, TWICE, Case, cases
from .stores import Store, filled

RESULTS = Path("build/bench/sources.json")
AGAIN = "raw again"

Key = tuple[str, str, int, str]


def measure(stores: list[Store], number: int, calls: int) -> dict[Key, Sample]:
    """The microseconds of every round, by store, case, rows and variant."""
    variants: dict[Key, Callable[[int], Any]] = {}
    for store in stores:
        for case in cases(store):
            check(store, case)
            again = {AGAIN: case.variants[RAW]} if RAW in case.variants else {}
            for variant, call in (case.variants | again).items():
                variants[store.name, case.name, store.rows, variant] = call
    numbers = [(each,) for each in range(calls)]
    found = rounds(tuple(variants), lambda key: seconds_per_call(variants[key], numbers) * 1e6, number)
    return {key: Sample(values) for key, values in found.items()}


def check(store: Store, case: Case) -> None:
    """Check that the raw driver and Ogrom give the same."""
    if RAW in case.variants:
        assert case.variants[RAW](3) == case.variants[OURS](3), (store.name, case.name)


def print_ratios(found: dict[Key, Sample], console: Console) -> None:
    """The table of calls that the raw driver can make, too."""
    table = Table("store", "call", "rows", ROWS, RAW, OURS, "x raw", "x raw, no deadline", AGAIN, f"x {POOL}")
    for store, case, rows, variant in list(found):
        if variant == OURS and (store, case, rows, RAW) in found:
            times = {each: found[store, case, rows, each] for each in (ROWS, RAW, OURS, FREE, AGAIN)}
            micros = (f"{times[each].median:.0f}" for each in (ROWS, RAW, OURS))
            ratios = (str(ratio(times[each], times[RAW])) for each in (OURS, FREE, AGAIN))
            pooled = found.get((store, case, rows, POOL))
            beside_the_pool = str(ratio(times[OURS], pooled)) if pooled else "-"
            table.add_row(store, case, f"{rows:,}", *micros, *ratios, beside_the_pool)
    console.print(table)


def print_growth(found: dict[Key, Sample], console: Console) -> None:
    """The table of every call at every size, and the ratio of the largest to the smallest."""
    sizes = sorted({rows for _, _, rows, _ in found})
    table = Table("store", "call", *(f"{rows:,} us" for rows in sizes), "largest x smallest")
    for store, case, rows, variant in found:
        if variant == OURS and rows == sizes[0]:
            times = [found[store, case, size, OURS] for size in sizes]
            table.add_row(
                store, case, *(f"{each.median:.0f}" for each in times), str(ratio(times[-1], times[0]))
            )
    console.print(table)


def controls(found: dict[Key, Sample]) -> list[str]:
    """The controls that failed."""
    wrong = []
    for store, case, rows, variant in list(found):
        if variant in {TWICE, AGAIN}:
            expected, of = (2.0, OURS) if variant == TWICE else (1.0, RAW)
            middle = ratio(found[store, case, rows, variant], found[store, case, rows, of]).middle
            if abs(middle / expected - 1) > 0.2:
                wrong.append(
                    f"{store}, {case}, {rows} rows: {variant} is {middle:.2f} x {of}, not {expected}"
                )
    return wrong


def written(found: dict[Key, Sample]) -> None:
    """Write every round to a file."""
    names = ("store", "call", "rows", "variant")
    rows = [{**dict(zip(names, key, strict=True)), "us": sample.values} for key, sample in found.items()]
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(rows))


def main(arguments: list[str]) -> None:
    """Fill, measure in turn, print."""
    parser = plain_parser("sources", __doc__)
    parser.add_argument("--rows", default="1000,10000", help="sizes of the stores, such as 10000,1000000")
    parser.add_argument("--rounds", type=int, default=100, help="how often each call is measured")
    parser.add_argument("--calls", type=int, default=30, help="calls of a round, at most 1000")
    options = parser.parse_args(arguments)
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
        found = measure(stores, options.rounds, options.calls)
        for store in stores:
            store.close()
    written(found)
    print_ratios(found, console)
    print_growth(found, console)
    wrong = controls(found)
    sys.exit("\n".join(["the measurement cannot be trusted:", *wrong]) if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
