"""HAProxy's access log, a line for each request: the cross-check of the load generator."""

import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ogrom_deploy.model import Colour, Figures, percentile

_COLOURS: dict[str, Colour] = {"blue": "blue", "green": "green"}


@dataclass(frozen=True)
class LogEntry:
    """One request as HAProxy saw it.

    Attributes:
        at: when it ended, by `time.monotonic()`.
        frontend: the one that it came in by.
        colour: the environment that it was sent to.
        server: HAProxy's name of the instance; `<NOSRV>` for none.
        status: of the response; 0 if the client got none.
        seconds: from the request to the last byte of the response.
        ended_by: `--` if nothing was wrong, otherwise HAProxy's two letters.
        size: of the response, in bytes.
        release: the response's Ogrom-Release; empty if it has none.
        path: of the request.
    """

    at: float
    frontend: str
    colour: Colour
    server: str
    status: int
    seconds: float
    ended_by: str
    size: int
    release: str
    path: str

    @property
    def broken(self) -> bool:
        """Whether the instance's response broke off."""
        return self.ended_by[0] == "S" and self.ended_by[1] in "DL"

    @property
    def failed(self) -> bool:
        """Whether the client got an error or an incomplete response, and did not give up itself."""
        return not self.ended_by.startswith("C") and (self.status >= 500 or self.ended_by != "--")


def entry(line: str, offset: float) -> LogEntry | None:
    """Read a line of the log; None if it is no request, such as HAProxy's own notices.

    Args:
        line: without its end.
        offset: from the time of day to `time.monotonic()`, in seconds.
    """
    words = line.split(" ", 9)
    if len(words) != 10 or words[2] not in _COLOURS:
        return None
    ended_at, frontend, backend, server, status, microseconds, ended, size, release, path = words
    return LogEntry(
        int(ended_at) / 1e6 + offset,
        frontend,
        _COLOURS[backend],
        server,
        max(int(status), 0),
        int(microseconds) / 1e6,
        ended[:2],
        int(size),
        "" if release == "-" else release,
        path,
    )


def figures(entries: Iterable[LogEntry], broken: int = 0) -> Figures:
    """Sum up what clients got.

    Args:
        entries: of the log.
        broken: how many responses broke off, including those that are not in the log.
    """
    counted = list(entries)
    seconds = [each.seconds for each in counted]
    unlogged = max(broken - sum(each.broken for each in counted), 0)
    return Figures(
        requests=len(counted) + unlogged,
        errors=sum(each.failed for each in counted) + unlogged,
        p50=percentile(seconds, 50),
        p99=percentile(seconds, 99),
    )


class AccessLog:
    """Reads the log as it grows. It is a file, since HAProxy would drop lines that a socket has no room for."""

    def __init__(self, path: Path) -> None:
        """Begin an empty log at this path."""
        # Two, since writing would move the position of reading.
        self._sink, self._file = path.open("ab"), path.open("rb")
        self._rest = b""
        self._entries: list[LogEntry] = []
        self._lock = threading.Lock()
        # HAProxy logs the time of day.
        self._offset = time.monotonic() - time.time()

    def fileno(self) -> int:
        """The descriptor that HAProxy writes to."""
        return self._sink.fileno()

    def since(self, moment: float) -> Sequence[LogEntry]:
        """The requests that have ended since a time on `time.monotonic()`'s clock, in that order."""
        with self._lock:
            self._read()
            return self._entries[bisect_left(self._entries, moment, key=lambda each: each.at) :]

    def close(self) -> None:
        """Stop reading."""
        with self._lock:
            self._read()
            self._file.close()
            self._sink.close()

    def _read(self) -> None:
        if self._file.closed:
            return
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        read = (entry(line.decode(errors="replace"), self._offset) for line in lines)
        self._entries += filter(None, read)
