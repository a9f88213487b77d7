"""One exchange: the request, and what the decisions have found out so far."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol

from typing_extensions import TypeVar

from .problem import Challenge, Problem
from .renderers import Renderer
from .validators import ETag

E = TypeVar("E", default=Any)
B = TypeVar("B", default=Any)
C = TypeVar("C", default=Any)
LinkBuilder = Callable[[Mapping[str, object]], str]
Visited = tuple[str, bool | None]
"""The name of a node and its answer; None for a handler, and for a node that raised."""


class Request(Protocol):
    """What the engine needs to know of a request, whatever server received it."""

    @property
    def method(self) -> str:
        """The method, as it was sent."""
        ...

    @property
    def id(self) -> str:
        """The id of the request, for logs and for the client."""
        ...

    @property
    def root(self) -> str:
        """The path below which the whole service is reached, without a trailing slash; mostly empty."""
        ...

    @property
    def target(self) -> str:
        """The path and query, as they were sent."""
        ...

    @property
    def query(self) -> str:
        """The query without its question mark, still percent-encoded."""
        ...

    def header(self, name: str) -> str | None:
        """The field's value, lines joined by commas; `name` is in lower case."""
        ...

    def content(self, limit: int) -> bytes:
        """The content of the request, at most `limit` + 1 bytes of it.

        Raises:
            EOFError: it ended before the length that was announced.
        """
        ...


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The key of a request (draft-ietf-httpapi-idempotency-key-header).

    Attributes:
        text: the key.
        fingerprint: what tells the request from others: the SHA-256 of its method, target and content, in hex; of one
            that was passed on, that of the first request, which then is the field's parameter `fingerprint`.
    """

    text: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class EarlierRequest:
    """What came of an earlier request with the same key.

    Attributes:
        fingerprint: what told it from others.
        result: what its action returned, for `x.result` and, after a PUT or PATCH, `x.entity`.
        existed: whether there was something before it.
    """

    fingerprint: str
    result: object
    existed: bool = True


class Exchange(Generic[E, B, C]):
    """A request on its way through the graph.

    Nothing is merged into it: each field has one writer, named here.

    Attributes:
        request: what was received.
        endpoint: the name of the endpoint that it was sent to, for links to the same place.
        context: what the mount made of the request, the same kind of value for every resource of it; a resource that
            answers `idempotency_key_used` may add the key.
        arguments: the path's parameters, decoded.
        fingerprint: what ends the state in entity tags, `~` and ten hex digits; empty outside of a mount.
        entity: what `exists` returned, then what `put` or `patch` returned; None while there is nothing.
        existed: whether `exists` found something, before any action.
        query: the decoded query parameters.
        body: the decoded content of the request.
        idempotency_key: of the request; None if it has none, or before it is read.
        earlier: what `idempotency_key_used` returned, if a request with the key was carried out already.
        result: what the action returned, now or then.
        problem: why a decision refused, if it said so.
        challenge: the Challenge that `authorized` returned.
        exception: what was raised, for `handle_exception`.
        renderer: the negotiated representation; None before it is negotiated.
        language, encoding: negotiated too; None where there is no choice.
        encoding_required: whether the client refuses content without a coding.
        matched: the entity tag of If-None-Match that matched.
        path: the nodes visited so far, for a page or a test that shows them; otherwise None.
        trace_page: the path of the page that shows the trace of this exchange; empty if there is none.
    """

    __slots__ = (
        "arguments",
        "body",
        "challenge",
        "context",
        "earlier",
        "encoding",
        "encoding_required",
        "endpoint",
        "entity",
        "exception",
        "existed",
        "fingerprint",
        "idempotency_key",
        "language",
        "links",
        "matched",
        "method",
        "path",
        "problem",
        "query",
        "renderer",
        "request",
        "result",
    )

    entity: E
    body: B
    context: C
    trace_page: str = ""  # not a slot: only a traced exchange has one

    def __init__(
        self,
        request: Request,
        *,
        endpoint: str,
        context: C,
        arguments: Mapping[str, object],
        links: Mapping[str, LinkBuilder],
        fingerprint: str = "",
    ) -> None:
        self.request = request
        self.method = request.method
        self.endpoint = endpoint
        self.context = context
        self.arguments = arguments
        self.links = links
        self.fingerprint = fingerprint
        self.entity = None  # type: ignore[assignment]  # until `exists` has been asked
        self.body = None  # type: ignore[assignment]  # until the content has been read
        self.query: Any = None
        self.existed = False
        self.idempotency_key: IdempotencyKey | None = None
        self.earlier: EarlierRequest | None = None
        self.result: Any = None
        self.problem: Problem | None = None
        self.challenge: Challenge | None = None
        self.exception: Exception | None = None
        self.renderer: Renderer | None = None
        self.language: str | None = None
        self.encoding: str | None = None
        self.encoding_required = False
        self.matched: ETag | None = None
        self.path: list[Visited] | None = None

    def link(self, name: str, /, **parameters: object) -> str:
        """The path of another endpoint of the same mount.

        Args:
            name: one of the resource's `links_to`.
            parameters: those of the path, then those of the query; None leaves one out.

        Raises:
            LookupError: the resource does not declare that it links there, or a parameter is missing.
        """
        try:
            return self.request.root + self.links[name](parameters)
        except KeyError as missing:
            raise LookupError(_link_advice(name, self.links, missing)) from None

    def link_if(self, name: str, /, **parameters: object) -> str | None:
        """The path of an endpoint that need not be mounted; None if the mount has none of that name.

        Args:
            name: one of the resource's `may_link_to`.
            parameters: as for `link`.

        Raises:
            LookupError: the resource does not declare that it may link there, or a parameter is missing.
        """
        return None if self.links.get(name) is not_mounted else self.link(name, **parameters)


def not_mounted(_: Mapping[str, object]) -> str:
    """Stands for the link to an endpoint that the mount lacks."""
    raise LookupError("that endpoint is not mounted here; `x.link_if` gives None for it")


def _link_advice(name: str, links: Mapping[str, LinkBuilder], missing: KeyError) -> str:
    if name in links:
        return f"a link to {name!r} needs the parameter {missing.args[0]!r}"
    return f"no link to {name!r} is declared; add it to links_to, which names {sorted(links)}"


_DIGITS = 16
_AT_ONCE = 256
# Each system call lets another thread take Python's lock, and a request needs several ids.
_ready: deque[str] = deque()
os.register_at_fork(after_in_child=_ready.clear)


def new_id() -> str:
    """An id for a request, a trace or a span: 16 hex digits from the system's source of randomness."""
    while True:
        try:
            return _ready.popleft()
        except IndexError:
            digits = os.urandom(_AT_ONCE * _DIGITS // 2).hex()
            _ready.extend([digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS)])
