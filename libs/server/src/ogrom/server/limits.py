"""Limits: what one client, and all of them together, may take from a process."""

from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of everything there may be; beyond that the server refuses, or closes.

    Attributes:
        target_bytes: of a request's target: 414. RFC 9112, 3 recommends 8,000 for the whole line.
        header_bytes: of a request's line and fields together: 431.
        header_fields: how many field lines a request has: 431.
        header_seconds: from a request's first byte until its header is there: 408.
        content_bytes: of a request, where nothing decides by its header: 413.
        content_bytes_of_all: of the requests that are being received or answered; beyond that those that come the
            slowest are refused: 503.
        chunk_line_bytes: of one chunk's size and extensions: 413 (RFC 9112, 7.1.1 asks for a limit).
        chunk_extension_bytes: of all extensions of a request: 413.
        trailer_bytes: of a request's trailer section: 431.
        response_bytes: of a response that wait for the client; who writes more than one piece waits with them.
        response_bytes_of_all: of all responses; beyond that those are cut that have not moved for the longest, but for
            the last one: what is in one piece is in memory anyhow.
        least_rate: bytes a second that content and responses must move, on average of each `patience`.
        patience: seconds.
        idle_seconds: between two requests. A balancer keeps connections for 60 s (AWS's); were we the first to close
            one, a request might be on its way.
        new_seconds: from connecting to the first byte.
        requests: begun on the loop at once, where the application takes a Waiter: 503.
        connections: at once; None for as many as there are descriptors, less `spare_descriptors`.
        spare_descriptors: for all that is no client's connection.
    """

    target_bytes: int = 8192
    header_bytes: int = 32 * 1024
    header_fields: int = 128
    header_seconds: float = 10.0
    content_bytes: int = 10 * 1024 * 1024
    content_bytes_of_all: int = 64 * 1024 * 1024
    chunk_line_bytes: int = 4096
    chunk_extension_bytes: int = 16 * 1024
    trailer_bytes: int = 8192
    response_bytes: int = 2 * 1024 * 1024
    response_bytes_of_all: int = 64 * 1024 * 1024
    least_rate: float = 1024.0
    patience: float = 10.0
    idle_seconds: float = 75.0
    new_seconds: float = 30.0
    requests: int = 1024
    connections: int | None = None
    spare_descriptors: int = 128


class Budget:
    """Counts bytes of all connections of a process; any thread may."""

    def __init__(self, limit: int) -> None:
        """Nothing of the limit is used."""
        self._limit = limit
        self._used = 0
        self._lock = Lock()

    @property
    def excess(self) -> int:
        """How many bytes more are used than there may be; 0 where none are."""
        return max(0, self._used - self._limit)

    def take(self, number: int) -> None:
        """Use some, also beyond the limit."""
        with self._lock:
            self._used += number

    def give_back(self, number: int) -> None:
        """Use them no more."""
        with self._lock:
            self._used -= number
