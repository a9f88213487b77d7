"""What processes cost, and what the warm-up gains: `./dev bench serve [--processes 1,2,4] [--rounds 5]`.

Each round starts `ogrom-api serve` again over the same demo. Start: from exec to the first 200 of /health/ready. First
requests: one to each of some routes right after that, compared with the same requests later. Memory: of each process
after those, by /proc/PID/smaps_rollup. PSS divides a shared page among its processes, so its sum is what they take
together.
"""

import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bench.measure.asking import ask, connected
from bench.measure.options import plain_parser
from bench.peers import MEMORY, PEERS
from bench.peers.running import Running, running
from ogrom_rehearsal.usage import memory

ROUTES = ("/v1/de-DE/products", "/v1/en-GB/collages", "/v1/de-DE/comments", "/v1/pl-PL/products/1", "/docs")
PAGE = {"Accept": "text/html"}
LATER = 20


@contextmanager
def served(folder: Path, processes: int = 1, *, warm: bool = True) -> Iterator[Running]:
    """Serve the demo of a folder until the block ends, with the default settings."""
    environment = {
        "OGROM_TOKEN_KEY": "k" * 32,
        "OGROM_WARM_UP": str(int(warm)),
        "PYTHONPYCACHEPREFIX": str(folder / "pycache"),
    }
    peer = replace(PEERS["ogrom"], environment=lambda _: environment)
    with running(peer, MEMORY, folder / "catalogue", processes, ready="/health/ready") as server:
        yield server


def seconds(server: Running, path: str, fields: Mapping[str, str]) -> float:
    """How long a request takes over a new connection."""
    begin = time.perf_counter()
    with closing(connected(server.url)) as connection:
        status, _ = ask(connection, path, fields)
    assert status in (200, 406), path
    return time.perf_counter() - begin


def first_requests(folder: Path, rounds: int) -> Table:
    """The table of starts and first requests, without the warm-up and with it."""
    table = Table("warm-up", "start, s", "first requests, ms: median", "slowest", "later: median", "slowest")
    plan = [(path, fields) for path in ROUTES for fields in ({}, PAGE)]
    for warm in (False, True):
        starts, first, later = [], [], []
        for _ in range(rounds):
            with served(folder, warm=warm) as server:
                starts.append(server.seconds_to_first_answer)
                first += [seconds(server, *each) for each in plan]
                later += [seconds(server, *each) for each in plan * LATER]
        figures = (statistics.median(first), max(first), statistics.median(later), max(later))
        row = (f"{statistics.median(starts):.2f}", *(f"{each * 1e3:.1f}" for each in figures))
        table.add_row("--warm" if warm else "--no-warm", *row)
    return table


def memory_of_processes(folder: Path, numbers: list[int]) -> Table:
    """The table of memory by number of processes."""
    table = Table("processes", "start, s", "parent RSS, PSS, MiB", "a worker's RSS, PSS", "PSS of all")
    for number in numbers:
        with served(folder, number) as server:
            for path in ROUTES * LATER:
                seconds(server, path, {})
            parent, *workers = (memory([each]) for each in server.process_ids)
            rss, pss = (statistics.mean(getattr(each, kind) for each in workers) for kind in ("rss", "pss"))
            table.add_row(
                str(number),
                f"{server.seconds_to_first_answer:.2f}",
                f"{parent.rss:.0f}, {parent.pss:.0f}",
                f"{rss:.0f}, {pss:.0f}",
                f"{parent.pss + sum(each.pss for each in workers):.0f}",
            )
    return table


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = plain_parser("serve", __doc__)
    parser.add_argument("--processes", default="1,2,4", help="numbers of processes, for the memory")
    parser.add_argument("--rounds", type=int, default=5, help="number of starts, for the first requests")
    options = parser.parse_args(arguments)
    console = Console(width=110)
    with TemporaryDirectory() as name, served(Path(name)):  # which fills the demo, and compiles
        console.print(first_requests(Path(name), options.rounds))
        console.print(memory_of_processes(Path(name), [int(each) for each in options.processes.split(",")]))


if __name__ == "__main__":
    main(sys.argv[1:])
