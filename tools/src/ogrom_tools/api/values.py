"""Constants, attributes, properties and type aliases: what reading and writing them gives, and which values fit."""

import ast
from collections.abc import Iterator, Mapping

import griffe

from ogrom_rules import Finding
from ogrom_tools.api import rules
from ogrom_tools.api.functions import IMPLEMENTED
from ogrom_tools.api.types import Verdict

LOWER = frozenset({"gt", "ge", "min_length"})
UPPER = frozenset({"lt", "le", "max_length"})
DESCRIPTIVE = frozenset({"title", "description", "examples", "extra_json_schema", "extra"})
"""Arguments that only describe a value."""


def constraint_changes(
    symbol: str, old: griffe.Expr | str | None, new: griffe.Expr | str | None
) -> Iterator[Finding]:
    """Constraints of msgspec, `Annotated[int, Meta(ge=1)]`, which mypy ignores and a decoder enforces.

    Args:
        symbol: the public name of the field or alias.
        old: its annotation before.
        new: its annotation after.
    """
    before, after = _constraints(old), _constraints(new)
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one == other or name in DESCRIPTIVE:
            continue
        if other is None or _is_looser(name, one, other):
            now = "gone" if other is None else f"now {other}"
            yield rules.CONSTRAINT_LOOSENED.at(symbol, old=f"{name}={one}", now=now)
        else:
            yield rules.CONSTRAINT_TIGHTENED.at(symbol, new=f"{name}={other}")


def _constraints(annotation: griffe.Expr | str | None) -> Mapping[str, str]:
    """The arguments of `Meta(...)`, as text."""
    try:
        tree = ast.parse(str(annotation), mode="eval")
    except SyntaxError:
        return {}
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
    metas = [each for each in calls if ast.unparse(each.func).rpartition(".")[2] == "Meta"]
    return {word.arg: ast.unparse(word.value) for each in metas for word in each.keywords if word.arg}


def _is_looser(name: str, old: str | None, new: str) -> bool:
    """Whether everything that was accepted still is; False if in doubt."""
    if old is None or name not in LOWER | UPPER:
        return False
    try:
        before, after = _number(old), _number(new)
    except (ValueError, SyntaxError):
        return False
    return after < before if name in LOWER else after > before


def _number(text: str) -> float:
    return float(ast.literal_eval(text))


def constant_changes(
    symbol: str, old: griffe.Object, new: griffe.Object, verdict: Verdict | None, *, is_alias: bool
) -> Iterator[Finding]:
    """What changed in a variable or type alias of a module.

    Args:
        symbol: its public name.
        old: what it referred to.
        new: what it refers to.
        verdict: what mypy says about the two; None if it does not know them.
        is_alias: whether it is a type alias.
    """
    if verdict and is_alias:
        yield from _alias_changes(symbol, verdict)
    elif verdict and not verdict.fits_callers:
        yield rules.CONSTANT_RETYPED.at(symbol, old=verdict.old, new=verdict.new)
    elif verdict and verdict.lost:
        yield rules.TYPE_LOST.at(symbol, old=verdict.old, new=verdict.new)
    before, after = getattr(old, "value", None), getattr(new, "value", None)
    if is_alias:
        yield from constraint_changes(symbol, before, after)
    elif before is not None and after is not None and str(before) != str(after) and _is_literal(after):
        yield rules.CONSTANT_CHANGED.at(symbol, old=before, new=after)


def _alias_changes(symbol: str, verdict: Verdict) -> Iterator[Finding]:
    """A value declared with the alias may be passed in or returned, so a change in either direction can break."""
    if not verdict.fits_implementers:
        yield rules.ALIAS_NARROWED.at(symbol, old=verdict.old, new=verdict.new)
    elif not verdict.fits_callers:
        yield rules.ALIAS_WIDENED.at(symbol, old=verdict.old, new=verdict.new)
    elif verdict.lost:
        yield rules.TYPE_LOST.at(symbol, old=verdict.old, new=verdict.new)


def attribute_changes(
    symbol: str, verdict: Verdict | None, settable: tuple[bool, bool], implemented: str = ""
) -> Iterator[Finding]:
    """What changed in an attribute or property of instances.

    Args:
        symbol: its public name.
        verdict: what mypy says about its types; None if it does not know them.
        settable: whether it could and can be assigned to.
        implemented: `protocol` or `abstract`, if others implement it instead of only using it.
    """
    if settable == (True, False):
        yield rules.ATTRIBUTE_READ_ONLY.at(symbol)
    elif implemented and settable == (False, True):
        yield IMPLEMENTED[implemented].at(symbol, change="It can now be assigned to")
    if verdict is None:
        return
    if not verdict.fits_callers:
        yield rules.ATTRIBUTE_RETYPED.at(symbol, old=verdict.old, new=verdict.new, does="reads")
    elif not verdict.fits_implementers and implemented:
        yield IMPLEMENTED[implemented].at(symbol, change=f"It was {verdict.old} and is {verdict.new}")
    elif not verdict.fits_implementers and all(settable):
        yield rules.ATTRIBUTE_RETYPED.at(symbol, old=verdict.old, new=verdict.new, does="assigns to")
    elif not verdict.fits_implementers:
        yield rules.ATTRIBUTE_NARROWED.at(symbol, old=verdict.old, new=verdict.new)
    elif verdict.lost:
        yield rules.TYPE_LOST.at(symbol, old=verdict.old, new=verdict.new)


def _is_literal(value: griffe.Expr | str) -> bool:
    try:
        ast.literal_eval(str(value))
    except (ValueError, SyntaxError):
        return False
    return True
