"""Routes: which target a path leads to, one step a segment, however many routes there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from .links import VARIABLE

T = TypeVar("T")

POSITIVE = "[1-9][0-9]{0,18}"
"""How a PathParameter of type int is spelled; besides, it is below 2**63."""

_TOO_LARGE = 2**63
_is_positive = re.compile(POSITIVE).fullmatch


def positive(text: str) -> int | None:
    """The positive integer below 2**63 that the text is the one spelling of; otherwise None."""
    number = _spelled(text)
    return number if number is not None and number < _TOO_LARGE else None


def _spelled(text: str) -> int | None:
    return int(text) if _is_positive(text) is not None else None


def word(text: str) -> str | None:
    """The text itself, unless it is empty."""
    return text or None


class _Place(Generic[T]):
    """What can follow a part of a path: segments as they are, then variables in the order in which they came."""

    __slots__ = ("fixed", "names", "target", "variables")

    def __init__(self) -> None:
        self.fixed: dict[str, _Place[T]] = {}
        self.variables: dict[Callable[[str], int | str | None], _Place[T]] = {}
        self.target: T | None = None
        self.names: tuple[str, ...] = ()


class Routes(Generic[T]):
    """Templates such as `/products/{product_id}`, each with a target, as a tree of segments.

    A path is followed without ever going back: what it leads to is what any router would find that prefers
    segments as they are, then variables in the order in which they were added. Where it leads nowhere, such a
    router may still find something.
    """

    def __init__(self) -> None:
        self._root: _Place[T] = _Place()

    def add(self, template: str, types: Mapping[str, type], target: T) -> None:
        """Let a template lead to a target, unless an equal one leads somewhere already.

        Args:
            template: the path, with whole segments as variables.
            types: int or str, for each variable.
            target: what it leads to.
        """
        place, names = self._root, []
        for segment in template.split("/"):
            variable = VARIABLE.fullmatch(segment)
            if variable is None:
                place = place.fixed.setdefault(segment, _Place())
            else:
                names.append(variable[1])
                read = _spelled if types[variable[1]] is int else word
                place = place.variables.setdefault(read, _Place())
        if place.target is None:
            place.target, place.names = target, tuple(names)

    def find(self, path: str) -> tuple[T, dict[str, object]] | None:
        """The target of a path, and its variables by name; None where this way leads nowhere."""
        place, values = self._root, []
        for segment in path.split("/"):
            found = place.fixed.get(segment)
            if found is None:
                for read, found in place.variables.items():  # noqa: B007  # it is used behind the loop
                    value = read(segment)
                    if value is not None:
                        break
                else:
                    return None
                # Nor is it a word, where one may stand: Werkzeug chooses by the spelling, too.
                if isinstance(value, int) and value >= _TOO_LARGE:
                    return None
                values.append(value)
            place = found
        if place.target is None:
            return None
        return place.target, dict(zip(place.names, values, strict=True))
