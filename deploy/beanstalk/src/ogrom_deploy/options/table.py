"""The table of options: which there are, what they may be, and what they are where nobody says anything."""

import csv
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from .setting import Key


@dataclass(frozen=True)
class Option:
    """An option that there is.

    Attributes:
        namespace, name: which one; `*` stands for a name that people choose, such as that of a process.
        values: what it may be, in the language of `values`.
        default: what it is where nobody says anything; empty for nothing, or what depends on something else.
    """

    namespace: str
    name: str
    values: str
    default: str


@cache
def options() -> tuple[Option, ...]:
    """All of the table."""
    text = files("ogrom_deploy.options").joinpath("table.csv").read_text(encoding="utf-8")
    return tuple(Option(**row) for row in csv.DictReader(text.splitlines()))


def find(key: Key) -> Option | None:
    """The option of that name, if there is one."""
    return next((each for each in _of(key.namespace) if fnmatchcase(key.name, each.name)), None)


def default(namespace: str, name: str) -> str:
    """What an option is where nobody says anything; empty for nothing."""
    found = find(Key(namespace, name))
    return "" if found is None else found.default


def unknown(key: Key) -> str:
    """Why there is no such option, and which was meant."""
    names = [each.name for each in _of(key.namespace)]
    if names:
        return f"is no option of that namespace{_meant(key.name, names)}"
    return f"is in no namespace that we know{_meant(key.namespace, [each.namespace for each in options()])}"


def _of(namespace: str) -> Iterator[Option]:
    return (each for each in options() if fnmatchcase(namespace, each.namespace))


def _meant(given: str, known: list[str]) -> str:
    lowered = {each.lower(): each for each in known}
    close = difflib.get_close_matches(given.lower(), lowered, n=1, cutoff=0.5)
    return f"; did you mean {lowered[close[0]]}?" if close else f"; there are {', '.join(sorted(set(known)))}"
