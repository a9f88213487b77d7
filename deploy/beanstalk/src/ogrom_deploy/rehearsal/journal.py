"""HAProxy's log, one datagram a request: the second witness of what clients got."""

import math
import socket
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ogrom_deploy.model import Colour, Figures

_COLOURS: dict[str, Colour] = {"blue": "blue", "green": "green"}


@dataclass(frozen=True)
class Entry:
    """One request as HAProxy saw it.

    Attributes:
        at: when it ended, by `time.monotonic()`.
        frontend: where it came in.
        colour: where it was sent to.
        server: HAProxy's name of the instance; `<NOSRV>` where there was none.
        status: of the response; 0 where the client got none.
        seconds: from the request to the last byte of the response.
        ended_by: `--` where nothing was wrong, else HAProxy's two letters.
        release: the response's Ogrom-Release; empty where it has none.
        path: that was asked for.
    """

    at: float
    frontend: str
    colour: Colour
    server: str
    status: int
    seconds: float
    ended_by: str
    release: str
    path: str

    @property
    def failed(self) -> bool:
        """Whether the client got an error or less than a whole response, and has not left itself."""
        return not self.ended_by.startswith("C") and (self.status >= 500 or self.ended_by != "--")


def entry(line: str, at: float) -> Entry | None:
    """Read a line of the log; None for what is no request, such as HAProxy's own notices."""
    # Split from the left: the path is last, since a client can put anything into it.
    words = line.split(" ", 8)
    if len(words) != 9 or words[1] not in _COLOURS:
        return None
    frontend, backend, server, status, milliseconds, _, ended, release, path = words
    return Entry(
        at,
        frontend,
        _COLOURS[backend],
        server,
        max(int(status), 0),
        max(int(milliseconds), 0) / 1000,
        ended[:2],
        "" if release == "-" else release,
        path,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values, in ascending order, that so large a share of them does not exceed; 0.0 for none."""
    return values[max(math.ceil(len(values) * share) - 1, 0)] if values else 0.0


def figures(entries: Iterable[Entry]) -> Figures:
    """Sum up what clients got."""
    counted = list(entries)
    seconds = sorted(each.seconds for each in counted)
    return Figures(
        requests=len(counted),
        errors=sum(each.failed for each in counted),
        p50=percentile(seconds, 0.5),
        p99=percentile(seconds, 0.99),
    )


class Journal:
    """Collects the log in a thread of its own, from before HAProxy starts until after it has ended."""

    def __init__(self, path: Path) -> None:
        """Listen on a socket of this path."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        # HAProxy drops what does not fit.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024 * 1024)
        self._socket.settimeout(0.2)
        self._socket.bind(str(path))
        self._entries: list[Entry] = []
        self._ends: list[float] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._collect, name="journal", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        self._socket.close()

    def since(self, moment: float) -> Sequence[Entry]:
        """The requests that have ended since a moment of `time.monotonic()`, in that order."""
        return self._entries[bisect_left(self._ends, moment) :]

    def _collect(self) -> None:
        while not self._done.is_set():
            try:
                line = self._socket.recv(8192)
            except TimeoutError:
                continue
            read = entry(line.decode(errors="replace").strip(), time.monotonic())
            if read is not None:
                # First the entry: whoever finds its end finds it.
                self._entries.append(read)
                self._ends.append(read.at)
