"""What a resource class declares, read once; mistakes in it are reported where the class is defined."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from types import MemberDescriptorType
from typing import Any, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints

from .content import BODY_TYPES, PATCH_TYPES
from .deprecation import Deprecation
from .exchange import Exchange
from .nodes import Constant, Declarations, Nodes
from .parameters import PathParameter, QueryParameters

__all__ = ["DefinitionError", "allowed_methods"]

ResourceClass: TypeAlias = type[Declarations[Any, Any]]
F = TypeVar("F", bound=Callable[..., Any])

IMPLIED = ("HEAD", "OPTIONS")
"""Methods of every resource that need no description: HEAD is GET without its content."""

ACTIONS = {"POST": "post", "PUT": "put", "PATCH": "patch", "DELETE": "delete"}


class DefinitionError(TypeError):
    """A resource, an endpoint or a mount has a mistake; the message says where, and what to write."""


def cached(function: F) -> F:
    """`functools.cache` that keeps the function's type, which mypy loses for arguments like `type[T]`."""
    return cast(F, cache(function))


def overrides(resource: ResourceClass, name: str) -> bool:
    """Whether the class, or a base of it other than Resource, answers this node."""
    return getattr(resource, name) is not getattr(Nodes, name)


@cached
def has_etag(resource: ResourceClass) -> bool:
    """Whether the class has entity tags."""
    etag = resource.etag
    never = isinstance(etag, Constant) and etag.value is None
    return etag is not Declarations.etag and not never


@cached
def has_last_modified(resource: ResourceClass) -> bool:
    """Whether the class has dates of change by which its representations are told apart: not beside entity tags."""
    return resource.last_modified is not Declarations.last_modified and not has_etag(resource)


@cached
def allowed_methods(resource: ResourceClass) -> tuple[str, ...]:
    """The methods that the resource answers, HEAD with every GET, and OPTIONS (RFC 9110, 9.1 and 9.3.7)."""
    methods = list(resource.methods)
    if not methods:
        methods += ["GET"] if overrides(resource, "handle_ok") else []
        methods += [method for method, action in ACTIONS.items() if overrides(resource, action)]
    if "GET" in methods and "HEAD" not in methods:
        methods.insert(methods.index("GET") + 1, "HEAD")
    return (*methods, "OPTIONS") if "OPTIONS" not in methods else tuple(methods)


@cached
def body_type(resource: ResourceClass, method: str) -> Any:
    """The type of `x.body` that the method's action declares in its annotation; None where it reads none.

    Raises:
        DefinitionError: the annotation cannot be evaluated.
    """
    action = ACTIONS.get(method)
    return declared_body(resource, action) if action and overrides(resource, action) else None


def declared_body(resource: ResourceClass, name: str) -> Any:
    """The type of `x.body` in a method's annotation of its Exchange; None where it says none.

    Raises:
        DefinitionError: the annotation cannot be evaluated.
    """
    hints = type_hints(resource, name).items()
    return next((_body(hint) for parameter, hint in hints if parameter != "return"), None)


def type_hints(resource: ResourceClass, name: str) -> dict[str, Any]:
    """The annotations of one of the class's methods; none for a constant.

    Raises:
        DefinitionError: an annotation cannot be evaluated.
    """
    function = getattr(resource, name)
    try:
        return get_type_hints(function) if hasattr(function, "__annotations__") else {}
    except NameError as error:
        raise DefinitionError(
            f"{resource.__name__}.{name}: its annotation needs {error.name!r}, which the module "
            "does not define at run time; import it outside of TYPE_CHECKING"
        ) from None


def _body(hint: Any) -> Any:
    if get_origin(hint) is not Exchange:
        return None
    wanted = get_args(hint)[1] if len(get_args(hint)) > 1 else Any
    return None if wanted is Any or wanted is type(None) else wanted


def accepted_types(method: str) -> tuple[str, ...]:
    """The media types that content for this method may have; a PATCH is a merge patch (RFC 7396)."""
    return PATCH_TYPES if method == "PATCH" else BODY_TYPES


@cached
def path_parameters(resource: ResourceClass) -> dict[str, PathParameter[Any]]:
    """The path parameters that the resource reads, by name."""
    values = _attributes(resource).values()
    return {value.name: value for value in values if isinstance(value, PathParameter)}


@cached
def query_parameters(resource: ResourceClass) -> QueryParameters[Any] | None:
    """The query parameters that the resource reads; None where it reads none."""
    declared = query_declarations(resource)
    return next(iter(declared.values()), None)


def query_declarations(resource: ResourceClass) -> dict[str, QueryParameters[Any]]:
    """The query parameters by the name of the attribute that holds them; more than one is a mistake."""
    values = _attributes(resource).items()
    return {name: value for name, value in values if isinstance(value, QueryParameters)}


def _attributes(resource: type) -> dict[str, object]:
    names = {name: None for base in resource.__mro__ for name in vars(base)}
    return {name: getattr(resource, name) for name in names}


def annotations_of(resource: type) -> Mapping[str, object]:
    """The class's own annotations, by name, perhaps not evaluated."""
    if sys.version_info >= (3, 14):  # where annotations are evaluated late, and may not be evaluable yet
        import annotationlib

        return annotationlib.get_annotations(resource, format=annotationlib.Format.FORWARDREF)
    return inspect.get_annotations(resource)


def check_names(resource: type, names: frozenset[str]) -> None:
    """Refuse public names of a resource class that are nearly, but not quite, one of `names`.

    Raises:
        DefinitionError: such a name, and what it may mean.
    """
    own = {
        name: value
        for name, value in vars(resource).items()
        if not name.startswith("_") and not isinstance(value, MemberDescriptorType)  # a field in its slot
    }
    for name in own.keys() - names:
        close = get_close_matches(name, names, n=1, cutoff=0.84)
        if close or name.startswith("handle_"):
            meant = f"did you mean {close[0]!r}?" if close else "no handler has that name."
            raise DefinitionError(
                f"{resource.__qualname__}.{name} is not a node of the graph; {meant} "
                f"A method of your own needs another name, or an underscore before it."
            )
    for name in annotations_of(resource).keys() & names:
        if name not in own:
            raise DefinitionError(
                f"{resource.__qualname__}.{name}: a field may not have the name of a node; rename the field."
            )


def check_values(resource: ResourceClass, callables: frozenset[str]) -> None:
    """Refuse values where a method is needed, as for each of `callables`, and declarations that cannot be kept.

    Raises:
        DefinitionError: such a value, and what to write.
    """
    for name in sorted(vars(resource).keys() & callables):
        if not callable(vars(resource)[name]):
            raise DefinitionError(
                f"{resource.__qualname__}.{name} is {vars(resource)[name]!r}, which cannot be called; "
                f"write a method, or `{name} = always({vars(resource)[name]!r})`."
            )
    if not resource.renderers:
        raise DefinitionError(
            f"{resource.__qualname__}.renderers is empty; offer at least one, such as JSON."
        )
    unknown = sorted({*resource.encodings} - {"gzip", "identity"})
    if unknown:
        raise DefinitionError(
            f"{resource.__qualname__}.encodings names {unknown[0]!r}; only 'gzip' is supported."
        )


def check_deprecated(resource: ResourceClass) -> None:
    """Refuse a deprecation with a mistake, or of a method that the class does not answer.

    Raises:
        DefinitionError: what is wrong, and what to write.
    """
    told = vars(resource).get("deprecated")
    if told is None:
        return
    name, by_method = f"{resource.__qualname__}.deprecated", told if isinstance(told, Mapping) else {}
    for each in by_method.values() or (told,):
        if not isinstance(each, Deprecation):
            raise DefinitionError(
                f"{name} is {told!r}; write Deprecation(since=...), or one for each method that is deprecated, "
                "in a dict"
            )
        if mistake := each.mistake():
            raise DefinitionError(f"{name}: {mistake}")
    methods = [each for each in allowed_methods(resource) if each not in IMPLIED]
    unknown = sorted(by_method.keys() - methods)
    if unknown:
        raise DefinitionError(
            f"{name} names {unknown[0]}, but the methods are {', '.join(methods)}; HEAD goes with GET"
        )
