"""A database that is some way off: `with distant(url) as there:`, and what the way costs by itself."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

ROUND_TRIP = 0.001
"""Seconds, as between two zones of a region, or from a machine to a managed database."""


@dataclass(frozen=True)
class Distant:
    """A database behind a proxy.

    Attributes:
        url: the database's, by way of the proxy.
        process_id: the proxy's.
    """

    url: str
    process_id: int


@contextmanager
def distant(url: str, round_trip: float = ROUND_TRIP) -> Iterator[Distant]:
    """A proxy before a database on this machine, that lives as long as the block.

    Args:
        url: the database's.
        round_trip: the seconds that it adds, half of them either way.
    """
    parts = urlsplit(url)
    command = (sys.executable, "-m", f"{__package__}.delaying", str(parts.port), str(round_trip / 2))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            there = parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}")
            yield Distant(there.geturl(), process.pid)
        finally:
            process.terminate()
