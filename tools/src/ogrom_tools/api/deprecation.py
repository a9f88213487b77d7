"""Deprecation: who uses a name is warned by one release before another removes it (PEP 702)."""

import ast
from collections.abc import Iterator

import griffe

from ogrom_rules import Finding, Rule

from .rules import DEPRECATED, DEPRECATED_REMOVED

MARKS = frozenset({"warnings.deprecated", "typing_extensions.deprecated"})


def message(found: griffe.Object) -> str:
    """What those are told who use a name, or the class that has it; "" where it is not deprecated."""
    if isinstance(found, griffe.Class | griffe.Function):
        for each in found.decorators:
            if isinstance(each.value, griffe.ExprCall) and each.value.canonical_path in MARKS:
                return _text(each.value.arguments)
    return message(found.parent) if isinstance(found.parent, griffe.Class) else ""


def deprecations(place: str, old: griffe.Object, new: griffe.Object) -> Iterator[Finding]:
    """Whether it is deprecated from now on."""
    if (told := message(new)) and not message(old):
        yield DEPRECATED.at(place, message=told)


def removal(rule: Rule, place: str, old: griffe.Object, name: str) -> Finding:
    """That a name is gone: by this rule, unless those who used it were told."""
    told = message(old)
    return DEPRECATED_REMOVED.at(place, message=told) if told else rule.at(place, name=name)


def _text(arguments: object) -> str:
    """The message, which type checkers want as a literal."""
    first = next(iter(arguments), "") if isinstance(arguments, list | tuple) else ""
    try:
        return str(ast.literal_eval(str(first)))
    except (ValueError, SyntaxError):
        return str(first)
