"""A class as a whole: its bases, its options, whether one may inherit from it."""

from collections.abc import Iterable, Iterator, Mapping

import griffe

from ogrom_rules import Finding, Rule

from .classes import FORMAL, decorators, is_protocol, options
from .rules import (
    BASE_REMOVED,
    DEFAULTS_ENCODED,
    DEFAULTS_OMITTED,
    ENCODING_CHANGED,
    FINAL_ADDED,
    FROZEN_ADDED,
    FROZEN_REMOVED,
    ORDER_REMOVED,
    PROTOCOL_LOST,
    UNKNOWN_FIELDS_REFUSED,
    UNKNOWN_FIELDS_TAKEN,
)
from .surface import Surface

FINAL = frozenset({"typing.final", "typing_extensions.final"})
WIRE = ("tag", "tag_field", "rename", "array_like")
"""Options of a Struct that say how it is encoded."""

TURNS: Mapping[str, tuple[Rule | None, Rule | None]] = {
    "frozen": (FROZEN_REMOVED, FROZEN_ADDED),
    "order": (ORDER_REMOVED, None),
    "forbid_unknown_fields": (UNKNOWN_FIELDS_TAKEN, UNKNOWN_FIELDS_REFUSED),
    "omit_defaults": (DEFAULTS_ENCODED, DEFAULTS_OMITTED),
}
"""By an option: what it is to turn it off, and on."""


def declaration_changes(place: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
    """What changed in the class statement and its decorators, beside the bases."""
    if is_protocol(old) and not is_protocol(new):
        yield PROTOCOL_LOST.at(place)
    yield from _option_changes(place, options(old), options(new))
    if FINAL & decorators(new).keys() and not FINAL & decorators(old).keys():
        yield FINAL_ADDED.at(place, do="inherit from it")


def base_changes(place: str, lost: Iterable[str], old: Surface) -> Iterator[Finding]:
    """Bases that an isinstance or an except may have asked for: public ones, and other packages'.

    Args:
        place: the public name of the class.
        lost: where the classes are or were defined that it no longer inherits from.
        old: the public names before.
    """
    for base in lost:
        if base not in FORMAL and (base in old.classes or not old.defines(base)):
            name = old.public_names.get(base, base).removeprefix("builtins.")
            yield BASE_REMOVED.at(place, base=name)


def _option_changes(place: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Finding]:
    for option, turn in TURNS.items():
        before, after = (each.get(option) == "True" for each in (old, new))
        if before != after and (rule := turn[after]):
            yield rule.at(place)
    for option in WIRE:
        if old.get(option) != new.get(option):
            yield ENCODING_CHANGED.at(place, option=option, old=old.get(option), new=new.get(option))
