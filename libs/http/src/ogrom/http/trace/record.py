"""Traces: what one request was, its path through the graph and how long that took; and the last of them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

__all__ = ["PATH"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visited node.

    Attributes:
        name: of the node.
        answer: of the node; None for a handler, and for a node that raised.
        settled: whether the class alone decides it, so that untraced requests skip it.
        found: what it added to the exchange, or what it raised, abbreviated.
        microseconds: how long it took; a handler's time includes no rendering.
    """

    name: str
    answer: bool | None
    settled: bool
    found: str
    microseconds: float


@dataclass(frozen=True, slots=True)
class SourceCall:
    """A call to a source that the request made.

    Attributes:
        source: the name of the source.
        method: of the source, with its arguments abbreviated.
        node: that was being asked; empty between nodes.
        microseconds: how long it took.
        error: what it raised, abbreviated; empty if nothing.
    """

    source: str
    method: str
    node: str
    microseconds: float
    error: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One request and its path through the graph. It holds no secrets: see `ogrom.http.trace.masking`.

    Attributes:
        id: of the trace; unlike a request's id, no client can choose it.
        request_id: of the request.
        time: when it arrived.
        method, target: what was asked for.
        resource: the name of the class that decided.
        visits: the nodes in the order they were asked, also those that untraced requests skip.
        calls: to sources, in the order they began.
        status: of the response.
        microseconds: from the first node until the response was complete.
        request_headers, response_headers: name and value.
    """

    id: str
    request_id: str
    time: datetime
    method: str
    target: str
    resource: str
    visits: tuple[Visit, ...]
    calls: tuple[SourceCall, ...]
    status: int
    microseconds: float
    request_headers: tuple[tuple[str, str], ...]
    response_headers: tuple[tuple[str, str], ...]

    @property
    def handler(self) -> str:
        """The node where it ended."""
        return self.visits[-1].name

    @property
    def answers(self) -> dict[str, bool | None]:
        """The answer of each node on the path, in order."""
        return {visit.name: visit.answer for visit in self.visits}


LIMIT = 100
PATH = "/trace"
"""The path of the pages that show them."""


class Traces:
    """Keeps the last traces, for any number of threads."""

    def __init__(self, limit: int = LIMIT) -> None:
        """Start empty.

        Args:
            limit: how many to keep at most.
        """
        self._limit = limit
        self._by_id: OrderedDict[str, Trace] = OrderedDict()
        self._lock = Lock()

    def add(self, trace: Trace) -> None:
        """Keep a trace, and drop the oldest one if there are too many."""
        with self._lock:
            self._by_id[trace.id] = trace
            if len(self._by_id) > self._limit:
                self._by_id.popitem(last=False)

    def last(self) -> tuple[Trace, ...]:
        """All that are kept, the newest first."""
        with self._lock:
            return tuple(reversed(self._by_id.values()))

    def by_id(self, trace_id: str) -> Trace | None:
        """The trace; None if there is none, or no longer."""
        with self._lock:
            return self._by_id.get(trace_id)
