"""A batch on its way: its reads side by side, each as soon as its values are known, and its writes one by one.

A write waits for all before it, and all after it wait for the write.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from functools import partial
from hashlib import sha256
from itertools import count
from typing import Any, Final, Protocol, TypeVar

import msgspec
from msgspec import UNSET, Raw
from msgspec.structs import replace

from ..exchange import Request
from ..problem import MEDIA_TYPE, Problem
from ..problems import ANSWERS_TOO_LARGE
from ..response import Response
from .documents import MAX_REQUESTS, BatchedRequest, BatchResponse
from .references import Refused, Values, encode, used

T = TypeVar("T")
log = logging.getLogger("ogrom.http")

MAX_BYTES: Final = 1024 * 1024
"""How long the content of a batch's answer is at most."""

_RESERVED = 1024  # bytes for each request's status, and for why it is refused
_GRACE = 0.25  # seconds that requests have to say themselves that their time is over

_LATE = Problem("The time of the batch was over before this request was answered. Ask for less.", status=504)
_NO_ROOM = Problem(
    "The server had no room for this request. Send it again after as many seconds as Retry-After says.",
    status=503,
    headers={"Retry-After": "1"},
)
_TOO_LARGE = Problem(ANSWERS_TOO_LARGE.example, type=ANSWERS_TOO_LARGE)


class Waiter(Protocol):
    """What a batch needs of a Waiter; `ogrom.protocols.waiting` says what they promise."""

    def run(self, call: Callable[[], T], /) -> T: ...
    def spawn(self, call: Callable[[], object], /) -> None: ...
    def wait(self) -> Any: ...


class OneByOne:
    """Runs at once what is spawned, so that it has ended before anybody waits for it."""

    def run(self, call: Callable[[], T], /) -> T:
        return call()

    def spawn(self, call: Callable[[], object], /) -> None:
        call()

    def wait(self) -> Any:
        return self

    def end(self) -> None:
        pass


class BatchRequest(Request, Protocol):
    """A request that can send others to the application, for the same client."""

    def send(
        self, id: str, method: str, target: str, fields: dict[str, str], content: bytes | None
    ) -> Response:
        """Send one, with the `fields` that it does not have in common with this one, and the id behind this one's."""
        ...


def _needed(requests: Sequence[BatchedRequest]) -> Iterator[set[str]]:
    """For each, the ids of all that must be answered before."""
    before, written = set[str](), set[str]()
    for each in requests:
        yield used(each) | written if each.is_read else {*before}
        before.add(each.id)
        if not each.is_read:
            written = {*before}


class Run:
    """One batch on its way."""

    def __init__(
        self, request: BatchRequest, waiter: Waiter, base: str, deadline: float | None, key: str | None
    ) -> None:
        """Begin.

        Args:
            request: the batch.
            waiter: of the server.
            base: the path below which all requests are.
            deadline: of all, on `time.monotonic()`'s clock.
            key: the batch's own idempotency key.
        """
        self._request = request
        self._waiter = waiter
        self._deadline = deadline
        self._key = key
        self._answers: dict[str, BatchResponse] = {}
        self._values = Values(base, self._answers)
        self._under_way: dict[str, BatchedRequest] = {}
        self._same: dict[object, list[str]] = {}
        self._written = 0
        self._room = MAX_BYTES - (MAX_REQUESTS + 1) * _RESERVED

    def responses(self, requests: Sequence[BatchedRequest]) -> dict[str, BatchResponse]:
        """How all were answered, in the order of the requests."""
        waiting = [*zip(count(), requests, _needed(requests), strict=False)]
        while waiting or self._under_way:
            self._news = self._waiter.wait()
            for each in [*waiting]:
                position, asked, needed = each
                if needed <= self._answers.keys():
                    waiting.remove(each)
                    self._begin(asked, f"#/requests/{position}")
            if self._under_way:
                self._wait()
        return {each.id: self._answers[each.id] for each in requests}

    def _wait(self) -> None:
        """Until one is answered, or the time of reads is over; a write is answered in any case."""
        until = None if self._deadline is None else self._deadline + _GRACE
        is_write = any(not each.is_read for each in self._under_way.values())
        try:
            self._news.until(None if is_write else until)
        except TimeoutError:
            self._settle([*self._under_way], _refused(_LATE))

    def _begin(self, asked: BatchedRequest, where: str) -> None:
        """Send one, unless it is refused or the same as another."""
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._settle([asked.id], _refused(_LATE))
            return
        try:
            target = self._values.target(asked, where)
            content = self._values.content(asked, where)
        except Refused as refused:
            self._settle([asked.id], _refused(refused.args[0]))
            return
        fields = self._fields(asked)
        what = (asked.method, target, *fields.items(), self._written) if asked.is_read else asked.id
        same = self._same.setdefault(what, [])
        same.append(asked.id)
        if same[0] in self._answers:
            self._settle([asked.id], self._answers[same[0]])
            return
        self._under_way[asked.id] = asked
        if same[0] == asked.id:
            send = partial(self._request.send, asked.id, asked.method, target, fields, content)
            self._waiter.spawn(lambda: copy_context().run(self._send, asked, same, send))

    def _fields(self, asked: BatchedRequest) -> dict[str, str]:
        fields: dict[str, str] = msgspec.to_builtins(asked.headers)
        if asked.is_read and self._written:  # what a cache or a replica has may be older
            return {"Cache-Control": "no-cache", **fields}
        if not asked.is_read and self._key is not None:
            own = sha256(f"{self._key}\n{asked.id}".encode()).hexdigest()
            return {"Idempotency-Key": f'"{own}"', **fields}
        return fields

    def _send(self, asked: BatchedRequest, same: list[str], send: Callable[[], Response]) -> None:
        response = _refused(_NO_ROOM)
        try:
            # A write has a thread of its own, as if it had come alone.
            response = _shown(send() if asked.is_read else self._waiter.run(send))
        except Exception:
            log.exception("%s %s, in a batch, failed", asked.method, asked.path)
            response = _refused(Problem(status=500))
        finally:  # the server may refuse it by what is no Exception
            self._written += not asked.is_read
            self._settle(same, response)
            self._news.end()

    def _settle(self, ids: list[str], response: BatchResponse) -> None:
        """Note how some, which are the same, were answered; the bytes of each count."""
        for id in ids:
            asked = self._under_way.pop(id, None)
            if id in self._answers:  # it comes too late
                continue
            size = _size(id, response)
            if size > _RESERVED + self._room:
                is_write = asked is not None and not asked.is_read
                response = replace(response, content=UNSET) if is_write else _refused(_TOO_LARGE)
                size = _size(id, response)
            self._room -= max(0, size - _RESERVED)
            self._answers[id] = response


def _size(id: str, response: BatchResponse) -> int:
    return len(encode({id: response}))


def _refused(problem: Problem) -> BatchResponse:
    """The answer to a request that was not sent, or is not shown."""
    status = problem.status_or(500)
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **problem.headers}
    return BatchResponse(status=status, headers=headers, content=Raw(encode(problem.members(status))))


def _shown(response: Response) -> BatchResponse:
    fields = {name: text for name, text in response.headers.items() if name.lower() != "content-length"}
    if not response.content:
        return BatchResponse(status=response.status, headers=fields)
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    is_json = media_type.endswith(("/json", "+json"))
    content = response.content if is_json else encode(response.content.decode(errors="replace"))
    return BatchResponse(status=response.status, headers=fields, content=Raw(content))
