"""Functions and methods: what callers pass and get, and what implementers must keep.

mypy judges the signature as a whole; griffe tells which parameter is responsible.
"""

from collections.abc import Iterator, Mapping

import griffe

from ogrom_rules import Finding
from ogrom_tools.api import rules
from ogrom_tools.api.types import Verdict

BREAKAGES = {
    griffe.BreakageKind.PARAMETER_REMOVED: rules.PARAMETER_REMOVED,
    griffe.BreakageKind.PARAMETER_MOVED: rules.PARAMETER_MOVED,
    griffe.BreakageKind.PARAMETER_CHANGED_KIND: rules.PARAMETER_KIND_CHANGED,
    griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: rules.PARAMETER_REQUIRED,
    griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: rules.PARAMETER_ADDED_REQUIRED,
}
"""The kinds of griffe's breakages that break callers."""

IMPLEMENTED = {"protocol": rules.PROTOCOL_SIGNATURE_CHANGED, "abstract": rules.ABSTRACT_SIGNATURE_CHANGED}
"""The rule for a change that breaks implementers, by what they implement."""

VARIADIC = frozenset({griffe.ParameterKind.var_positional, griffe.ParameterKind.var_keyword})


def function_changes(
    symbol: str, old: griffe.Function, new: griffe.Function, verdict: Verdict | None, implemented: str = ""
) -> Iterator[Finding]:
    """What changed in a function.

    Args:
        symbol: its public name.
        old: the function before.
        new: the function after.
        verdict: what mypy says about the two signatures; None if it does not know them.
        implemented: `protocol` or `abstract`, if others implement the function instead of only calling it.
    """
    if ("async" in old.labels) != ("async" in new.labels):
        yield rules.ASYNC_CHANGED.at(symbol, now="now" if "async" in new.labels else "no longer")
        return
    broken = list(_broken_parameters(symbol, old, new))
    if verdict is None or not verdict.is_signature:
        yield from broken
    if verdict and not verdict.fits_callers:
        yield from broken or [_retyped(symbol, old, new, verdict)]
    elif verdict and implemented and not verdict.fits_implementers:
        yield IMPLEMENTED[implemented].at(symbol, change=f"It was {verdict.old} and is {verdict.new}")
    else:
        yield from _additions(symbol, old, new, verdict)
    yield from _defaults(symbol, old, new)


def _retyped(symbol: str, old: griffe.Function, new: griffe.Function, verdict: Verdict) -> Finding:
    if _annotations(old) != _annotations(new):
        rule = rules.PARAMETER_RETYPED
    else:
        rule = rules.SIGNATURE_CHANGED if str(old.returns) == str(new.returns) else rules.RETURN_CHANGED
    if verdict.old.startswith("Overload("):
        rule = rules.SIGNATURE_CHANGED
    return rule.at(symbol, old=verdict.old, new=verdict.new)


def _broken_parameters(symbol: str, old: griffe.Function, new: griffe.Function) -> Iterator[Finding]:
    for breakage in _breakages(old, new):
        if rule := BREAKAGES.get(breakage.kind):
            parameter: griffe.Parameter = breakage.old_value or breakage.new_value
            yield rule.at(symbol, name=parameter.name)


def _additions(
    symbol: str, old: griffe.Function, new: griffe.Function, verdict: Verdict | None
) -> Iterator[Finding]:
    """What callers can do now, or what type checkers no longer check."""
    known = {parameter.name for parameter in old.parameters}
    added = [each.name for each in new.parameters if each.name not in known and each.kind not in VARIADIC]
    if added and not any(new.parameters[name].required for name in added):
        yield rules.PARAMETER_ADDED.at(symbol, names=" and ".join(added))
    elif verdict and verdict.lost:
        yield rules.TYPE_LOST.at(symbol, old=verdict.old, new=verdict.new)
    elif verdict and not verdict.fits_implementers:
        yield rules.SIGNATURE_WIDENED.at(symbol, old=verdict.old, new=verdict.new)


def _defaults(symbol: str, old: griffe.Function, new: griffe.Function) -> Iterator[Finding]:
    for breakage in _breakages(old, new):
        if breakage.kind is griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT:
            before, after = breakage.old_value, breakage.new_value
            yield rules.DEFAULT_CHANGED.at(symbol, name=before.name, old=before.default, new=after.default)


def _breakages(old: griffe.Function, new: griffe.Function) -> Iterator[griffe.Breakage]:
    """What griffe finds; it compares members of modules, so each function gets a module of its own."""
    return griffe.find_breaking_changes(_alone(old), _alone(new))


def _alone(function: griffe.Function) -> griffe.Module:
    module = griffe.Module("alone")
    module.members["function"] = griffe.Alias("function", function, parent=module)
    return module


def _annotations(function: griffe.Function) -> Mapping[str, str]:
    return {each.name: str(each.annotation) for each in function.parameters}
