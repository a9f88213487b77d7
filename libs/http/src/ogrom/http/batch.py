"""Batches: a screen in one round trip. Later requests use values of earlier answers.

```
POST /v1/de-DE/batch
{"requests": [
  {"id": "collage", "path": "/collages/7"},
  {"id": "comments", "path": "{collage#/links/comments}"},
  {"id": "products", "path": "/products?ids={collage#/placements/*/product_id}"},
  {"id": "authors", "path": "/users?ids={comments#/items/*/author_id}"}
]}

200 OK
{"responses": {
  "collage": {"status": 200, "headers": {"ETag": "..."}, "content": {"id": 7, "title": "...", ...}},
  "comments": ..., "products": ..., "authors": ...
}}
```

A reference is the id of an earlier request and a JSON Pointer, as a URI fragment (RFC 6901, 6), into the content that
answered it. A `*` in it stands for every element of an array, and the values become a list.

Reads wait side by side, each as soon as its values are known. A write waits for all before it, and all after it wait
for the write. Each is a request to the application, so access, rates, metrics and the graph treat it as if it had come
alone.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from itertools import groupby, islice
from threading import Lock
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, Protocol, TypeVar, cast
from urllib.parse import quote, unquote

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from .content import MAX_FAULTS, pointer as fragment_of
from .exchange import Exchange, Request
from .nodes import Answer, always, only_for
from .problem import MEDIA_TYPE, Fault, Problem, ProblemType, invalid_fields, refuses
from .problems import (
    ANSWERS_TOO_LARGE,
    BATCH_IN_BATCH,
    FAILED_DEPENDENCY,
    INVALID_CONTENT,
    UNUSABLE_REFERENCE,
)
from .renderers import JSON, Renderer
from .resource import Resource
from .response import Response

__all__ = ["Batch", "BatchResource", "BatchResponses", "Waiter"]

T = TypeVar("T")
log = logging.getLogger("ogrom.http")

MAX_REQUESTS: Final = 64
MAX_VALUES: Final = 100
"""How many values a list of a reference has at most."""

MAX_BYTES: Final = 1024 * 1024
"""How long the content of a batch's answer is at most."""

MAX_WORK: Final = 100_000
"""How many places the references of a batch lead to, and characters they find there, together at most."""

MAX_TARGET: Final = 8192
"""How long a path is at most, with its values: what the server allows of a request that comes alone."""

MAX_BATCHES: Final = 64
"""How many batches are answered at once: each holds up to MAX_BYTES, and MAX_REQUESTS reads that wait."""

_RESERVED = 1024  # bytes for each request's status, and for why it is refused
_GRACE = 0.25  # seconds that requests have to say themselves that their time is over
_READS = ("GET", "HEAD")


# What is sent and received.

Id = Annotated[str, Meta(pattern="^[A-Za-z][A-Za-z0-9_-]{0,31}$", description="Your name for the request.")]
Field = Annotated[str, Meta(pattern=r"^[\x20-\x7e]*$", max_length=1024)]


class BatchHeaders(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename=lambda name: name.replace("_", "-").title(),
):
    """The header fields that a request in a batch may have. The rest, Authorization for one, is that of the batch."""

    accept_language: Field | UnsetType = UNSET
    cache_control: Field | UnsetType = UNSET
    content_type: Field | UnsetType = UNSET
    idempotency_key: Field | UnsetType = UNSET
    if_match: Field | UnsetType = UNSET
    if_modified_since: Field | UnsetType = UNSET
    if_none_match: Field | UnsetType = UNSET
    if_unmodified_since: Field | UnsetType = UNSET


_PATH = (
    "A link as an answer gives it, or a path below the one that the batch is in: `/products/7`. "
    "`{collage#/placements/*/product_id}` puts in what the JSON Pointer finds in the content of the earlier answer "
    "`collage`; with a `*`, up to 100 values with commas between them. At the beginning it puts in a link."
)
_VALUES = (
    "What is put into `content`, by its place there: `#/author_id` gets `me#/id`, what the JSON Pointer finds in the "
    "earlier answer `me`."
)


class BatchedRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One request of a batch."""

    id: Id
    path: Annotated[str, Meta(min_length=1, max_length=MAX_TARGET, description=_PATH)]
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: BatchHeaders = BatchHeaders()
    content: Annotated[Any, Meta(description="The content, as JSON.")] = UNSET
    values: Annotated[dict[str, str], Meta(max_length=MAX_VALUES, description=_VALUES)] = {}


class Batch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Requests, of which a later one may use what an earlier one was answered with."""

    requests: Annotated[tuple[BatchedRequest, ...], Meta(min_length=1, max_length=MAX_REQUESTS)]


_CONTENT = (
    "The content, as JSON; missing where there is none. In a refusal it is a problem document, whose type may be one "
    "of the batch's own: /problems/failed-dependency, /problems/unusable-reference, /problems/answers-too-large, "
    "/problems/batch-in-batch."
)


class BatchResponse(Struct, frozen=True, kw_only=True):
    """How one request of a batch was answered: as if it had been sent alone."""

    status: int
    headers: dict[str, str]
    content: Annotated[Raw, Meta(description=_CONTENT)] | UnsetType = UNSET


class BatchResponses(Struct, frozen=True, kw_only=True):
    """How the requests of a batch were answered, by their ids."""

    responses: dict[str, BatchResponse]


# What a server provides.


class Wait(Protocol):
    """One wait of one caller."""

    def until(self, deadline: float | None) -> Any:
        """Wait for `end`, until a moment of `time.monotonic()`; then a TimeoutError."""
        ...

    def end(self, value: Any = None) -> None:
        """End it, before or after it has begun."""
        ...


class Waiter(Protocol):
    """How requests wait side by side; `ogrom.protocols.waiting` says more of it."""

    def run(self, call: Callable[[], T], /) -> T:
        """Run a call that may block."""
        ...

    def wait(self) -> Wait:
        """A new wait of the caller's."""
        ...

    def spawn(self, call: Callable[[], object], /) -> None:
        """Run a call in the background, in the same thread; or at once."""
        ...


class _OneByOne:
    """For a thread of one's own, where all that is spawned has ended already."""

    def run(self, call: Callable[[], T], /) -> T:
        return call()

    def wait(self) -> Wait:
        return cast(Wait, self)

    def spawn(self, call: Callable[[], object], /) -> None:
        call()

    def until(self, deadline: float | None) -> None:
        raise NotImplementedError("nothing is ever under way")

    def end(self, value: Any = None) -> None:
        pass


ONE_BY_ONE: Final[Waiter] = _OneByOne()


class BatchRequest(Request, Protocol):
    """A request to the application that can send others to it."""

    @property
    def is_part(self) -> bool:
        """Whether a batch has sent it."""
        ...

    def send(
        self, id: str, method: str, target: str, fields: dict[str, str], content: bytes | None
    ) -> Response:
        """Send one for the same client.

        Args:
            id: what the request is called in logs, behind the id of this one.
            target: the path and query.
            fields: header fields that it does not have in common with this one.
            content: None for none.
        """
        ...


# The resource.


class _UnderWay:
    """Counts batches; any thread may."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.count -= 1


@dataclass(frozen=True)
class BatchResource(Resource[None]):
    """Many requests in one.

    Mount it at `/batch`, beside the endpoints that it is for, in a blueprint: `Endpoint("batch", "/batch",
    BatchResource(waiter))`. It sends its requests to the application.

    Attributes:
        waiter: of the server; by default a thread makes one request after the other.
    """

    waiter: Waiter = ONE_BY_ONE
    under_way: _UnderWay = field(default_factory=_UnderWay, init=False, repr=False, compare=False)

    methods = ("POST", "OPTIONS")
    cache = "no-store"
    renderers: ClassVar[tuple[Renderer, ...]] = (JSON,)
    anonymous_methods: ClassVar[tuple[str, ...]] = ("POST", "OPTIONS")
    body_limit = 256 * 1024
    content_problems: ClassVar[tuple[ProblemType, ...]] = (
        FAILED_DEPENDENCY,
        UNUSABLE_REFERENCE,
        ANSWERS_TOO_LARGE,
    )
    new = always(False)
    respond_with_entity = always(True)

    def deadline(self, x: Exchange[None, Batch]) -> float | None:
        """When all must be answered, on `time.monotonic()`'s clock: the deadline of the context, if it has one."""
        found: float | None = getattr(x.context, "deadline", None)
        return found

    @only_for("POST")
    def service_available(self, x: Exchange[None]) -> Answer:
        """Whether not too many are answered already."""
        return self.under_way.count < MAX_BATCHES or Problem(
            "Too many batches are being answered. Try again after as many seconds as Retry-After says."
        )

    @only_for("POST")
    @refuses(BATCH_IN_BATCH)
    def body_allowed(self, x: Exchange[None, Batch]) -> Answer:
        """Whether it is not itself a part of a batch."""
        is_part = cast(BatchRequest, x.request).is_part
        return not is_part or Problem(BATCH_IN_BATCH.example, type=BATCH_IN_BATCH)

    @only_for("POST")
    @refuses(INVALID_CONTENT)
    def processable(self, x: Exchange[None, Batch]) -> Answer:
        """Whether each request refers to earlier ones only, and all of them can be read."""
        faults = tuple(islice(_faults(x.body.requests), MAX_FAULTS))
        return not faults or invalid_fields("pointer", faults, INVALID_CONTENT.example, INVALID_CONTENT)

    def post(self, x: Exchange[None, Batch]) -> dict[str, BatchResponse]:
        """Send many requests in one.

        Each is decided as if it had been sent alone: with the credentials of the batch, its own status, header fields
        and content, and counted by rates. Reads are made side by side, identical ones once; writes in the order given,
        after what stands before them and before what stands behind. What refers to a request that fails is a 424. All
        have the deadline of the batch, and their answers a megabyte: a read whose answer has no place is a 507, and a
        write is then answered without content.
        """
        with self.under_way:
            run = _Run(x, self.waiter, x.link(x.endpoint).rpartition("/")[0], self.deadline(x))
            return run.responses(x.body.requests)

    def handle_ok(self, x: Exchange[None, Batch]) -> BatchResponses:
        """What each was answered with."""
        return BatchResponses(responses=x.result)


class _Run:
    """One batch on its way."""

    def __init__(self, x: Exchange[None, Batch], waiter: Waiter, base: str, deadline: float | None) -> None:
        self._request = cast(BatchRequest, x.request)
        self._waiter = waiter
        self._base = base
        self._deadline = deadline
        self._done: dict[str, BatchResponse] = {}
        self._under_way: set[str] = set()
        self._same: dict[object, list[str]] = {}
        self._has_written = False
        self._room = MAX_BYTES - (MAX_REQUESTS + 1) * _RESERVED
        self._values = _Values(self._done)
        self._news = waiter.wait()

    def responses(self, requests: Sequence[BatchedRequest]) -> dict[str, BatchResponse]:
        """How all were answered, in the order of the requests."""
        positions = {each.id: position for position, each in enumerate(requests)}
        for is_read, some in groupby(requests, _is_read):
            for group in [[*some]] if is_read else [[each] for each in some]:
                self._same.clear()
                self._answer(group, positions, until=self._deadline if is_read else None)
        return {each.id: self._done[each.id] for each in requests}

    def _answer(self, waiting: list[BatchedRequest], positions: dict[str, int], until: float | None) -> None:
        """Send some side by side, each once all that it refers to is answered."""
        while waiting or self._under_way:
            self._news = self._waiter.wait()
            for each in [*waiting]:
                if all(id in self._done for id in _needed(each)):
                    waiting.remove(each)
                    self._begin(each, positions[each.id])
            if self._under_way:
                try:
                    self._news.until(None if until is None else until + _GRACE)
                except TimeoutError:
                    self._settle([*self._under_way, *(each.id for each in waiting)], _refused(_late()))
                    return

    def _begin(self, asked: BatchedRequest, position: int) -> None:
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._settle([asked.id], _refused(_late()))
            return
        try:
            target = self._target(asked, position)
            content = self._content(asked, position)
        except _Refused as refused:
            self._settle([asked.id], _refused(refused.problem))
            return
        fields: dict[str, str] = msgspec.to_builtins(asked.headers)
        if _is_read(asked) and self._has_written:  # what a cache or a replica has may be older
            fields.setdefault("Cache-Control", "no-cache")
        self._under_way.add(asked.id)
        same = [asked.id]
        if _is_read(asked):
            same = self._same.setdefault((asked.method, target, *fields.items()), [])
            same.append(asked.id)
            if len(same) > 1:
                if same[0] in self._done:
                    self._settle([asked.id], self._done[same[0]])
                return
        self._waiter.spawn(lambda: copy_context().run(self._send, asked, same, target, fields, content))

    def _send(
        self,
        asked: BatchedRequest,
        same: list[str],
        target: str,
        fields: dict[str, str],
        content: bytes | None,
    ) -> None:
        def send() -> Response:
            return self._request.send(asked.id, asked.method, target, fields, content)

        response = _refused(Problem(status=503, detail=_NOT_ANSWERED, headers={"Retry-After": "1"}))
        try:
            # A write has a thread of its own, as if it had come alone.
            response = _shown(send() if _is_read(asked) else self._waiter.run(send))
        except Exception:
            log.exception("%s %s, in a batch, failed", asked.method, target)
            response = _refused(Problem(status=500))
        finally:  # the server may refuse it by what is no Exception
            self._has_written = self._has_written or not _is_read(asked)
            self._settle(same, response, is_read=_is_read(asked))
            self._news.end()

    def _settle(self, ids: list[str], response: BatchResponse, *, is_read: bool = True) -> None:
        """Note how some, which are the same, were answered; the bytes of each count."""
        for id in ids:
            if id not in self._done:  # otherwise it comes too late
                size = _size(id, response)
                if size > _RESERVED + self._room:
                    response = _refused(_TOO_LARGE) if is_read else _without_content(response)
                    size = _size(id, response)
                self._room -= max(0, size - _RESERVED)
                self._done[id] = response
                self._under_way.discard(id)

    def _target(self, asked: BatchedRequest, position: int) -> str:
        """The path and query with their values.

        Raises:
            _Refused: a value cannot be had, or it is too long.
        """
        where = f"#/requests/{position}/path"
        pieces = [
            each if isinstance(each, str) else self._values.text(each, where) for each in _pieces(asked.path)
        ]
        if asked.path.startswith("{"):
            pieces[0] = unquote(pieces[0])
            if not (_TEXT.fullmatch(pieces[0]) and pieces[0].startswith(f"{self._base}/")):
                raise _Refused(
                    _unusable(where, f"what is found for the link is none that leads below {self._base}/")
                )
        target = "".join(pieces)
        if len(target) > MAX_TARGET:
            raise _Refused(
                Problem(f"With its values the path is longer than {MAX_TARGET} characters.", status=414)
            )
        path = target.partition("?")[0]
        return target if path.startswith(f"{self._base}/") else self._base + target

    def _content(self, asked: BatchedRequest, position: int) -> bytes | None:
        if asked.content is UNSET:
            return None
        for place, reference in asked.values.items():
            where = fragment_of(f"#/requests/{position}/values", place)
            value = self._values.value(_reference(reference), where)
            try:
                inner, last = _place(asked.content, _tokens(place.removeprefix("#")))
            except ValueError as error:  # another value has taken the place of what was around it
                raise _Refused(_unusable(where, str(error))) from None
            inner[last] = value
        return _encode(asked.content)


class _Values:
    """Finds what references stand for, in the answers that there are by now."""

    def __init__(self, done: dict[str, BatchResponse]) -> None:
        self._done = done
        self._read: dict[str, Any] = {}
        self._left = MAX_WORK

    def value(self, reference: _Reference, where: str) -> Any:
        """A string, a number or a boolean; with a `*`, a list of them, each once.

        Args:
            where: the place of the reference in the batch, for its problem.

        Raises:
            _Refused: there is none, or too many.
        """
        found, is_list = self._found(reference, where)
        values: dict[object, Any] = {}
        for each in found:
            if each is None and is_list:
                continue
            if not isinstance(each, str | int | float):
                kind = "null" if each is None else "an array" if isinstance(each, list) else "an object"
                raise _Refused(
                    _unusable(where, f"{reference} leads to {kind}, and not to a string or a number")
                )
            self._work(len(each) if isinstance(each, str) else 0, where)
            values[type(each), each] = each
            if len(values) > MAX_VALUES:
                raise _Refused(_unusable(where, f"{reference} has more than {MAX_VALUES} values"))
        return [*values.values()] if is_list else found[0]

    def text(self, reference: _Reference, where: str) -> str:
        """The value as a path has it: percent-encoded, a list with commas between its values."""
        found = self.value(reference, where)
        return ",".join(map(_quoted, found)) if isinstance(found, list) else _quoted(found)

    def _found(self, reference: _Reference, where: str) -> tuple[list[Any], bool]:
        """What a reference leads to; with a `*`, what elements lack is left out, unless all of them lack it."""
        here, is_list = [self._content(reference.id, where)], False
        for token in reference.tokens:
            inner: list[list[Any]] = []
            for each in here:
                if token == "*" and isinstance(each, list):  # noqa: S105
                    self._work(len(each), where)
                    inner.append(each)
                    is_list = True
                elif isinstance(each, dict) and token in each:
                    inner.append([each[token]])
                elif isinstance(each, list) and _INDEX.fullmatch(token) and int(token) < len(each):
                    inner.append([each[int(token)]])
            if here and not inner:
                raise _Refused(_unusable(where, f"{reference} leads nowhere: there is no {token!r}"))
            here = [found for each in inner for found in each]
        return here, is_list

    def _content(self, id: str, where: str) -> Any:
        """What an earlier request was answered with."""
        if id not in self._read:
            answered = self._done[id]
            if answered.status >= 300:
                raise _Refused(
                    Problem(
                        f"It uses the answer of {id!r}, and the status of that is {answered.status}.",
                        type=FAILED_DEPENDENCY,
                        extensions={"errors": [{"pointer": where, "detail": f"{id} failed"}]},
                    )
                )
            if answered.content is UNSET:
                raise _Refused(_unusable(where, f"the answer of {id!r} has no content"))
            self._read[id] = msgspec.json.decode(answered.content)
        return self._read[id]

    def _work(self, units: int, where: str) -> None:
        self._left -= 1 + units
        if self._left < 0:
            raise _Refused(
                _unusable(where, "the references of the batch lead to too much; use fewer, or smaller pages")
            )


# References and pointers.

_TEXT: Final = re.compile(r"[!-\x22\x24-z|~]*")  # of a URL: ASCII, without spaces, # and braces
_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_REFERENCE: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,31})#((?:/.*)?)", re.DOTALL)
_POINTER: Final = re.compile(r"(?:/(?:[^~/]|~[01])*+)*+", re.DOTALL)
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")


class _Reference(NamedTuple):
    """The content of an earlier answer, and the way to a value in it."""

    id: str
    pointer: str
    tokens: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.id}#{self.pointer}"


def _reference(text: str) -> _Reference:
    """What a reference says.

    Raises:
        ValueError: it is none; the message says so.
    """
    found = _REFERENCE.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{text!r} is no reference; write the id of an earlier request and a pointer: collage#/id"
        )
    return _Reference(found[1], found[2], _tokens(found[2]))


def _tokens(pointer: str) -> tuple[str, ...]:
    text = unquote(pointer)
    if not _POINTER.fullmatch(text):
        raise ValueError(f"{pointer!r} is no JSON Pointer (RFC 6901); write one such as /items/0/id")
    return tuple(each.replace("~1", "/").replace("~0", "~") for each in text.split("/")[1:])


def _pieces(path: str) -> Iterator[str | _Reference]:
    """A path as texts and references, by turns.

    Raises:
        ValueError: it cannot be one; the message says why.
    """
    for position, piece in enumerate(_BRACES.split(path)):
        if position % 2:
            yield _reference(piece)
        elif not _TEXT.fullmatch(piece):
            raise ValueError(
                "path must be a URL's: ASCII, percent-encoded, without #, and { } only around references"
            )
        elif piece or position:
            yield piece


def _needed(asked: BatchedRequest) -> set[str]:
    """The ids of the requests whose answers it uses."""
    within = (each for each in _pieces(asked.path) if isinstance(each, _Reference))
    return {each.id for each in (*within, *map(_reference, asked.values.values()))}


def _place(content: Any, tokens: tuple[str, ...]) -> tuple[Any, Any]:
    """The object or array that holds a place, and the name or index of the place in it.

    Raises:
        ValueError: there is no such place.
    """
    try:
        *way, last = tokens
        for token in way:
            content = content[_index(token) if isinstance(content, list) else token]
        if isinstance(content, list):
            content[_index(last)]
            return content, _index(last)
        if isinstance(content, dict):
            return content, last
    except (IndexError, KeyError, TypeError, ValueError):
        pass
    raise ValueError("there is no such place in the content")


def _index(token: str) -> int:
    if not _INDEX.fullmatch(token):
        raise ValueError(f"{token!r} is no index")
    return int(token)


def _quoted(value: str | float) -> str:
    return quote(value if isinstance(value, str) else _encode(value).decode(), safe="")


def _faults(requests: Sequence[BatchedRequest]) -> Iterator[Fault]:
    """Everything that keeps a batch from being begun, with its place."""
    known = set[str]()
    for position, each in enumerate(requests):
        where = f"#/requests/{position}"
        if each.id in known:
            yield Fault(f"{where}/id", f"{each.id!r} is the id of an earlier request; choose another")
        yield from _path_faults(each.path, f"{where}/path", known)
        for place, reference in each.values.items():
            at = fragment_of(f"{where}/values", place)
            yield from _reference_faults(reference, at, known)
            try:
                _place(each.content, _tokens(place.removeprefix("#")))
            except ValueError as error:
                yield Fault(at, str(error))
        if each.content is not UNSET and _is_read(each):
            yield Fault(f"{where}/content", f"a {each.method} has no content")
        known.add(each.id)


def _path_faults(path: str, where: str, known: set[str]) -> Iterator[Fault]:
    try:
        pieces = [*_pieces(path)]
    except ValueError as error:
        yield Fault(where, str(error))
        return
    if not path.startswith(("/", "{")) or path.startswith("//"):
        yield Fault(where, "path must begin with one slash, or with a reference to a link")
    for each in pieces:
        if isinstance(each, _Reference):
            yield from _reference_faults(str(each), where, known)


def _reference_faults(text: str, where: str, known: set[str]) -> Iterator[Fault]:
    try:
        id = _reference(text).id
    except ValueError as error:
        yield Fault(where, str(error))
    else:
        if id not in known:
            yield Fault(where, f"{id!r} is not the id of an earlier request")


# Answers.

_encode: Final = msgspec.json.Encoder().encode
_NOT_ANSWERED: Final = (
    "The server had no room for this request, and has not answered it. Send it again after as many seconds as "
    "Retry-After says."
)
_TOO_LARGE: Final = Problem(ANSWERS_TOO_LARGE.example, type=ANSWERS_TOO_LARGE)


class _Refused(Exception):
    """A request cannot be sent."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def _late() -> Problem:
    return Problem(
        "The time of the batch was over before this request was answered. Ask for less.", status=504
    )


def _unusable(where: str, detail: str) -> Problem:
    return invalid_fields("pointer", (Fault(where, detail),), UNUSABLE_REFERENCE.example, UNUSABLE_REFERENCE)


def _refused(problem: Problem) -> BatchResponse:
    """The answer to a request that was not sent, or is not shown."""
    status = problem.status_or(500)
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **problem.headers}
    return BatchResponse(status=status, headers=headers, content=Raw(_encode(problem.members(status))))


def _shown(response: Response) -> BatchResponse:
    fields = {name: text for name, text in response.headers.items() if name.lower() != "content-length"}
    if not response.content:
        return BatchResponse(status=response.status, headers=fields)
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    is_json = media_type.endswith(("/json", "+json"))
    content = response.content if is_json else _encode(response.content.decode(errors="replace"))
    return BatchResponse(status=response.status, headers=fields, content=Raw(content))


def _without_content(response: BatchResponse) -> BatchResponse:
    return msgspec.structs.replace(response, content=UNSET)


def _size(id: str, response: BatchResponse) -> int:
    return len(_encode({id: response}))


def _is_read(asked: BatchedRequest) -> bool:
    return asked.method in _READS
