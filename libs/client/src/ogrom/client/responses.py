"""Responses: what a service answered, and which SourceError that is."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, TypeVar, cast

import httpx2
import msgspec

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

from .documents import ProblemDocument

T = TypeVar("T")

# What msgspec raises for content that is not as expected, not UTF-8, or nested too deeply.
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

_PROBLEM = "application/problem+json"

_BAD_CURSOR = "/problems/bad-cursor"

# Refusals of writes with an idempotency key.
_OF_KEYS = {"/problems/write-under-way": WriteUnderway, "/problems/idempotency-key-reused": KeyReused}

# The types of an Ogrom's problems that say of a write that it was not even tried, or undone.
_NOT_STORED = frozenset(
    f"/problems/{each}"
    for each in (
        "data-unavailable",
        "data-timeout",
        "overloaded",
        "keys-unavailable",
        "unsupported-http-version",
    )
)

# How many characters of the service's text our log gets.
_LONGEST = 300


class TransientError(Exception):
    """A failure that may be gone on the next try.

    Attributes:
        error: the SourceError for callers that do not try again.
        retry_after: the seconds after which the service asks to be tried again; None if it does not say.
    """

    def __init__(self, error: SourceError, retry_after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.retry_after = retry_after


@dataclass(frozen=True)
class Response:
    """A response, read to its end.

    Attributes:
        source: the name of the source that asked.
        asked: method and URL, without query and password.
    """

    source: str
    asked: str
    status: int
    headers: httpx2.Headers
    content: bytes

    @property
    def etag(self) -> str | None:
        """The entity tag of the state in the content."""
        return self.headers.get("etag")

    def read_as(self, wanted: type[T]) -> T:
        """The content as a value.

        Raises:
            Unavailable: it is something else, because another program or version answers there; Unconfirmed if it is
                what a write is answered with.
        """
        if self._media_type != "application/json":
            raise self.unexpected(f"with {self._media_type or 'content of no type'}, not application/json")
        try:
            value: T = _decoder(cast(Hashable, wanted)).decode(self.content)
        except _UNREADABLE as error:
            raise self.unexpected(f"with content that is not as expected: {error}") from error
        return value

    @property
    def is_missing(self) -> bool:
        """Whether the service says that there is no such resource; a 404 of another program does not."""
        return self.status == 404 and self._media_type == _PROBLEM

    def refusal(self) -> SourceError | TransientError:
        """The error that a response other than a success stands for."""
        message = f"{self.asked} is answered {self._words()}"
        if self._leaves_open:
            return Unconfirmed(self.source, message)
        if self.status in (429, 502, 503):
            return TransientError(Unavailable(self.source, message), self._retry_after())
        if self.status == 504:
            return TransientError(Timeout(self.source, message), self._retry_after())
        if self.status >= 500 or self._media_type != _PROBLEM:
            return Unavailable(self.source, message)
        if self.status in (409, 412, 422):
            return _OF_KEYS.get(self._problem().type, Conflict)(self.source, message)
        if self.status == 403:
            return Forbidden(self.source, message)
        problem = self._problem()  # before there were types, only the parameter told
        if problem.type == _BAD_CURSOR or any(each.parameter == "cursor" for each in problem.errors):
            return BadCursor(self.source, message)
        return SourceError(self.source, message)

    def unexpected(self, how: str) -> SourceError:
        """The error of a service that does not answer like an Ogrom; Unconfirmed where a write has succeeded."""
        kind = Unconfirmed if self._is_write and 200 <= self.status < 300 else Unavailable
        return kind(self.source, f"{self.asked} is answered {how}; see that an Ogrom serves there")

    @property
    def _is_write(self) -> bool:
        return not self.asked.startswith("GET ")

    @property
    def _leaves_open(self) -> bool:
        """Whether nobody can tell from this refusal whether a write was stored."""
        if not self._is_write or self.status < 500 or self.status == 501:
            return False
        if self._media_type != _PROBLEM:
            return self.status != 503  # which is a balancer's word for having nobody to send it to
        return self._problem().type not in _NOT_STORED

    def _words(self) -> str:
        """The status and what the service says about it."""
        problem = self._problem()
        phrase = problem.title or (HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "")
        details = (
            problem.detail,
            *(f"{each.parameter or each.pointer}: {each.detail}" for each in problem.errors),
        )
        said = " ".join(each for each in details if each)
        return " ".join(f"{self.status} {phrase}{': ' if said else ''}{said}".split())[:_LONGEST]

    def _problem(self) -> ProblemDocument:
        try:
            document: ProblemDocument = _decoder(ProblemDocument).decode(self.content)
        except _UNREADABLE:
            return ProblemDocument()
        return document

    def _retry_after(self) -> float | None:
        """Retry-After in seconds (RFC 9110, 10.2.3); dates, which no Ogrom sends, are ignored."""
        text = self.headers.get("retry-after", "").strip()
        return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def _media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@lru_cache(maxsize=64)
def _decoder(wanted: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cast(Any, wanted))
