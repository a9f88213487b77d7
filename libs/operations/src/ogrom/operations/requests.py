"""Requests and what became of them, told to watchers: the log, the metrics, the spans.

One middleware stands around the application and tells all of them, so that each costs little.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Protocol, TypeAlias

from ogrom.http import Problem
from ogrom.http.flask import WsgiRequest
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.problem import BLANK
from ogrom.http.response import refusal
from ogrom.server import ARRIVED, Refusal, Refused

from .problems import OF_SERVER

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
WsgiApp: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]
Fields: TypeAlias = list[tuple[str, str]]
Addition: TypeAlias = Callable[[Environ, Fields], None]
"""Adds to the header fields of the response to a request."""

RELEASE: Final = "Ogrom-Release"
"""The header field that names the release which a response comes from."""

WARMING: Final = "ogrom.warming"
"""Set in the WSGI environment of a request that no client has sent; it is not logged, counted or limited."""

log = logging.getLogger("ogrom.operations")

# The Served of a request that the server answers in place of the application.
_SERVED = "ogrom.served"

# What a line of the log has of a request whose header could not be read; the Common Log Format writes so, too.
_UNREAD = {"REQUEST_METHOD": "-", "PATH_INFO": "", "REQUEST_URI": "-"}


def is_warm_up(request: object) -> bool:
    """Whether no client has sent the request."""
    return WARMING in getattr(request, "environ", {})


class Served:
    """A request that is being served, or has been.

    Attributes:
        environ: the WSGI environment, with what middleware and application have put into it.
        begun: when it came to the application, on `time.monotonic()`'s clock in seconds.
        arrived: when it arrived, by the server where that tells, on the same clock.
        seconds: from its arrival to its end, its time in the queue included where the server tells.
        status: of the response; 500 where there was none, as the server answers so.
        sent: how many bytes of content the server has been given.
        left: whether the client left before it had all of them.
        refused: whether the server has answered, and not the application.
        error: what the application raised.
    """

    __slots__ = ("arrived", "begun", "environ", "error", "left", "refused", "seconds", "sent", "status")

    def __init__(self, environ: Environ) -> None:
        self.environ = environ
        self.begun = time.monotonic()
        self.arrived: float = environ.get(ARRIVED, self.begun)
        self.seconds = 0.0
        self.status = 500
        self.sent = 0
        self.left = False
        self.refused = False
        self.error: BaseException | None = None


class Watcher(Protocol):
    """Is told of each request, in its thread; must be quick."""

    def begin(self, served: Served, /) -> None:
        """The request came."""
        ...

    def end(self, served: Served, /) -> None:
        """The response has been handed to the server, or the client has left."""
        ...


def watched(app: WsgiApp, watchers: Sequence[Watcher]) -> WsgiApp:
    """The application, each of its requests told to the watchers.

    Nothing of a response is changed or kept back. An error of a watcher is logged, and the request goes on. Requests
    of the warm-up are not told.

    Args:
        watchers: who is told; the first one's `begin` is first, and its `end` last.
    """
    begins = [each.begin for each in watchers]
    ends = [each.end for each in reversed(watchers)]

    def watching(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if WARMING in environ:
            return app(environ, start_response)
        served = Served(environ)
        _tell(begins, served)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            served.status = int(status[:3])
            return start_response(status, headers, *exc_info)

        try:
            parts = app(environ, start)
        except Refused:
            environ[_SERVED] = served
            raise
        except BaseException as error:
            served.status, served.error = 500, error
            _end(ends, served)
            raise
        if type(parts) is not list:
            return _Content(parts, served, ends)
        served.sent = sum(map(len, parts))
        whole = _Whole(parts)
        whole.served, whole.ends = served, ends
        return whole

    return watching


def tell_refused(watchers: Sequence[Watcher], environ: Environ, status: int, sent: int) -> None:
    """Tell the watchers of a request that the server has answered itself, with so many bytes of content."""
    served = environ.pop(_SERVED, None)
    if served is None:
        served = Served(environ)
        _tell([each.begin for each in watchers], served)
    served.refused, served.status, served.sent = True, status, sent
    _end([each.end for each in reversed(watchers)], served)


def _tell(listeners: Sequence[Callable[[Served], None]], served: Served) -> None:
    for tell in listeners:
        try:
            tell(served)
        except Exception:
            log.exception("a watcher of requests failed")


def _end(listeners: Sequence[Callable[[Served], None]], served: Served) -> None:
    served.seconds = time.monotonic() - served.arrived
    _tell(listeners, served)


def releasing(app: WsgiApp, release: str) -> WsgiApp:
    """The application, each of its responses naming the release that it comes from, if that is not empty."""
    return adding(app, [lambda _, fields: fields.append((RELEASE, release))]) if release else app


def adding(app: WsgiApp, additions: Sequence[Addition]) -> WsgiApp:
    """The application, with header fields added to each of its responses, by one addition after the other."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: Fields, *exc_info: Any) -> Any:
            for add in additions:
                add(environ, headers)  # the list is the server's to change (PEP 3333)
            return start_response(status, headers, *exc_info)

        return app(environ, start)

    return answer


def refusing(watchers: Sequence[Watcher], release: str) -> Callable[[Refusal, Environ], tuple[Fields, bytes]]:
    """What the server calls to tell of a refusal: a problem document (RFC 9457), logged and counted.

    Args:
        watchers: are told of it as of every response, except where the application has failed: then they know already.
        release: what is deployed; may be empty.
    """

    def refuse(refused: Refusal, environ: Environ) -> tuple[Fields, bytes]:
        environ = _UNREAD | environ
        request = WsgiRequest(environ)
        headers = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
        problem = Problem(refused.reason, type=OF_SERVER.get(refused.type or "", BLANK), headers=headers)
        said = refusal(problem, refused.status, request, BROWSABLE_RENDERERS)
        if refused.status != 500:
            tell_refused(watchers, environ, refused.status, len(said.content))
        fields = [*said.headers.items(), ("X-Request-Id", request.id)]
        return [*fields, (RELEASE, release)] if release else fields, said.content

    return refuse


class _Whole(list[bytes]):
    """Content that is there already, as nearly all is: its making cannot fail, and it is handed over as it is."""

    # Without a constructor, which would take longer than all the rest.
    __slots__ = ("ends", "served")
    ends: Sequence[Callable[[Served], None]]
    served: Served

    def close(self) -> None:
        """End what serves the request, and say so once."""
        ends, self.ends = self.ends, ()
        _end(ends, self.served)


class _Content:
    """The content on its way to the server, which closes it in any case (PEP 3333)."""

    __slots__ = ("_close", "_ends", "_parts", "_served")

    def __init__(
        self, parts: Iterable[bytes], served: Served, ends: Sequence[Callable[[Served], None]]
    ) -> None:
        self._close: Callable[[], None] | None = getattr(parts, "close", None)
        self._parts = iter(parts)
        self._served = served
        self._ends = ends
        served.left = True  # until it has been given everything

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        served = self._served
        try:
            part = next(self._parts)
        except StopIteration:
            served.left = False
            raise
        except BaseException as error:
            served.left, served.error = False, error
            raise
        served.sent += len(part)
        return part

    def close(self) -> None:
        """End what serves the request, and say so once."""
        close, self._close = self._close, None
        ends, self._ends = self._ends, ()
        try:
            if close is not None:
                close()
        finally:
            _end(ends, self._served)
