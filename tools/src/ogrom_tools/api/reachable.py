"""Classes that nobody can import, and everybody meets: a public function takes or gives them.

Their names may change, and nobody makes one; but whoever is given one uses its methods and attributes, and whoever
hands one in may have written it, if it is a Protocol.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import griffe

from ogrom_tools.rules import Finding

from .rules import (
    CONSTRUCTOR_CHANGED,
    FIELD_ADDED_REQUIRED,
    FIELD_KEYWORD_ONLY,
    FIELD_MOVED,
    FIELD_REQUIRED,
    FINAL_ADDED,
)
from .surface import Surface, final

MAKING = frozenset(
    each.name
    for each in (
        *(FIELD_ADDED_REQUIRED, FIELD_REQUIRED, FIELD_MOVED, FIELD_KEYWORD_ONLY, FINAL_ADDED),
        CONSTRUCTOR_CHANGED,
    )
)
"""What concerns only who makes one, or inherits from it."""


def reachable(surface: Surface) -> Mapping[str, griffe.Class]:
    """The classes that the types of public names lead to and that are not public themselves.

    Each is known by the way to it, `ogrom.sources.database.tls.tls_options TlsOptions`: where it is defined is a
    secret that may change.
    """
    found: dict[str, griffe.Class] = {}
    seen = set(surface.classes)
    todo: list[tuple[str, griffe.Object]] = sorted(surface.names.items())
    for way, each in todo:
        for class_ in _mentioned(each, surface):
            if class_.path not in seen:
                seen.add(class_.path)
                found[f"{way} {class_.name}"] = class_
                todo.append((f"{way} {class_.name}", class_))
    return found


def unmade(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings without those that concern only who makes an instance."""
    for each in findings:
        if each.rule not in MAKING and not each.place.endswith(".__init__"):
            yield each


def _mentioned(found: griffe.Object, surface: Surface) -> Iterator[griffe.Class]:
    """The classes of the package that its types name."""
    for annotation in _annotations(found):
        if isinstance(annotation, griffe.Expr):
            for part in annotation.iterate(flat=True):
                if isinstance(part, griffe.ExprName) and (class_ := _class(part.canonical_path, surface)):
                    yield class_


def _annotations(found: griffe.Object) -> Iterator[griffe.Expr | str | None]:
    if found.is_function:
        function = cast("griffe.Function", found)
        yield function.returns
        yield from (each.annotation for each in function.parameters)
    elif found.is_attribute:
        yield cast("griffe.Attribute", found).annotation
    elif found.is_class:
        members = (final(each) for name, each in found.all_members.items() if not name.startswith("_"))
        for member in members:
            if member is not None and not member.is_class:
                yield from _annotations(member)


def _class(path: str, surface: Surface) -> griffe.Class | None:
    if not surface.defines(path):
        return None
    target = final(surface.everything.get_member(path))
    return cast("griffe.Class", target) if target is not None and target.is_class else None
