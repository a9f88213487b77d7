"""Checks of a resource class as it becomes an endpoint: what it defines can be asked, told and read.

Whatever a request could only find out by a wrong answer is an error here. A class that no Endpoint holds, as in
a test, may be incomplete.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from .definition import (
    ACTIONS,
    DefinitionError,
    allowed_methods,
    body_type,
    declared_body,
    overrides,
    query_declarations,
)
from .graph import EXCEPTION, NODES
from .plan import ANY_OTHER, asked, plan, reachable
from .resource import Resource
from .structs import structs_in

AnyResource = Resource[Any, Any]

ORDER = {name: position for position, name in enumerate(NODES)}


def check(resource: type[AnyResource]) -> None:
    """Refuse what no request could use, and what requests will need and not find.

    Raises:
        DefinitionError: the first mistake, and what to write.
    """
    _check_methods(resource)
    _check_nodes(resource)
    _check_ends(resource)
    _check_bodies(resource)
    _check_queries(resource)


def _check_methods(resource: type[AnyResource]) -> None:
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


def _check_nodes(resource: type[AnyResource]) -> None:
    possible = asked(resource, (*resource.known_methods, ANY_OTHER)) | {EXCEPTION}
    for name in (each for each in _own_nodes(resource) if each not in possible):
        methods = ", ".join(allowed_methods(resource))
        never = "be asked" if NODES[name].kind == "decision" else "run"
        raise DefinitionError(
            f"{resource.__name__}.{name} can never {never}: no request with {methods} leads there; remove it, "
            "or answer the decision that leads to it"
        )


def _check_ends(resource: type[AnyResource]) -> None:
    plans = (plan(resource, method) for method in allowed_methods(resource))
    ends = {node.name for first in plans for node in reachable(first)}
    if "handle_ok" in ends and not overrides(resource, "handle_ok"):
        raise DefinitionError(
            f"{resource.__name__} can end in handle_ok, but does not define it; let it return what is shown"
        )
    redirects = sorted(name for name in ends if NODES[name].status in (301, 303, 307, 308))
    if redirects and resource.location is Resource.location:
        raise DefinitionError(
            f"{resource.__name__} can end in {redirects[0]}, a redirect; define `location` to say "
            "where it leads"
        )


def _check_bodies(resource: type[AnyResource]) -> None:
    if body_type(resource, "DELETE") is not None:
        raise DefinitionError(
            f"{resource.__name__}.delete declares a body, but the content of a DELETE means nothing "
            "(RFC 9110, 9.3.5); let the URL say what is deleted"
        )
    reading = [method for method in allowed_methods(resource) if body_type(resource, method) is not None]
    for method in reading:
        _check_strictness(resource, method)
    read = asked(resource, reading)
    for name in _nodes_with_body(resource):
        if name not in read:
            raise DefinitionError(
                f"{resource.__name__}.{name} declares a body, but no action that it serves reads one; "
                "declare the body's type in the action's annotation too"
            )
        if ORDER[name] <= ORDER["body_well_formed"]:
            raise DefinitionError(
                f"{resource.__name__}.{name} declares a body, but it is asked before the content is read; "
                "decide in `processable` or later"
            )


def _check_strictness(resource: type[AnyResource], method: str) -> None:
    for struct in structs_in(body_type(resource, method)):
        if not struct.forbid_unknown_fields and not resource.lenient:
            raise DefinitionError(
                f"{resource.__name__}.{ACTIONS[method]} reads {struct.cls.__name__}, which lets misspelt fields "
                "pass; define it with forbid_unknown_fields=True, or say `lenient = True` in the resource"
            )


def _nodes_with_body(resource: type[AnyResource]) -> Iterator[str]:
    for name in _own_nodes(resource):
        with suppress(NameError):  # an annotation for type checkers only declares nothing here
            if name not in ACTIONS.values() and declared_body(vars(resource)[name]) is not None:
                yield name


def _own_nodes(resource: type[AnyResource]) -> list[str]:
    return sorted(vars(resource).keys() & NODES.keys(), key=ORDER.__getitem__)


def _check_queries(resource: type[AnyResource]) -> None:
    names = list(query_declarations(resource))
    if len(names) > 1:
        raise DefinitionError(
            f"{resource.__name__} declares QueryParameters twice, {' and '.join(map(repr, names))}; put "
            "all fields into one struct"
        )
