"""A class as a whole: its bases, its options, whether one may inherit from it."""

from collections.abc import Iterable, Iterator, Mapping

import griffe

from ogrom_tools.versions import Level

from .classes import FORMAL, decorators, is_protocol, options
from .findings import Finding
from .surface import Surface

FINAL = frozenset({"typing.final", "typing_extensions.final"})
WIRE = ("tag", "tag_field", "rename", "array_like")
"""Options of a Struct that say how it is encoded."""


def declaration_changes(place: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
    """What changed in the class statement and its decorators, beside the bases."""
    if is_protocol(old) and not is_protocol(new):
        text = "It is no Protocol any longer: only what inherits from it is one."
        yield Finding("protocol-lost", Level.MAJOR, place, text)
    yield from _option_changes(place, options(old), options(new))
    if FINAL & decorators(new).keys() and not FINAL & decorators(old).keys():
        yield Finding("final-added", Level.MAJOR, place, "Nobody may inherit from it any longer.")


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
            yield Finding("base-removed", Level.MAJOR, place, f"It no longer inherits from {name}.")


def _option_changes(place: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Finding]:
    def turned(option: str) -> str:
        before, after = (each.get(option) == "True" for each in (old, new))
        return "on" if after and not before else "off" if before and not after else ""

    if turn := turned("frozen"):
        text = "Its instances can no longer be changed." if turn == "on" else "It can no longer be hashed."
        yield Finding("frozen-changed", Level.MAJOR, place, text)
    if turned("order") == "off":
        yield Finding("order-removed", Level.MAJOR, place, "Its instances can no longer be sorted.")
    if turn := turned("forbid_unknown_fields"):
        level = Level.MAJOR if turn == "on" else Level.MINOR
        text = f"Fields that it does not know are now {'refused' if turn == 'on' else 'passed over'}."
        yield Finding("unknown-fields-changed", level, place, text)
    if turn := turned("omit_defaults"):
        text = f"Encoded, it {'leaves out' if turn == 'on' else 'has'} fields that have their default."
        yield Finding("encoding-changed", Level.MAJOR if turn == "on" else Level.MINOR, place, text)
    for option in WIRE:
        if old.get(option) != new.get(option):
            text = f"{option} was {old.get(option)} and is {new.get(option)}: it is encoded in another way."
            yield Finding("encoding-changed", Level.MAJOR, place, text)
