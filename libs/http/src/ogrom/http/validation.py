"""Validation of a resource class as it becomes an endpoint: no request finds a mistake that can be found here.

A class that no Endpoint holds, as in a test, may be incomplete.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec
from msgspec.inspect import StructType, Type

from .definition import (
    ACTIONS,
    DefinitionError,
    ResourceClass,
    allowed_methods,
    body_type,
    declared_body,
    overrides,
    query_declarations,
)
from .graph import EXCEPTION, NODES
from .nodes import Declarations
from .plan import ANY_OTHER, asked, plan, reachable

ORDER = {name: position for position, name in enumerate(NODES)}


def validate(resource: ResourceClass) -> None:
    """Refuse what no request could use, and what requests will need and not find.

    Raises:
        DefinitionError: the first mistake, and what to write.
    """
    _validate_methods(resource)
    _validate_nodes(resource)
    _validate_ends(resource)
    _validate_created_etag(resource)
    _validate_bodies(resource)
    _validate_queries(resource)


def _validate_methods(resource: ResourceClass) -> None:
    for method in resource.methods:
        if method not in resource.known_methods:
            raise DefinitionError(
                f"{resource.__name__}.methods allows {method}, which known_methods does not name, so it "
                "is answered with 501; add it there"
            )
        if method in ACTIONS and not overrides(resource, ACTIONS[method]):
            raise DefinitionError(
                f"{resource.__name__}.methods allows {method}, but the class does not define "
                f"`{ACTIONS[method]}`, so nothing would happen; define it"
            )


def _validate_nodes(resource: ResourceClass) -> None:
    possible = asked(resource, (*resource.known_methods, ANY_OTHER)) | {EXCEPTION}
    for name in (each for each in _own_nodes(resource) if each not in possible):
        methods = ", ".join(allowed_methods(resource))
        never = "be asked" if NODES[name].kind == "decision" else "run"
        raise DefinitionError(
            f"{resource.__name__}.{name} can never {never}: no request with {methods} leads there; remove it, "
            "or answer the decision that leads to it"
        )


def _validate_ends(resource: ResourceClass) -> None:
    plans = (plan(resource, method) for method in allowed_methods(resource))
    ends = {node.name for first in plans for node in reachable(first)}
    if "handle_ok" in ends and not overrides(resource, "handle_ok"):
        raise DefinitionError(
            f"{resource.__name__} can end in handle_ok, but does not define it; let it return the representation"
        )
    redirects = sorted(name for name in ends if NODES[name].status in (301, 303, 307, 308))
    if redirects and resource.location is Declarations.location:
        raise DefinitionError(
            f"{resource.__name__} can end in {redirects[0]}, a redirect; define `location` to say "
            "where it leads"
        )


def _validate_created_etag(resource: ResourceClass) -> None:
    created = overrides(resource, "post") and any(
        node.name == "handle_created" for node in reachable(plan(resource, "POST"))
    )
    declares = {name for name in ("etag", "location", "created_etag") if _declares(resource, name)}
    if created and declares == {"etag", "location"}:
        raise DefinitionError(
            f"{resource.__name__}.post can end in 201 with a `location`, but there is no `created_etag`, so clients "
            "need a GET before their next change; define it, or write `created_etag = always(None)`"
        )


def _declares(resource: ResourceClass, name: str) -> bool:
    return getattr(resource, name) is not getattr(Declarations, name)


def _validate_bodies(resource: ResourceClass) -> None:
    if body_type(resource, "DELETE") is not None:
        raise DefinitionError(
            f"{resource.__name__}.delete declares a body, but the content of a DELETE has no meaning "
            "(RFC 9110, 9.3.5); let the URL say what is deleted"
        )
    reading = [method for method in allowed_methods(resource) if body_type(resource, method) is not None]
    for method in reading:
        _validate_strictness(resource, method)
    read = asked(resource, reading)
    for name in _nodes_with_body(resource):
        if name not in read:
            raise DefinitionError(
                f"{resource.__name__}.{name} declares a body, but no action that leads to it reads one; "
                "declare the body's type in the action's annotation too"
            )
        if ORDER[name] <= ORDER["body_well_formed"]:
            raise DefinitionError(
                f"{resource.__name__}.{name} declares a body, but it is asked before the content is read; "
                "decide in `processable` or later"
            )


def _validate_strictness(resource: ResourceClass, method: str) -> None:
    for struct in structs_in(body_type(resource, method)):
        if not struct.forbid_unknown_fields and not resource.allow_unknown_fields:
            raise DefinitionError(
                f"{resource.__name__}.{ACTIONS[method]} reads {struct.cls.__name__}, which ignores misspelt "
                "fields; define it with forbid_unknown_fields=True, or write `allow_unknown_fields = True` in "
                "the resource"
            )


def _nodes_with_body(resource: ResourceClass) -> Iterator[str]:
    for name in _own_nodes(resource):
        with suppress(DefinitionError):  # an annotation for type checkers only declares nothing here
            if name not in ACTIONS.values() and declared_body(resource, name) is not None:
                yield name


def _own_nodes(resource: ResourceClass) -> list[str]:
    return sorted(vars(resource).keys() & NODES.keys(), key=ORDER.__getitem__)


def _validate_queries(resource: ResourceClass) -> None:
    names = list(query_declarations(resource))
    if len(names) > 1:
        raise DefinitionError(
            f"{resource.__name__} declares QueryParameters twice, {' and '.join(map(repr, names))}; put "
            "all fields into one struct"
        )


def structs_in(wanted: Any) -> Iterator[StructType]:
    """Every struct that a value of the type can hold, the type itself included, each once."""
    seen = set()
    waiting: list[Type] = [msgspec.inspect.type_info(wanted)]
    while waiting:
        info = waiting.pop()
        if isinstance(info, StructType):
            if info.cls in seen:
                continue
            seen.add(info.cls)
            yield info
        waiting += _parts(info)


def _parts(info: Type) -> Iterator[Type]:
    """What a type is directly made of: a struct's fields, a collection's items, a union's members."""
    if isinstance(info, StructType):
        yield from (field.type for field in info.fields)
    for name in ("item_type", "key_type", "value_type", "type"):
        if isinstance(part := getattr(info, name, None), Type):
            yield part
    for name in ("item_types", "types"):
        yield from getattr(info, name, ())
