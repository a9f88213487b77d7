"""Constants, attributes, properties and type aliases: what reading and writing them gives."""

import ast
from collections.abc import Iterator

import griffe

from ogrom_rules import Finding

from .assignable import Verdict
from .constraints import constraint_changes
from .functions import IMPLEMENTED
from .rules import (
    ALIAS_NARROWED,
    ALIAS_WIDENED,
    ATTRIBUTE_NARROWED,
    ATTRIBUTE_READ_ONLY,
    ATTRIBUTE_RETYPED,
    CONSTANT_CHANGED,
    CONSTANT_RETYPED,
    TYPE_LOST,
)


def constant_changes(
    place: str, old: griffe.Object, new: griffe.Object, verdict: Verdict | None, *, is_alias: bool
) -> Iterator[Finding]:
    """A name of a module.

    Args:
        place: its public name.
        old: what it stood for.
        new: what it stands for.
        verdict: what mypy says of the two; None where it knows them not.
        is_alias: whether it is a name for a type.
    """
    if verdict and is_alias:
        yield from _alias_changes(place, verdict)
    elif verdict and not verdict.fits_callers:
        yield CONSTANT_RETYPED.at(place, old=verdict.old, new=verdict.new)
    elif verdict and verdict.lost:
        yield TYPE_LOST.at(place, old=verdict.old, new=verdict.new)
    before, after = getattr(old, "value", None), getattr(new, "value", None)
    if is_alias:
        yield from constraint_changes(place, before, after)
    elif before is not None and after is not None and str(before) != str(after) and _is_literal(after):
        yield CONSTANT_CHANGED.at(place, old=before, new=after)


def _alias_changes(place: str, verdict: Verdict) -> Iterator[Finding]:
    """What is declared with the alias may have been handed in or given out, so one way is enough to break."""
    if not verdict.fits_implementers:
        yield ALIAS_NARROWED.at(place, old=verdict.old, new=verdict.new)
    elif not verdict.fits_callers:
        yield ALIAS_WIDENED.at(place, old=verdict.old, new=verdict.new)
    elif verdict.lost:
        yield TYPE_LOST.at(place, old=verdict.old, new=verdict.new)


def attribute_changes(
    place: str, verdict: Verdict | None, settable: tuple[bool, bool], implemented: str = ""
) -> Iterator[Finding]:
    """An attribute or property of instances.

    Args:
        place: its public name.
        verdict: what mypy says of its types; None where it knows them not.
        settable: whether it can be assigned to, before and after.
        implemented: `protocol` or `abstract`, where others write it and not only use it.
    """
    if settable == (True, False):
        yield ATTRIBUTE_READ_ONLY.at(place)
    elif implemented and settable == (False, True):
        yield IMPLEMENTED[implemented].at(place, change="It can now be assigned to")
    if verdict is None:
        return
    if not verdict.fits_callers:
        yield ATTRIBUTE_RETYPED.at(place, old=verdict.old, new=verdict.new, does="reads")
    elif not verdict.fits_implementers and implemented:
        yield IMPLEMENTED[implemented].at(place, change=f"It was {verdict.old} and is {verdict.new}")
    elif not verdict.fits_implementers and all(settable):
        yield ATTRIBUTE_RETYPED.at(place, old=verdict.old, new=verdict.new, does="assigns to")
    elif not verdict.fits_implementers:
        yield ATTRIBUTE_NARROWED.at(place, old=verdict.old, new=verdict.new)
    elif verdict.lost:
        yield TYPE_LOST.at(place, old=verdict.old, new=verdict.new)


def _is_literal(value: griffe.Expr | str) -> bool:
    try:
        ast.literal_eval(str(value))
    except (ValueError, SyntaxError):
        return False
    return True
