"""Service: one Ogrom that is asked for a source, with the exchanges of the client."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from ogrom.protocols.context import Context
from ogrom.protocols.errors import (
    BadCursor,
    Conflict,
    Forbidden,
    KeyReused,
    SourceError,
    Timeout,
    Unavailable,
    Unconfirmed,
    WriteUnderway,
)

from . import errors
from .driving import driven
from .etag_cache import Answer
from .exchange import Asked, Exchanges
from .network import Connections

T = TypeVar("T")

MAX_TRACESTATE = 512
"""The longest `tracestate` that is passed on, in characters, as everybody should (W3C Trace Context, 3.3)."""

_BAD_CURSOR = "/problems/bad-cursor"

# Refusals of writes with an idempotency key.
_OF_KEYS = {"/problems/write-under-way": WriteUnderway, "/problems/idempotency-key-reused": KeyReused}

_FIELD_VALUE = re.compile(r"[\x21-\x7e]{1,256}")
# A list, in which there may be blanks.
_TRACESTATE = re.compile(r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?")


@dataclass(frozen=True)
class Caller:
    """The call on whose behalf the service is asked.

    Attributes:
        source: the name of the source.
        ctx: the Context of the call.
        deadline: the Context's, or that of the service's timeout if it is earlier.
    """

    source: str
    ctx: Context
    deadline: float

    def late(self, message: str) -> SourceError:
        """The error of a call that has used up its time: Timeout only if its Context has no time left either."""
        kind = Timeout if self.ctx.remaining() == 0.0 else Unavailable
        return kind(self.source, message)


class Service:
    """Owns the connections to one Ogrom and what was read from it; safe in threads."""

    def __init__(self, url: str, *, timeout: float, connections: int, max_cached: int) -> None:
        """Connect to nothing yet.

        Args:
            url: the service's home; a user and password in it are sent as Basic credentials.
            timeout: the longest that a call may take, in seconds.
            connections: the most there may be.
            max_cached: how many bytes of answers to keep.

        Raises:
            ValueError: the URL is not an HTTP URL, or the authorities that it needs cannot be read.
        """
        self._exchanges = Exchanges(url, max_cached=max_cached)
        self.home = self._exchanges.home
        self._timeout = timeout
        self._connections = Connections(self.home, connections)

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()

    def caller(self, source: str, ctx: Context) -> Caller:
        """A call to be made on behalf of `source`.

        Raises:
            Timeout: the Context's deadline has passed.
        """
        if ctx.remaining() == 0.0:
            raise Timeout(source, "the deadline had passed before the call")
        ours = time.monotonic() + self._timeout
        return Caller(source, ctx, ours if ctx.deadline is None else min(ours, ctx.deadline))

    def url(self, caller: Caller, reference: str) -> str:
        """The URL that a link of the service leads to.

        Raises:
            Unavailable: it leads to another host, which must not see what we send.
        """
        try:
            return self._exchanges.url(reference)
        except errors.NotUnderstood as error:
            raise Unavailable(caller.source, error.message) from error

    def cached(self, url: str, wanted: type[T]) -> Answer[T] | None:
        """What was last read from the URL, without asking whether it has changed."""
        return self._exchanges.etags.get((url, wanted))

    def keep(self, url: str, wanted: type[T], answer: Answer[T]) -> None:
        """Keep the answer to a write as what was last read from the URL."""
        self._exchanges.etags.put((url, wanted), answer)

    def read(self, caller: Caller, url: str, wanted: type[T], *, is_signed: bool = False) -> Answer[T] | None:
        """What is at the URL; None where there is nothing.

        Args:
            is_signed: whether it is for the caller only: with the caller's token, and never from memory.

        Raises:
            SourceError: as `_carried_out` says.
        """
        headers = _forwarded(caller)
        return self._carried_out(
            caller, Asked("GET", url, wanted, caller.deadline, headers=headers, is_signed=is_signed)
        )

    def write(
        self,
        caller: Caller,
        method: str,
        url: str,
        wanted: type[T] | None,
        *,
        body: object = None,
        etag: str | None = None,
        repeats: bool = False,
    ) -> Answer[T] | None:
        """The answer to a write; None where there is no such resource.

        Args:
            wanted: what the content of the answer is read as.
            body: what is sent as JSON; None for nothing.
            etag: of the only state that may be changed (RFC 9110, 13.1.1).
            repeats: whether it may be sent again, since the service would know it by its key.

        Raises:
            Unconfirmed: it may or may not be stored: the answer was lost, or does not say.
            SourceError: as `_carried_out` says; it was not stored.
        """
        caller.ctx.writes.begun = True
        content = b"" if body is None else msgspec.json.encode(body)
        headers = {
            **_forwarded(caller),
            **({} if etag is None else {"If-Match": etag}),
            **({"Content-Type": "application/json"} if content else {}),
        }
        # The content that we send is not what our client has sent, and another release may send it otherwise.
        key = caller.ctx.key
        asked = Asked(
            method,
            url,
            wanted,
            caller.deadline,
            content,
            headers,
            is_signed=True,
            is_write=True,
            takes_key=repeats,
            key="" if key is None else key.text,
            fingerprint="" if key is None else key.fingerprint,
        )
        return self._carried_out(caller, asked)

    def _carried_out(self, caller: Caller, asked: Asked[T]) -> Answer[T] | None:
        """The answer; None where there is no such resource.

        Raises:
            Timeout: the Context's deadline has passed.
            Unavailable: nobody answers, or what answers is no Ogrom.
            SourceError: the service refuses.
        """
        # The caller's own token, so that the service knows whose write it is; reads are open to everybody.
        principal = caller.ctx.principal if asked.is_signed else None
        token = None if principal is None or principal.bearer is None else principal.bearer.token
        try:
            return driven(self._exchanges.steps(asked), self._connections, lambda _: token)
        except errors.Refused as error:
            if error.status == 404 and error.is_problem:  # a 404 of another program says nothing
                return None
            raise _refused(caller, error) from error
        except errors.Unconfirmed as error:
            raise Unconfirmed(caller.source, error.message) from error
        except errors.DeadlinePassed as error:
            raise caller.late(error.message) from error
        except errors.ClientError as error:
            raise Unavailable(caller.source, error.message) from error


def _refused(caller: Caller, error: errors.Refused) -> SourceError:
    """The error of a source that a refusal stands for."""
    return _kind(error)(caller.source, error.message)


def _kind(error: errors.Refused) -> type[SourceError]:
    if error.status == 504:
        return Timeout
    if error.status in (408, 429) or error.status >= 500 or not error.is_problem:
        return Unavailable
    if error.status in (409, 412, 422):
        return _OF_KEYS.get(error.problem.type, Conflict)
    if error.status == 403:
        return Forbidden
    # Before there were types, only the parameter told.
    faults = error.problem.errors or ()
    if error.problem.type == _BAD_CURSOR or any(each.parameter == "cursor" for each in faults):
        return BadCursor
    return SourceError


def _forwarded(caller: Caller) -> Mapping[str, str]:
    """What the service is told about the request that we serve."""
    known: dict[str, Any] = {
        "X-Request-Id": caller.ctx.request_id,
        "Traceparent": caller.ctx.traceparent,
        "Cache-Control": "no-cache" if caller.ctx.wants_latest else "",
    }
    fields = {name: value for name, value in known.items() if _FIELD_VALUE.fullmatch(value)}
    state = caller.ctx.tracestate
    if "Traceparent" in fields and len(state) <= MAX_TRACESTATE and _TRACESTATE.fullmatch(state):
        fields["Tracestate"] = state  # never alone (W3C Trace Context, 3.3)
    return fields
