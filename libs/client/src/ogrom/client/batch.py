"""Batches: a screen in one round trip. Later requests may use values of earlier answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, overload
from urllib.parse import quote, urlsplit

import msgspec

from .errors import ClientError, NotUnderstood, Unconfirmed
from .etag_cache import Answer
from .exchange import Asked, Exchanges, Received, Steps
from .key import FIELD, checked, item, new_key
from .model import members
from .models import Batch, BatchedRequest, BatchHeaders, BatchResponse
from .operation import Operation, Reference
from .operations import add_to_batch

__all__ = ["BatchAnswers", "Requested", "reference", "request"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MAX_REQUESTS = 64
"""How many requests a batch may have."""

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")

# All operations of a market are below this path, and those of a batch are named below it.
_MARKET = "v1/{locale}"

_AGAIN = "Send the same requests again: each write has a key, and is made once."


@dataclass(frozen=True)
class Requested(Generic[T_co]):
    """A request of a batch; `request` makes it.

    Attributes:
        id: its name in the batch.
        operation: what is asked for.
        key: the Idempotency-Key of a write.
    """

    id: str
    operation: Operation[T_co]
    key: str = ""


def reference(text: str) -> Any:
    """A value of an earlier answer, in place of one of an operation, or of a link.

    Args:
        text: the id of the earlier request and a JSON Pointer (RFC 6901) into the content of its answer, such as
            `collage#/author_id`. Where an array's index would be, `*` stands for all of its elements, and makes a list.
    """
    return Reference(text)


@overload
def request(id: str, operation: Operation[T], /, *, key: str = "") -> Requested[T]: ...
@overload
def request(id: str, link: str, wanted: type[T], /) -> Requested[T]: ...


def request(id: str, what: Any, wanted: Any = None, /, *, key: str = "") -> Requested[Any]:
    """A request of a batch: an operation, or a link such as `reference("collage#/links/comments")`.

    A write has its key from here on: the same Requested sent again is the same write.

    Args:
        id: its name, a letter and then up to 31 letters, digits, `_` and `-`.
        what: an operation of `ogrom.client.operations`, or a link.
        wanted: what is behind the link, a type of `ogrom.client.models`, or `dict`.
        key: the Idempotency-Key of a write, in place of a new one.

    Raises:
        ValueError: the id or the key cannot be sent.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"{id!r} is no id; write a letter, then letters, digits, _ and -, up to 32 in all")
    if isinstance(what, Operation):
        return Requested(id, what, checked(key) or (new_key() if what.takes_key else ""))
    link = f"{{{what.text}}}" if isinstance(what, Reference) else what
    return Requested(id, Operation("GET", link, wanted))


class BatchAnswers:
    """The answers to a batch: `answers[request]` is the Answer, or raises the error of that request.

    Attributes:
        errors: of the requests that failed, by id.
    """

    def __init__(self, answers: Mapping[str, Answer[Any] | ClientError]) -> None:
        self._answers = answers
        self.errors = {id: each for id, each in answers.items() if isinstance(each, ClientError)}

    def __getitem__(self, request: Requested[T]) -> Answer[T]:
        """The answer to a request of the batch.

        Raises:
            ClientError: it was refused, see `ogrom.client.errors`; FailedDependency if it uses a refused one.
            KeyError: it is not of this batch.
        """
        found = self._answers[request.id]
        if isinstance(found, ClientError):
            raise found
        return found


def steps(
    exchanges: Exchanges, asked: Callable[[Operation[Any]], Asked[Any]], requests: tuple[Requested[Any], ...]
) -> Steps[BatchAnswers]:
    """Carry out all of them in one exchange.

    Args:
        asked: makes a request of an operation.

    Raises:
        ClientError: the batch as a whole was refused, or not answered.
        ValueError: there are too many, or two have the same id.
    """
    ids = {each.id for each in requests}
    if not 1 <= len(requests) <= MAX_REQUESTS:
        raise ValueError(
            f"a batch has 1 to {MAX_REQUESTS} requests, and these are {len(requests)}; send several batches"
        )
    if len(ids) < len(requests):
        raise ValueError("two requests of the batch have the same id; give each its own")
    sent = tuple(_written(exchanges, each) for each in requests)
    whole = asked(add_to_batch(Batch(requests=sent)))
    writes = [each.operation for each in requests if each.operation.is_write]
    whole = replace(
        whole,
        is_signed=any(each.operation.is_signed for each in requests),
        is_write=bool(writes),
        takes_key=False,  # each write has its own
        key="",
        repeats=all(each.takes_key for each in writes),
    )
    try:
        answer = yield from exchanges.steps(whole)
    except Unconfirmed as error:
        if whole.repeats:
            error.what_to_do = _AGAIN
        raise
    given = answer.value.responses
    return BatchAnswers(
        {
            each.id: _answer(exchanges, each, written.path, given.get(each.id))
            for each, written in zip(requests, sent, strict=True)
        }
    )


def _written(exchanges: Exchanges, request: Requested[Any]) -> BatchedRequest:
    operation = request.operation
    fields = {name: value for name, value in operation.headers.items() if value is not None}
    if request.key:
        fields[FIELD] = item(request.key)
    values: dict[str, str] = {}
    content: object = msgspec.UNSET
    if operation.body is not None:
        fields["Content-Type"] = operation.media_type
        content = _without_references(members(operation.body), "#", values)
    return BatchedRequest(
        id=request.id,
        method=operation.method,
        path=_path(exchanges, operation),
        headers=msgspec.convert(fields, BatchHeaders),
        content=content,
        values=values,
    )


def _path(exchanges: Exchanges, operation: Operation[Any]) -> str:
    """Below the market, or a link.

    Raises:
        NotUnderstood: it is a link to another host.
        ValueError: it belongs to no market.
    """
    path = operation.path
    if path.startswith("{"):
        return path
    if path.startswith(_MARKET):
        return replace(operation, path=path.removeprefix(_MARKET) or "/").target("")
    if not urlsplit(path).netloc and not path.startswith("/"):
        raise ValueError(f"{operation.method} {path} belongs to no market; send it alone")
    parts = urlsplit(exchanges.url(path))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _without_references(content: Any, place: str, values: dict[str, str]) -> Any:
    """The content with null for each Reference, whose place goes into `values`, as a JSON Pointer."""
    if isinstance(content, Reference):
        values[place] = content.text
        return None
    if isinstance(content, list):
        return [_without_references(each, f"{place}/{at}", values) for at, each in enumerate(content)]
    if isinstance(content, dict):
        return {
            name: _without_references(each, f"{place}/{_token(name)}", values)
            for name, each in content.items()
        }
    return content


def _token(name: str) -> str:
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~")


def _answer(
    exchanges: Exchanges, request: Requested[T], path: str, given: BatchResponse | None
) -> Answer[T] | ClientError:
    operation = request.operation
    asked = Asked(operation.method, path, operation.wanted, 0.0, is_write=operation.is_write, key=request.key)
    if given is None:
        return _unknown(asked, f"{asked} is not answered in its batch; see that an Ogrom serves there")
    has_content = given.content is not None
    if asked.is_write and asked.wanted is not None and given.status < 300 and not has_content:
        return _unknown(asked, f"{asked} was made, and there was no room for the content of its answer")
    content = msgspec.json.encode(given.content) if has_content else b""
    headers = {name.lower(): value for name, value in given.headers.items()}
    try:
        return exchanges.part(asked, Received(given.status, headers, content))
    except ClientError as error:
        return error


def _unknown(asked: Asked[Any], message: str) -> ClientError:
    return Unconfirmed(message, asked.key) if asked.is_write else NotUnderstood(message)
