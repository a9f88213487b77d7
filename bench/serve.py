"""What processes cost and what the warm-up is worth: `./dev bench serve --processes 1,2,4 --rounds 5`.

Each round starts `ogrom-api serve` anew over a demo of its own. Start: from exec to the first 200 of /health/ready.
First requests: one to each of some routes, right after that, beside what the same request takes afterwards. Memory:
of each process after those, by /proc/PID/smaps_rollup; PSS counts a page that several share by parts, so its sum is
what they need together.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ogrom.sources.testing import reserved_port
from ogrom_rehearsal import usage

PROGRAM = Path(sys.executable).with_name("ogrom-api")
ROUTES = ("/v1/de-DE/products", "/v1/en-GB/collages", "/v1/de-DE/comments", "/v1/pl-PL/products/1", "/docs")
PAGE = {"Accept": "text/html"}
LATER = 20
PATIENCE = 60.0


@dataclass
class Running:
    """A service that is ready."""

    process: "subprocess.Popen[bytes]"
    port: int
    started: float

    def seconds(self, path: str, headers: dict[str, str]) -> float:
        begin = time.perf_counter()
        assert ask(self.port, path, headers) in (200, 406), path
        return time.perf_counter() - begin

    def memory(self) -> list[usage.Memory]:
        """Of the parent and then of each worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [usage.memory([each]) for each in (self.process.pid, *map(int, children))]


def ask(port: int, path: str, headers: dict[str, str]) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Running]:
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "pycache")}
    with reserved_port() as port:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [PROGRAM, "serve", f"--port={port}", *options],
            cwd=folder,
            env={**os.environ, **compiled, "OGROM_TOKEN_KEY": "k" * 32},  # so that it warns of nothing
            stdout=subprocess.DEVNULL,
        )
        try:
            while not is_ready(port):
                assert time.perf_counter() - begin < PATIENCE
                assert process.poll() is None
                time.sleep(0.002)  # between two looks
            yield Running(process, port, time.perf_counter() - begin)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def is_ready(port: int) -> bool:
    with suppress(OSError):
        return ask(port, "/health/ready", {}) == 200
    return False


def first_requests(folder: Path, rounds: int) -> Table:
    table = Table("warm-up", "start, s", "first requests, ms: median", "slowest", "later: median", "slowest")
    for option in ("--no-warm", "--warm"):
        starts, first, later = [], [], []
        for _ in range(rounds):
            with served(folder, option) as running:
                starts.append(running.started)
                plan = [(path, headers) for path in ROUTES for headers in ({}, PAGE)]
                first += [running.seconds(*each) for each in plan]
                later += [running.seconds(*each) for each in plan * LATER]
        figures = (statistics.median(first), max(first), statistics.median(later), max(later))
        table.add_row(
            option, f"{statistics.median(starts):.2f}", *(f"{seconds * 1e3:.1f}" for seconds in figures)
        )
    return table


def memory(folder: Path, numbers: list[int]) -> Table:
    table = Table("processes", "start, s", "parent RSS, PSS, MiB", "a worker's RSS, PSS", "PSS of all")
    for number in numbers:
        with served(folder, f"--processes={number}") as running:
            for path in ROUTES * LATER:
                running.seconds(path, {})
            parent, *workers = running.memory()
            rss, pss = (statistics.mean(getattr(each, kind) for each in workers) for kind in ("rss", "pss"))
            together = parent.pss + sum(each.pss for each in workers)
            table.add_row(
                str(number),
                f"{running.started:.2f}",
                f"{parent.rss:.0f}, {parent.pss:.0f}",
                f"{rss:.0f}, {pss:.0f}",
                f"{together:.0f}",
            )
    return table


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="./dev bench serve", description=__doc__)
    parser.add_argument("--processes", default="1,2,4", help="how many, for the memory")
    parser.add_argument("--rounds", type=int, default=5, help="how many starts, for the first requests")
    options = parser.parse_args(arguments)
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as name, served(Path(name)):
        # fills the demo and compiles
        console.print(first_requests(Path(name), options.rounds))
        console.print(memory(Path(name), [int(each) for each in options.processes.split(",")]))


if __name__ == "__main__":
    main(sys.argv[1:])
