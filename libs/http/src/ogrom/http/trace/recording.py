"""Recording: what one exchange does, noted until it becomes a Trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter_ns
from typing import Any, Final

from ..decisions import R, X
from ..deprecations import responder
from ..exchange import Exchange, new_id
from ..graph import EXCEPTION
from ..nodes import Constant
from ..plan import Step
from ..renderers import Renderer
from ..response import Response
from .masking import ASKED_FIELDS, MAX_LENGTH, fields, short, shown
from .record import SourceCall, Trace, Visit

CURRENT: ContextVar[Recording | None] = ContextVar("ogrom.http.trace", default=None)
"""The recording of the exchange that this thread decides; None if it is not traced."""


class TracedExchange(Exchange[Any, Any, Any]):
    """An exchange whose page links to its trace."""

    __slots__ = ("trace_page",)

    def __init__(self, *arguments: Any, trace_page: str = "", **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.trace_page = trace_page


class Recording:
    """Observes one exchange, in the thread that decides it.

    Attributes:
        id: of the Trace that this becomes.
        visits: the nodes so far; while a response is rendered, the handler is the last.
        calls: to sources, so far.
    """

    def __init__(self) -> None:
        self.id = new_id()
        self.visits: list[Visit] = []
        self.calls: list[SourceCall] = []
        self._time = datetime.now(UTC)
        self._node = ""

    def respond(self, resource: R, x: TracedExchange) -> tuple[Response, Trace]:
        """Decide an exchange as `ogrom.http.response.respond` does, and record all of it."""
        x.path = []
        token = CURRENT.set(self)
        begin = perf_counter_ns()
        try:
            response = responder(type(resource))(resource, x, folded=False, observer=self)
        finally:
            CURRENT.reset(token)
        return response, self._trace(resource, x, response, _microseconds(begin))

    @contextmanager
    def calling(self, source: str, method: str) -> Iterator[None]:
        """Record the call to a source that is made within."""
        place, node, error = len(self.calls), self._node, ""
        self.calls.append(SourceCall(source, method, node, 0.0, ""))  # before the calls that it makes itself
        begin = perf_counter_ns()
        try:
            yield
        except BaseException as raised:
            error = short(raised)
            raise
        finally:
            self.calls[place] = SourceCall(source, method, node, _microseconds(begin), error)

    def called(self, source: str, method: str, seconds: float, error: str) -> None:
        """Record a call to a source that has been made."""
        self.calls.append(SourceCall(source, method, self._node, seconds * 1e6, error))

    def ask(self, step: Step, resource: R, x: X) -> bool:
        """Ask the step's test, and note its answer."""
        assert step.test is not None
        before, name, settled = _findings(x), step.node.name, isinstance(step.test, Constant)
        self._visit(x, name, settled=settled)
        self._node, begin = name, perf_counter_ns()
        try:
            answer = step.test(resource, x)
        except Exception as error:
            self.visits[-1] = Visit(name, None, settled, short(error), _microseconds(begin))
            raise
        taken = _microseconds(begin)
        self.visits[-1] = Visit(name, answer, settled, _changes(before, x), taken)
        if not settled and x.path is not None:
            x.path[-1] = (name, answer)
        return answer

    def handle(self, step: Step, resource: R, x: X) -> object:
        """Call the step's handler; it is noted first, so that a page which it returns can show its own path."""
        assert step.handler is not None
        self._visit(x, step.node.name)
        self._node, begin = step.node.name, perf_counter_ns()
        try:
            return step.handler(resource, x)
        finally:
            self.visits[-1] = replace(self.visits[-1], microseconds=_microseconds(begin))

    def _visit(self, x: X, name: str, *, settled: bool = False) -> None:
        self.visits.append(Visit(name, None, settled, "", 0.0))
        if not settled and x.path is not None:
            x.path.append((name, None))

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
        """The time that no node took."""
        return max(0.0, microseconds - sum(visit.microseconds for visit in self.visits))


def _microseconds(since: int) -> float:
    return (perf_counter_ns() - since) / 1000


_FIELDS: Final = (
    "query",
    "body",
    "renderer",
    "language",
    "encoding",
    "entity",
    "matched",
    "result",
    "problem",
    "challenge",
)


def _findings(x: X) -> Mapping[str, object]:
    return {name: getattr(x, name) for name in _FIELDS}


def _changes(before: Mapping[str, object], x: X) -> str:
    """What a node has added to the exchange, abbreviated; empty if nothing."""
    now = _findings(x)
    parts = (f"{name} = {_short(now[name])}" for name in _FIELDS if now[name] is not before[name])
    return ", ".join(parts)[: 2 * MAX_LENGTH]


def _short(value: object) -> str:
    return value.media_type if isinstance(value, Renderer) else short(value)
