"""What a call may raise, by what to do about it; `ogrom.client.problems` has a class for each problem type."""

from collections.abc import Mapping
from http import HTTPStatus

from .models import Problem

__all__ = [
    "BadRequest",
    "ClientError",
    "Conflict",
    "DeadlinePassed",
    "Forbidden",
    "NotFound",
    "NotUnderstood",
    "Refused",
    "ServerError",
    "TryLater",
    "Unauthorized",
    "Unconfirmed",
    "Unreachable",
]

PROBLEM = "application/problem+json"

# How many characters of the service's text a message gets.
_LONGEST = 300


class ClientError(Exception):
    """A call that has failed. After every kind but Unconfirmed nothing was changed.

    Attributes:
        message: what went wrong.
        what_to_do: what to do about errors of this kind.
    """

    what_to_do = "See what went wrong."

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unreachable(ClientError):
    """Nobody answered, after every try."""

    what_to_do = "See that the service runs and that its address is right, then call again."


class DeadlinePassed(ClientError):
    """There was no answer before the deadline."""

    what_to_do = "Call again, with more time."


class NotUnderstood(ClientError):
    """What answered is no Ogrom, or leads to another host."""

    what_to_do = "See that the address is that of an Ogrom, and that no proxy before it answers in its place."


class Unconfirmed(ClientError):
    """A write may or may not be stored: its answer was lost, or does not say.

    Attributes:
        key: the Idempotency-Key that it was sent with; empty if it was sent without.
    """

    what_to_do = "Send the same again with the same key, which stores it once: `client.using(key=error.key)`."

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key
        if not key:
            self.what_to_do = "Read whether it was done, and send it again only if it was not."


class Refused(ClientError):
    """The service refuses the request, for the reason in its problem document (RFC 9457).

    Attributes:
        status: the status of the answer.
        problem: the document; of an answer that has none, one that says its status.
        page: the URL of the page that says how to fix problems of this type; empty where the status says all.
        headers: the header fields of the answer; their names are in lower case.
        retry_after: the seconds after which the service asks to be tried again; None if it does not say.
    """

    def __init__(
        self,
        asked: str,
        status: int,
        problem: Problem,
        *,
        page: str = "",
        headers: Mapping[str, str],
        retry_after: float | None = None,
    ) -> None:
        """The refusal of what was asked, such as `GET https://shop.example/`."""
        super().__init__(f"{asked} is answered {_words(status, problem)}")
        self.status = status
        self.problem = problem
        self.page = page
        self.headers = headers
        self.retry_after = retry_after

    @property
    def is_problem(self) -> bool:
        """Whether it has a problem document, and so is an Ogrom's own."""
        return media_type_of(self.headers) == PROBLEM

    def __str__(self) -> str:
        """The message, and which page says more."""
        return f"{self.message} (how to fix it: {self.page})" if self.page else self.message


class BadRequest(Refused):
    """The request is not as it should be; the same again is refused again."""

    what_to_do = "Fix the request: `problem.detail` says what is wrong, `problem.errors` each place of it."


class NotFound(Refused):
    """There is no such resource."""

    what_to_do = "Go by the links of what you have read, and be ready for what is gone."


class Unauthorized(Refused):
    """The service does not accept the token, or needs one; a new one has been asked for already."""

    what_to_do = "Get another token."


class Forbidden(Refused):
    """The token does not allow this."""

    what_to_do = "Get a token that does: `problem.missing_scopes` says which scopes, `problem.detail` whose it must be."


class Conflict(Refused):
    """Somebody else was first, or what the request refers to is not there; nothing was changed."""

    what_to_do = "Read it again, apply your change to that, and send the new entity tag."


class TryLater(Refused):
    """The service cannot answer now; it was tried as often as there was time for."""

    what_to_do = "Call again after `retry_after` seconds."


class ServerError(Refused):
    """The service has failed."""

    what_to_do = "Tell its operators `problem.request_id`."


def kind_of(status: int) -> type[Refused]:
    """The error that a status of 400 or more stands for; of an unknown one, that of its class (RFC 9110, 15)."""
    return _KINDS.get(status, BadRequest if status < 500 else ServerError)


_KINDS: dict[int, type[Refused]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    410: NotFound,
    **dict.fromkeys((409, 412, 428), Conflict),
    **dict.fromkeys((408, 429, 502, 503, 504), TryLater),
    **dict.fromkeys((501, 505, 507), BadRequest),
}


def media_type_of(headers: Mapping[str, str]) -> str:
    """That of the content, without parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _words(status: int, problem: Problem) -> str:
    """The status and what the service says about it."""
    phrase = problem.title or (HTTPStatus(status).phrase if status in set(HTTPStatus) else "")
    faults = (f"{each.parameter or each.pointer or ''}: {each.detail}" for each in problem.errors or ())
    said = " ".join(each for each in (problem.detail or "", *faults) if each)
    return " ".join(f"{status} {phrase}{': ' if said else ''}{said}".split())[:_LONGEST]
