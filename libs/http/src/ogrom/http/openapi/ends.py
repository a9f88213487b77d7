"""Where requests to a resource can end: the statuses, from the folded graph."""

from __future__ import annotations

from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from .. import defaults
from ..definition import ACTIONS, DefinitionError, allowed_methods, overrides
from ..graph import EXCEPTION, NODES, Node
from ..memo import remembered
from ..nodes import Constant
from ..plan import plan, reachable
from ..problem import Problem
from ..reply import WITHOUT_CONTENT, Response
from ..resource import Resource

IMPLIED = ("HEAD", "OPTIONS")
"""Methods that every resource answers and whose description says nothing new: HEAD is GET without its content."""


def described_methods(resource: type[Resource[Any, Any]]) -> tuple[str, ...]:
    """The methods worth an operation of their own."""
    return tuple(each for each in allowed_methods(resource) if each not in IMPLIED)


@remembered
def ends(resource: type[Resource[Any, Any]], method: str) -> dict[int, tuple[Node, ...]]:
    """The handlers by status in which a request can end, an exception's among them.

    A status that only `handle_exception` gives has no handler of its own.
    """
    found: dict[int, tuple[Node, ...]] = dict.fromkeys(resource.explained.get(method, ()), ())
    for node in (*reachable(plan(resource, method)), NODES[EXCEPTION]):
        if node.kind == "handler":
            found[node.status] = (*found.get(node.status, ()), node)
    return dict(sorted(found.items()))


@remembered
def content_type(resource: type[Resource[Any, Any]], method: str, handler: Node) -> Any:
    """The type of what a handler of a success returns, as annotated; None where there is no content.

    Raises:
        DefinitionError: the annotation cannot be evaluated.
    """
    function = getattr(resource, handler.name)
    if handler.status in WITHOUT_CONTENT or (isinstance(function, Constant) and function.value is None):
        return None
    if overrides(resource, handler.name):
        return _shown(_returned(resource, handler.name))
    action = ACTIONS.get(method) if function is defaults.result else None  # otherwise it says nothing
    return _shown(_returned(resource, action)) if action and overrides(resource, action) else None


def _returned(resource: type[Resource[Any, Any]], name: str) -> Any:
    function = getattr(resource, name)
    try:
        hints = get_type_hints(function) if hasattr(function, "__annotations__") else {}
    except NameError as error:
        raise DefinitionError(
            f"{resource.__name__}.{name}: its annotation needs {error.name!r}, which is no name of the "
            "module; import it there, outside of TYPE_CHECKING"
        ) from None
    return hints.get("return", object)


def _shown(hint: Any) -> Any:
    """The type without what is no value to be rendered."""
    if get_origin(hint) in (Union, UnionType):
        rest = [each for each in get_args(hint) if each not in (Problem, Response)]
        return Union[tuple(rest)] if len(rest) < len(get_args(hint)) else hint  # noqa: UP007  # made at run time
    return None if hint is type(None) or hint in (Problem, Response) else hint
