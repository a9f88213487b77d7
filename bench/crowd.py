"""How soon health is answered while clients take all that they can: `./dev bench crowd`.

2,000 connections send a letter now and then, 50 never read their responses, and the queue is full, all at once; for
comparison, the same server alone. Each health check comes over a new connection, as from a balancer.
"""

import resource
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.measure.options import plain_parser
from ogrom.server import Lane, Limits, paths
from ogrom.server.testing import running
from ogrom_deploy.model import percentile

DRIPPING, SILENT, QUESTIONS = 2000, 50, 200
PATIENCE = 60.0
TARGET = 0.5
HEALTH = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
LANES = (Lane("health", 1, paths("/health/")), Lane("application", 8, queue=64))
LARGE = b"x" * 30_000_000


def connected(port: int, sends: bytes = b"") -> socket.socket:
    """A connection that has sent some bytes."""
    made = socket.create_connection(("127.0.0.1", port), PATIENCE)
    made.sendall(sends)
    return made


def asked(port: int) -> float:
    """The seconds from connecting to the response."""
    begin = time.perf_counter()
    with connected(port, HEALTH) as sock:
        assert sock.recv(1000).startswith(b"HTTP/1.1 200 ")
    return time.perf_counter() - begin


@contextmanager
def crowd(port: int) -> Iterator[list[socket.socket]]:
    """All slow clients at once; gives the connections that send a letter now and then."""
    with ExitStack() as stack:
        for path, number in (("/large", SILENT), ("/wait", 8 + 64)):
            for _ in range(number):
                stack.enter_context(connected(port, f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()))
        yield [stack.enter_context(connected(port, b"G")) for _ in range(DRIPPING)]


def measured() -> dict[str, list[float]]:
    """The seconds of each health check, alone and in the crowd."""
    release = Event()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/wait":
            release.wait(PATIENCE)
        start_response("200 OK", [])
        return [LARGE if environ["PATH_INFO"] == "/large" else b"ok"]

    limits = Limits(header_seconds=PATIENCE, patience=PATIENCE)
    with running(application, limits, LANES) as port:
        found = {"alone": [asked(port) for _ in range(QUESTIONS)], "in the crowd": list[float]()}
        with crowd(port) as dripping:
            for number in range(QUESTIONS):
                for each in dripping[number % 10 :: 10]:
                    each.send(b"E")
                found["in the crowd"].append(asked(port))
            release.set()
    return found


def main(arguments: list[str]) -> None:
    """Measure and print."""
    plain_parser("crowd", __doc__).parse_args(arguments)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16_384), hard))
    table = Table(
        "", "median, ms", "p99, ms", "slowest, ms", "target", title=f"{QUESTIONS} health checks each"
    )
    for name, seconds in measured().items():
        middle, p99 = percentile(seconds, 50), percentile(seconds, 99)
        met = "met" if max(seconds) < TARGET else "missed"
        row = (middle, p99, max(seconds))
        table.add_row(name, *(f"{each * 1000:.1f}" for each in row), f"{TARGET * 1000:.0f}: {met}")
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
