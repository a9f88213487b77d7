"""Functions and methods: what callers hand over and get, and what implementers must keep.

mypy judges the signature as a whole; griffe tells which parameter is to blame.
"""

from collections.abc import Iterator, Mapping

import griffe

from ogrom_tools.versions import Level

from .assignable import Verdict
from .findings import Finding

RULES = {
    griffe.BreakageKind.PARAMETER_REMOVED: ("parameter-removed", "can no longer be given"),
    griffe.BreakageKind.PARAMETER_MOVED: ("parameter-moved", "has another position"),
    griffe.BreakageKind.PARAMETER_CHANGED_KIND: ("parameter-kind-changed", "must be given in another way"),
    griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: ("parameter-required", "must be given"),
    griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: ("parameter-added-required", "is new and must be given"),
}
"""The breakages of griffe that break callers, and what to say of the parameter."""

VARIADIC = frozenset({griffe.ParameterKind.var_positional, griffe.ParameterKind.var_keyword})


def function_changes(
    place: str, old: griffe.Function, new: griffe.Function, verdict: Verdict | None, implemented: str = ""
) -> Iterator[Finding]:
    """What changed in calling a function.

    Args:
        place: its public name.
        old: the function before.
        new: the function after.
        verdict: what mypy says of the two signatures; None where it knows them not.
        implemented: `protocol` or `abstract`, where others write the function and not only call it.
    """
    if ("async" in old.labels) != ("async" in new.labels):
        text = f"{place} is {'now' if 'async' in new.labels else 'no longer'} a coroutine function."
        yield Finding("async-changed", Level.MAJOR, place, text)
        return
    broken = list(_broken_parameters(place, old, new))
    if verdict is None or not verdict.is_signature:
        yield from broken
    if verdict and not verdict.fits_callers:
        yield from broken or [_retyped(place, old, new, verdict)]
    elif verdict and implemented and not verdict.fits_implementers:
        yield Finding(
            f"{implemented}-signature-changed",
            Level.MAJOR,
            place,
            f"Whoever implements it as {verdict.old} no longer keeps {verdict.new}.",
        )
    else:
        yield from _additions(place, old, new, verdict)
    yield from _defaults(place, old, new)


def _retyped(place: str, old: griffe.Function, new: griffe.Function, verdict: Verdict) -> Finding:
    if _annotations(old) != _annotations(new):
        rule = "parameter-retyped"
    else:
        rule = "signature-changed" if str(old.returns) == str(new.returns) else "return-changed"
    if verdict.old.startswith("Overload("):
        rule = "signature-changed"
    return Finding(rule, Level.MAJOR, place, f"Callers of {verdict.old} cannot call {verdict.new}.")


def _broken_parameters(place: str, old: griffe.Function, new: griffe.Function) -> Iterator[Finding]:
    for breakage in _breakages(old, new):
        if breakage.kind in RULES:
            rule, text = RULES[breakage.kind]
            parameter: griffe.Parameter = breakage.old_value or breakage.new_value
            yield Finding(rule, Level.MAJOR, place, f"The parameter {parameter.name} {text}.")


def _additions(
    place: str, old: griffe.Function, new: griffe.Function, verdict: Verdict | None
) -> Iterator[Finding]:
    """What callers can do beside, or what no checker watches any longer."""
    known = {parameter.name for parameter in old.parameters}
    added = [each.name for each in new.parameters if each.name not in known and each.kind not in VARIADIC]
    if added and not any(new.parameters[name].required for name in added):
        yield Finding("parameter-added", Level.MINOR, place, f"It also takes {' and '.join(added)}.")
    elif verdict and verdict.lost:
        yield Finding("type-lost", Level.MINOR, place, f"{verdict.old} is now {verdict.new}.")
    elif verdict and not verdict.fits_implementers:
        text = f"It takes or promises more: {verdict.old} is now {verdict.new}."
        yield Finding("signature-widened", Level.MINOR, place, text)


def _defaults(place: str, old: griffe.Function, new: griffe.Function) -> Iterator[Finding]:
    for breakage in _breakages(old, new):
        if breakage.kind is griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT:
            before, after = breakage.old_value, breakage.new_value
            text = f"Without the parameter {before.name} it is called with {after.default}, not {before.default}."
            yield Finding("default-changed", Level.MINOR, place, text)


def _breakages(old: griffe.Function, new: griffe.Function) -> Iterator[griffe.Breakage]:
    """What griffe finds; it compares members of modules, so each function gets one to itself."""
    return griffe.find_breaking_changes(_alone(old), _alone(new))


def _alone(function: griffe.Function) -> griffe.Module:
    module = griffe.Module("alone")
    module.members["function"] = griffe.Alias("function", function, parent=module)
    return module


def _annotations(function: griffe.Function) -> Mapping[str, str]:
    return {each.name: str(each.annotation) for each in function.parameters}
