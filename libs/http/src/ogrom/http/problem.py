"""Problem details (RFC 9457): the one form of every error, and the challenge of a 401."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

__all__ = ["MEDIA_TYPE", "phrase"]

MEDIA_TYPE = "application/problem+json"

RENAMED = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}
"""Phrases of RFC 9110 that Python knows from its version 3.13 on."""


_STATUSES = frozenset(HTTPStatus)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was refused, for the person who can fix it (RFC 9457).

    A decision that returns a Problem refuses the request, whether that is True or False at its node; after an action it
    is too late for that.

    Attributes:
        detail: what is wrong with this request and what to do about it.
        title: what kind of problem it is; the status's own phrase if empty.
        type: a URI that names the kind.
        status: overrides the status of the node where the request ends.
        extensions: further members, such as `errors`.
        headers: header fields that belong to the refusal, such as Retry-After.
    """

    detail: str = ""
    title: str = ""
    type: str = "about:blank"
    status: int | None = None
    extensions: Mapping[str, object] = field(default_factory=dict, hash=False)
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)

    def members(self, status: int, **request: str) -> dict[str, object]:
        """The members of the problem document, empty ones left out.

        Args:
            status: the status of the response.
            request: what names the request: `instance`, `request_id`.
        """
        document = {
            "type": self.type,
            "title": self.title or phrase(status),
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


def invalid_fields(member: str, faults: tuple[Fault, ...], detail: str) -> Problem:
    """A Problem whose `errors` lists every fault.

    Args:
        member: what names the place of each: `pointer` or `parameter`.
        detail: what to do about them.
    """
    errors = [{member: fault.where, "detail": fault.detail} for fault in faults]
    return Problem(detail, extensions={"errors": errors})


@dataclass(frozen=True, slots=True)
class Challenge:
    """How a client may authenticate (RFC 9110, section 11.6.1).

    An `authorized` that returns a Challenge refuses with 401 and this WWW-Authenticate.
    """

    scheme: str = "Bearer"
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)
    detail: str = "Authenticate and send the request again."

    def __str__(self) -> str:
        quoted = (f'{name}="{_escape(value)}"' for name, value in self.parameters.items())
        return " ".join((self.scheme, ", ".join(quoted))).rstrip()


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
