"""What is wrong with a value, in words for the person who sent it; msgspec tells it in those of Python."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec

_EXPECTED: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "a string",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "datetime": "a date and time",
}
_LONGEST_NAME: Final = 64
_GOT: Final = _EXPECTED | {"float": "a decimal number", "bool": "a boolean"}

_OF_ANOTHER_TYPE: Final = re.compile(r"Expected (\w+(?: \| \w+)*), got (\w+)")
_OUT_OF_LIMITS: Final = re.compile(r"Expected \w+ (?:of length )?[<>=]")
_MOMENT: Final = re.compile(r"Invalid RFC3339 encoded datetime|Expected datetime with")


def told(said: str, subject: str, wanted: Any, *, strict: bool = True) -> str:
    """The sentence about a value that is not of the wanted type, such as `limit must be between 1 and 100`.

    Args:
        said: msgspec's message, without backquotes and place.
        subject: what the sentence is about, mostly the name of a member or parameter.
        wanted: the type, with its constraints.
        strict: False for a query, which has strings only and cannot say null.
    """
    if found := _OF_ANOTHER_TYPE.fullmatch(said):
        kinds = [each for each in found[1].split(" | ") if strict or each != "null"]
        expected = " or ".join(_EXPECTED.get(each, each) for each in kinds)
        got = f", not {_GOT.get(found[2], found[2])}" if strict else ""
        return f"{subject} must be {expected}{got}"
    if said.startswith("Invalid enum value") and (values := _values(wanted)):
        return f"{subject} must be {one_of(values)}"
    if _OUT_OF_LIMITS.match(said) and (limits := _limits(wanted)):
        return f"{subject} {limits}"
    if _MOMENT.match(said):
        return f"{subject} must be a date and time with its zone, such as 2026-01-31T12:00:00Z"
    if found := re.fullmatch(r"Expected str matching regex '(.*)'", said):
        return f"{subject} must match the pattern {found[1]}"
    if found := re.fullmatch(r"Expected array of length (\d+), got (\d+)", said):
        return f"{subject} must have {found[1]} items, not {found[2]}"
    if found := re.fullmatch(r"Object missing required field (.*)", said):
        return f"{found[1]} is required"
    if found := re.fullmatch(r"Invalid value (.*)", said):
        return f"{subject} cannot be {found[1]}"
    if found := re.fullmatch(r"Expected \w+ that's a multiple of (.*)", said):
        return f"{subject} must be a multiple of {found[1]}"
    return (
        f"{subject} is out of range" if said.endswith("out of range") else said
    )  # by a struct of the author's


def one_of(names: Collection[str]) -> str:
    """A choice: `a`, or `one of a, b`."""
    return ("" if len(names) == 1 else "one of ") + ", ".join(names)


def short(name: str) -> str:
    """A client's name as long as a person would read it."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."


def bare_type(wanted: Any) -> Any:
    """The type without its constraints and without None or UNSET beside it."""
    if get_origin(wanted) is Annotated:
        return bare_type(get_args(wanted)[0])
    if get_origin(wanted) in (Union, UnionType):
        rest = [each for each in get_args(wanted) if each not in (type(None), msgspec.UnsetType)]
        return bare_type(rest[0]) if len(rest) == 1 else wanted
    return wanted


def _values(wanted: Any) -> list[str]:
    """The values of a Literal or an Enum; none for another type."""
    bare = bare_type(wanted)
    if get_origin(bare) is Literal:
        return [str(each) for each in get_args(bare)]
    return [str(each.value) for each in bare] if isinstance(bare, type) and issubclass(bare, Enum) else []


def _limits(wanted: Any) -> str | None:
    """The limits of a type in words, such as `must be between 1 and 100`; None if it has none."""
    if get_origin(wanted) in (Union, UnionType):
        return next(filter(None, map(_limits, get_args(wanted))), None)
    if get_origin(wanted) is not Annotated:
        return None
    kind, *metas = get_args(wanted)
    return next(
        filter(None, (_limits_of(each, kind) for each in metas if isinstance(each, msgspec.Meta))), None
    )


def _limits_of(meta: msgspec.Meta, kind: Any) -> str | None:
    if lengths := [*_bounds(meta, {"min_length": "at least", "max_length": "at most"})]:
        bounds = lengths[0] if len(lengths) == 1 else f"{meta.min_length} to {meta.max_length}"
        unit = "character" if bare_type(kind) is str else "item"
        return f"must have {bounds} {unit}{'' if bounds.endswith(' 1') else 's'}"
    if meta.ge is not None and meta.le is not None:
        return f"must be between {meta.ge} and {meta.le}"
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    bounds = " and ".join(_bounds(meta, words))
    return f"must be {bounds}" if bounds else None


def _bounds(meta: msgspec.Meta, words: dict[str, str]) -> Iterator[str]:
    return (f"{text} {limit}" for name, text in words.items() if (limit := getattr(meta, name)) is not None)
