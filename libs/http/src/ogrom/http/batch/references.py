"""References: an earlier request's id and a JSON Pointer, as a URI fragment (RFC 6901, 6), into the answer's content.

`comments#/items/*/author_id`: a `*` stands for every element of an array, and the values become a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, unquote

import msgspec
from msgspec import UNSET

from ..content import pointer as fragment, unescaped
from ..problem import Fault, invalid_fields
from ..problems import FAILED_DEPENDENCY, UNUSABLE_REFERENCE
from .documents import ID, MAX_VALUES, BatchedRequest, BatchResponse

MAX_WORK: Final = 100_000
"""How many places the references of a batch lead to, and characters they find there, together at most."""

_POINTER = "((?:/(?:[^~/]|~[01])*+)*+)"
_reference: Final = re.compile(f"({ID})#{_POINTER}", re.DOTALL).fullmatch
_place: Final = re.compile(f"#?{_POINTER}", re.DOTALL).fullmatch
_is_index: Final = re.compile("0|[1-9][0-9]{0,8}").fullmatch
_braces: Final = re.compile(r"\{([^{}]*)\}")
_URL = r'[!-"$-z|~]'  # ASCII, without spaces, # and braces
_is_path: Final = re.compile(rf"(?:/(?!/)|(?=\{{))(?:{_URL}|{_braces.pattern})*").fullmatch
_is_target: Final = re.compile(f"/(?!/){_URL}*").fullmatch
_PATH = (
    "path must begin with one slash, or with a reference to a link, and be a URL's: ASCII, percent-encoded, "
    "without #, and { } only around references"
)

encode: Final = msgspec.json.Encoder().encode


# What they say.


def _read(reference: str) -> tuple[str, list[str]]:
    """The id of the earlier request, and the names on the way through its content.

    Raises:
        ValueError: it is no reference.
    """
    found = _reference(unquote(reference))
    if found is None:
        raise ValueError(
            f"{reference!r} is no reference; write the id of an earlier request and a JSON Pointer: collage#/items/0/id"
        )
    return found[1], _names(found[2])


def _names(pointer: str) -> list[str]:
    return [unescaped(token) for token in pointer.split("/")[1:]]


def _references(asked: BatchedRequest, where: str) -> Iterator[tuple[str, str]]:
    """All of a request, each behind its place in the batch."""
    yield from ((f"{where}/path", each) for each in _braces.findall(asked.path))
    yield from ((fragment(f"{where}/values", place), each) for place, each in asked.values.items())


def used(asked: BatchedRequest) -> set[str]:
    """The ids of the requests whose answers it uses."""
    return {_read(reference)[0] for _, reference in _references(asked, "")}


def faults(requests: Sequence[BatchedRequest]) -> Iterator[Fault]:
    """Everything that keeps a batch from being begun, with its place."""
    known = set[str]()
    for position, each in enumerate(requests):
        where = f"#/requests/{position}"
        if each.id in known:
            yield Fault(f"{where}/id", f"{each.id!r} is the id of an earlier request; choose another")
        if not _is_path(each.path):
            yield Fault(f"{where}/path", _PATH)
        for at, reference in _references(each, where):
            try:
                if (id := _read(reference)[0]) not in known:
                    yield Fault(at, f"{id!r} is not the id of an earlier request")
            except ValueError as error:
                yield Fault(at, str(error))
        for place in each.values:
            try:
                _find({"": each.content}, place)
            except ValueError as error:
                yield Fault(fragment(f"{where}/values", place), str(error))
        if each.is_read and (each.content is not UNSET or each.values):
            yield Fault(f"{where}/content", f"a {each.method} has no content")
        known.add(each.id)


# What they stand for.


class Refused(Exception):
    """A request cannot be sent; the argument is the Problem."""


class Values:
    """Puts values of answers in the place of references, or raises Refused."""

    def __init__(self, base: str, answers: Mapping[str, BatchResponse]) -> None:
        """Begin.

        Args:
            base: the path below which all requests are.
            answers: by their ids; more may come.
        """
        self._base = base
        self._answers = answers
        self._decoded: dict[str, Any] = {}
        self._left = MAX_WORK

    def target(self, asked: BatchedRequest, where: str) -> str:
        """The path and query of a request, whose place in the batch is `where`."""
        where, target = f"{where}/path", ""
        for position, piece in enumerate(_braces.split(asked.path)):
            found = self._value(piece, where) if position % 2 else piece
            if position % 2 and (target or not isinstance(found, str)):  # otherwise it is a link
                found = ",".join(map(_quoted, found if isinstance(found, list) else [found]))
                if "%2F" in found and "?" not in target:
                    raise _unusable(where, f"{piece} has a slash, and would lead elsewhere")
            target += found
        if not _is_target(target):
            raise _unusable(where, "what is found for the link is no path")
        return target if target.startswith(f"{self._base}/") else self._base + target

    def content(self, asked: BatchedRequest, where: str) -> bytes | None:
        """The content of a request; None if it has none."""
        whole = {"": asked.content}
        for place, reference in asked.values.items():
            at = fragment(f"{where}/values", place)
            value = self._value(reference, at)
            try:
                inner, key = _find(whole, place)
            except ValueError as error:  # another value has taken the place of what was around it
                raise _unusable(at, str(error)) from None
            inner[key] = value
        return None if whole[""] is UNSET else encode(whole[""])

    def _value(self, reference: str, where: str) -> Any:
        """A string, a number or a boolean; with a `*`, a list of them, each once.

        What some elements of an array lack is left out, and so is null.
        """
        id, names = _read(reference)
        found = [self._content(id, where)]
        for name in names:
            inner = [_below(each, name) for each in found]
            if inner and inner.count(None) == len(inner):
                raise _unusable(where, f"{reference} leads nowhere: there is no {name!r}")
            found = [one for each in inner if each is not None for one in each]
            self._work(len(found), where)
        if is_list := "*" in names:
            found = [each for each in found if each is not None]
        if not all(isinstance(each, str | int | float) for each in found):
            raise _unusable(where, f"{reference} leads to what is neither a string nor a number")
        self._work(sum(len(each) for each in found if isinstance(each, str)), where)
        values = [*dict.fromkeys(found)]
        if len(values) > MAX_VALUES:
            raise _unusable(where, f"{reference} has more than {MAX_VALUES} values")
        return values if is_list else values[0]

    def _content(self, id: str, where: str) -> Any:
        """What an earlier request was answered with."""
        answer = self._answers[id]
        if answer.status >= 300:
            faults = (Fault(where, f"{id} failed"),)
            detail = f"It uses the answer of {id!r}, and the status of that is {answer.status}."
            raise Refused(invalid_fields("pointer", faults, detail, FAILED_DEPENDENCY))
        if answer.content is UNSET:
            raise _unusable(where, f"the answer of {id!r} has no content")
        if id not in self._decoded:
            self._decoded[id] = msgspec.json.decode(answer.content)
        return self._decoded[id]

    def _work(self, units: int, where: str) -> None:
        self._left -= units
        if self._left < 0:
            fault = "the references of the batch lead to too much; use fewer, or smaller pages"
            raise _unusable(where, fault)


def _find(content: Any, place: str) -> tuple[Any, Any]:
    """The object or array that has a place, and the name or index of the place in it.

    Args:
        content: an object with the content, under the name "", so that all of it is a place, too.

    Raises:
        ValueError: there is no such place.
    """
    found, inner, key = _place(unquote(place)), content, ""
    for name in _names(found[1]) if found else [None]:
        inner = inner[key]
        key = _key(inner, name)
        if key is None:
            raise ValueError("there is no such place in the content; put null there")
    return inner, key


def _below(inner: Any, name: str) -> list[Any] | None:
    """What a name leads to: all elements of an array, or one thing; None if there is nothing."""
    if name == "*" and isinstance(inner, list):
        return inner
    key = _key(inner, name)
    return None if key is None else [inner[key]]


def _key(inner: object, name: str | None) -> Any:
    """The name, or the index that it stands for in an array; None if there is nothing of it."""
    if isinstance(inner, dict):
        return name if name in inner else None
    is_there = isinstance(inner, list) and name and _is_index(name) and int(name) < len(inner)
    return int(name or 0) if is_there else None


def _quoted(value: str | float) -> str:
    return quote(value if isinstance(value, str) else encode(value), safe="")


def _unusable(where: str, fault: str) -> Refused:
    faults = (Fault(where, fault),)
    return Refused(invalid_fields("pointer", faults, UNUSABLE_REFERENCE.example, UNUSABLE_REFERENCE))
