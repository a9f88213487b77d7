"""Traces: what one request was, which way it took through the graph and what that cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """A node on the way.

    Attributes:
        name: of the node.
        answer: which way it led; None for a handler, and for a node that raised.
        settled: whether the resource's class decides it alone, so that untraced requests leave it out.
        found: what it added to the exchange, or what it raised, in short.
        microseconds: how long it took; a handler's time includes no rendering.
    """

    name: str
    answer: bool | None
    settled: bool
    found: str
    microseconds: float


@dataclass(frozen=True, slots=True)
class SourceCall:
    """A call of a source that the request made.

    Attributes:
        source: what the source is called.
        method: of the source, with its arguments in short.
        node: during which it was called; empty between nodes.
        microseconds: how long it took.
        error: what it raised, in short; empty if nothing.
    """

    source: str
    method: str
    node: str
    microseconds: float
    error: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One request and its way through the graph. It holds no secret; see `ogrom.http.trace.masking`.

    Attributes:
        id: names the trace; unlike a request's id, no client can choose it.
        request_id: names the request.
        time: when it came.
        method, target: what was asked for.
        resource: the name of the class that decided.
        visits: the nodes in the order they were asked, also those that untraced requests leave out.
        calls: of sources, in the order they began.
        status: of the response.
        microseconds: from the first node until the response was whole.
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
        """Where it ended."""
        return self.visits[-1].name

    @property
    def answers(self) -> dict[str, bool | None]:
        """The path: each node's answer, in order."""
        return {visit.name: visit.answer for visit in self.visits}
