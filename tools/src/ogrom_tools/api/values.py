"""Constants, attributes, properties and type aliases: what reading and writing them gives."""

import ast
from collections.abc import Iterator

import griffe

from ogrom_tools.versions import Level

from .assignable import Verdict
from .constraints import constraint_changes
from .findings import Finding


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
        yield Finding("constant-retyped", Level.MAJOR, place, f"It was {verdict.old} and is {verdict.new}.")
    elif verdict and verdict.lost:
        yield Finding("type-lost", Level.MINOR, place, f"{verdict.old} is now {verdict.new}.")
    before, after = getattr(old, "value", None), getattr(new, "value", None)
    if is_alias:
        yield from constraint_changes(place, before, after)
    elif before is not None and after is not None and str(before) != str(after) and _is_literal(after):
        yield Finding("constant-changed", Level.MINOR, place, f"It was {before} and is {after}.")


def _alias_changes(place: str, verdict: Verdict) -> Iterator[Finding]:
    """What is declared with the alias may have been handed in or given out, so one way is enough to break."""
    if not verdict.fits_implementers:
        text = f"It no longer allows all of {verdict.old}, only {verdict.new}."
        yield Finding("alias-narrowed", Level.MAJOR, place, text)
    elif not verdict.fits_callers:
        yield Finding("alias-widened", Level.MINOR, place, f"Beside {verdict.old} it allows {verdict.new}.")
    elif verdict.lost:
        yield Finding("type-lost", Level.MINOR, place, f"{verdict.old} is now {verdict.new}.")


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
        yield Finding("attribute-read-only", Level.MAJOR, place, "It can no longer be assigned to.")
    elif implemented and settable == (False, True):
        text = "Whoever implements it must now let it be assigned to."
        yield Finding(f"{implemented}-signature-changed", Level.MAJOR, place, text)
    if verdict is None:
        return
    changed = f"It was {verdict.old} and is {verdict.new}"
    if not verdict.fits_callers:
        yield Finding("attribute-retyped", Level.MAJOR, place, f"{changed}: whoever reads it may break.")
    elif not verdict.fits_implementers and implemented:
        text = f"{changed}: whoever implements it may break."
        yield Finding(f"{implemented}-signature-changed", Level.MAJOR, place, text)
    elif not verdict.fits_implementers and all(settable):
        yield Finding("attribute-retyped", Level.MAJOR, place, f"{changed}: whoever assigns to it may break.")
    elif not verdict.fits_implementers:
        yield Finding("attribute-narrowed", Level.MINOR, place, f"{changed}, which promises more.")
    elif verdict.lost:
        yield Finding("type-lost", Level.MINOR, place, f"{verdict.old} is now {verdict.new}.")


def _is_literal(value: griffe.Expr | str) -> bool:
    try:
        ast.literal_eval(str(value))
    except (ValueError, SyntaxError):
        return False
    return True
