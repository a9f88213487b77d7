"""Problem details (RFC 9457): the one form of every error, the types of problems, and the challenge of a 401."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeVar

__all__ = ["BLANK", "MEDIA_TYPE", "phrase"]

F = TypeVar("F", bound=Callable[..., object])

MEDIA_TYPE = "application/problem+json"

RENAMED = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}
"""Phrases of RFC 9110 that Python knows from its version 3.13 on."""


_STATUSES = frozenset(HTTPStatus)

BLANK: Final = "about:blank"
"""The type of a problem whose status says all (RFC 9457, 4.2.1)."""

PREFIX: Final = "/problems"
"""Where the pages of the types are, on every service."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TYPES = "__ogrom_problem_types__"


@dataclass(frozen=True, slots=True)
class Member:
    """A member that the problems of a type have besides those of RFC 9457 (3.2).

    Attributes:
        name: in the document.
        type: of the value, for its JSON Schema.
        about: what it says.
        example: a value.
    """

    name: str
    type: Any = field(hash=False)
    about: str
    example: object = field(hash=False)


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of refusal, by which programs decide what to do (RFC 9457, 3.1.1).

    Attributes:
        name: lower-case words with hyphens between them; never changes, since clients compare it.
        status: of the response, unless the Problem has one of its own.
        title: what has happened, in a few words, the same for every problem of the type.
        about: what has happened, for somebody who meets it for the first time.
        fix: what to do about it.
        example: the `detail` of such a problem.
        members: what its problems have besides the members of RFC 9457.
        field: the request's header field without which nobody meets it; empty if there is none.

    Raises:
        ValueError: the name has other characters, or the status is no error.
    """

    name: str
    status: int
    title: str
    about: str
    fix: str
    example: str = ""
    members: tuple[Member, ...] = ()
    field: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"the problem type {self.name!r} needs a name such as 'stale-revision'")
        if not 400 <= self.status < 600:
            raise ValueError(
                f"the problem type {self.name!r} has the status {self.status}; use one from 400 to 599"
            )

    @property
    def path(self) -> str:
        """What `type` says in the document, wherever the service runs; the page that explains it is there."""
        return f"{PREFIX}/{self.name}"

    def document(self) -> dict[str, object]:
        """A problem document of this type, as an example."""
        extensions = {each.name: each.example for each in self.members}
        return Problem(self.example, type=self, extensions=extensions).members(self.status)


def refuses(*types: ProblemType) -> Callable[[F], F]:
    """Declare the types of the problems that a node's answer refuses with, for the API's description.

    @refuses(TITLE_TAKEN)
    def conflict(self, x: Exchange[Book, Draft]) -> Answer: ...
    """

    def mark(answer: F) -> F:
        answer.__dict__[_TYPES] = types
        return answer

    return mark


def declared_types(answer: object) -> tuple[ProblemType, ...]:
    """The types that `refuses` declares for a node's answer."""
    types: tuple[ProblemType, ...] = getattr(answer, _TYPES, ())
    return types


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was refused, for the person who can fix it (RFC 9457).

    A decision that returns a Problem refuses the request, whether that is True or False at its node; after an action it
    is too late for that.

    Attributes:
        detail: what is wrong with this request and what to do about it.
        title: what kind of problem it is, where the type does not say; the status's own phrase if empty.
        type: what programs decide by; a URI of somebody else's, or `about:blank` where the status says all.
        status: overrides that of the type and of the node where the request ends.
        extensions: further members, such as `errors`.
        headers: header fields that belong to the refusal, such as Retry-After.
    """

    detail: str = ""
    title: str = ""
    type: ProblemType | str = BLANK
    status: int | None = None
    extensions: Mapping[str, object] = field(default_factory=dict, hash=False)
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)

    def status_or(self, status: int) -> int:
        """The status of the response; the given one if neither the problem nor its type has one."""
        return self.status or (status if isinstance(self.type, str) else self.type.status)

    def members(self, status: int, **request: str) -> dict[str, object]:
        """The members of the problem document, empty ones left out.

        Args:
            status: the status of the response.
            request: what names the request: `instance`, `request_id`.
        """
        known = None if isinstance(self.type, str) else self.type
        document = {
            "type": self.type if known is None else known.path,
            "title": known.title if known else self.title or phrase(status),
            "status": status,
            "detail": self.detail,
            **request,
            **self.extensions,
        }
        return {name: value for name, value in document.items() if value != ""}


def phrase(status: int) -> str:
    """The status in words (RFC 9110, section 15), the same in every Python; empty for an unknown status."""
    if status in RENAMED:
        return RENAMED[status]
    return HTTPStatus(status).phrase if status in _STATUSES else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request's content or query.

    Attributes:
        where: a JSON Pointer as a URI fragment (RFC 6901, section 6) such as `#/placements/0/x`, or the name
            of a query parameter.
        detail: what is wrong there.
    """

    where: str
    detail: str


def invalid_fields(
    member: str, faults: tuple[Fault, ...], detail: str, type: ProblemType | str = BLANK
) -> Problem:
    """A Problem whose `errors` lists every fault.

    Args:
        member: what names the place of each: `pointer` or `parameter`.
        detail: what to do about them.
        type: of the problem, such as `ogrom.http.problems.INVALID_CONTENT`.
    """
    errors = [{member: fault.where, "detail": fault.detail} for fault in faults]
    return Problem(detail, type=type, extensions={"errors": errors})


@dataclass(frozen=True, slots=True)
class Challenge:
    """How a client may authenticate (RFC 9110, section 11.6.1).

    An `authorized` that returns a Challenge refuses with 401, this WWW-Authenticate, and a problem of this type.
    """

    scheme: str = "Bearer"
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)
    detail: str = "Authenticate, then send the request again."
    type: ProblemType | str = BLANK

    def __str__(self) -> str:
        quoted = (f'{name}="{_escape(value)}"' for name, value in self.parameters.items())
        return " ".join((self.scheme, ", ".join(quoted))).rstrip()


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
