"""Constraints of msgspec: `Annotated[int, Meta(ge=1)]`, which mypy passes over and a decoder keeps."""

import ast
from collections.abc import Iterator, Mapping

import griffe

from ogrom_rules import Finding

from .rules import CONSTRAINT_LOOSENED, CONSTRAINT_TIGHTENED

LOWER = frozenset({"gt", "ge", "min_length"})
UPPER = frozenset({"lt", "le", "max_length"})
SAID = frozenset({"title", "description", "examples", "extra_json_schema", "extra"})
"""What is only said about a value."""


def constraint_changes(
    place: str, old: griffe.Expr | str | None, new: griffe.Expr | str | None
) -> Iterator[Finding]:
    """What is refused that was accepted, and the other way round.

    Args:
        place: the public name of the field or alias.
        old: its annotation before.
        new: its annotation after.
    """
    before, after = _constraints(old), _constraints(new)
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one == other or name in SAID:
            continue
        if other is None or _is_looser(name, one, other):
            now = "gone" if other is None else f"now {other}"
            yield CONSTRAINT_LOOSENED.at(place, old=f"{name}={one}", now=now)
        else:
            yield CONSTRAINT_TIGHTENED.at(place, new=f"{name}={other}")


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
    """Whether everything that was accepted still is; in doubt not."""
    if old is None or name not in LOWER | UPPER:
        return False
    try:
        before, after = _number(old), _number(new)
    except (ValueError, SyntaxError):
        return False
    return after < before if name in LOWER else after > before


def _number(text: str) -> float:
    return float(ast.literal_eval(text))
