"""Recording: the notes that are taken while one exchange is decided, until they become a Trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter_ns
from typing import Any

from ..answers import Test
from ..engine import respond
from ..exchange import Exchange
from ..graph import EXCEPTION, Node
from ..ids import new_id
from ..nodes import Constant
from ..plan import Handler, Step
from ..reply import Response
from ..rules import R, X
from .findings import found_since, found_so_far
from .masking import ASKED_FIELDS, fields, short, shown
from .record import SourceCall, Trace, Visit

CURRENT: ContextVar[Recording | None] = ContextVar("ogrom.http.trace", default=None)
"""The recording that takes notes in this thread; None where nobody does."""


class TracedExchange(Exchange[Any, Any, Any]):
    """An exchange with the recording that takes notes of it."""

    __slots__ = ("trace",)


class Recording:
    """Takes notes of one exchange, in the thread that decides it.

    Attributes:
        id: of the Trace that this becomes.
        visits: the nodes so far; while a response is rendered, the handler is the last.
        calls: of sources, so far.
        page: the path of the page that will show the trace; empty where not everybody may see it.
    """

    def __init__(self) -> None:
        self.id = new_id()
        self.visits: list[Visit] = []
        self.calls: list[SourceCall] = []
        self.page = ""
        self._time = datetime.now(UTC)
        self._node = ""

    def respond(self, resource: R, x: TracedExchange) -> tuple[Response, Trace]:
        """Decide an exchange as `ogrom.http.engine.respond` does, and note all of its way."""
        x.trace = self
        token = CURRENT.set(self)
        begin = perf_counter_ns()
        try:
            response = respond(resource, x, folded=False, walk=self._walk)
        finally:
            CURRENT.reset(token)
        return response, self._trace(resource, x, response, _microseconds(begin))

    @contextmanager
    def calling(self, source: str, method: str) -> Iterator[None]:
        """Note the call of a source that is made within."""
        place, node, error = len(self.calls), self._node, ""
        self.calls.append(SourceCall(source, method, node, 0.0, ""))  # before those that it makes itself
        begin = perf_counter_ns()
        try:
            yield
        except BaseException as raised:
            error = short(raised)
            raise
        finally:
            self.calls[place] = SourceCall(source, method, node, _microseconds(begin), error)

    def called(self, source: str, method: str, seconds: float, error: str) -> None:
        """Note the call of a source that has been made."""
        self.calls.append(SourceCall(source, method, self._node, seconds * 1e6, error))

    def _walk(self, step: Step, resource: R, x: X) -> Step:
        """As `ogrom.http.plan.walk`, with every step noted."""
        while step.test is not None:
            answer = self._ask(step.node, step.test, resource, x)
            step = step.on_true if answer else step.on_false  # type: ignore[assignment]  # a test has both
        assert step.handler is not None
        return replace(step, handler=self._noting(step.node, step.handler))

    def _ask(self, node: Node, test: Test, resource: R, x: X) -> bool:
        before, settled = found_so_far(x), isinstance(test, Constant)
        self._node, begin = node.name, perf_counter_ns()
        try:
            answer = test(resource, x)
        except Exception as error:
            self.visits.append(Visit(node.name, None, settled, short(error), _microseconds(begin)))
            raise
        taken = _microseconds(begin)
        self.visits.append(Visit(node.name, answer, settled, found_since(before, x), taken))
        return answer

    def _noting(self, node: Node, handler: Handler) -> Handler:
        """The handler, which notes when it begins, so that what it returns can show its own path."""

        def noting(resource: R, x: X) -> object:
            self._node, begin = node.name, perf_counter_ns()
            self.visits.append(Visit(node.name, None, False, "", 0.0))
            try:
                return handler(resource, x)
            finally:
                self.visits[-1] = replace(self.visits[-1], microseconds=_microseconds(begin))

        return noting

    def _trace(self, resource: R, x: X, response: Response, microseconds: float) -> Trace:
        if x.exception is not None:
            found = short(x.exception)
            self.visits.append(Visit(EXCEPTION, None, False, found, self._left(microseconds)))
        request = x.request
        asked = ((name, request.header(name)) for name in ASKED_FIELDS)
        return Trace(
            id=self.id,
            request_id=request.id,
            time=self._time,
            method=shown(x.method),
            target=shown(request.target),
            resource=type(resource).__qualname__,
            visits=tuple(self.visits),
            calls=tuple(self.calls),
            status=response.status,
            microseconds=microseconds,
            request_headers=fields((name, value) for name, value in asked if value is not None),
            response_headers=fields(response.headers.items()),
        )

    def _left(self, microseconds: float) -> float:
        """What is left of the time once every node has had its share."""
        return max(0.0, microseconds - sum(visit.microseconds for visit in self.visits))


def _microseconds(since: int) -> float:
    return (perf_counter_ns() - since) / 1000
