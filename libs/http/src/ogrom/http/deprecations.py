"""Deprecations: what clients should stop using, said where it is defined.

class OldSearchResource(Resource[Found]):
    deprecated = Deprecation(since="2026-12-01", sunset="2027-03-01", instead="GET /search")


class ProductView(msgspec.Struct):
    brand: Annotated[str, deprecated(since="2026-12-01", instead="brand_name")]


class ProductsQuery(msgspec.Struct):
    sort: Annotated[Literal["price", "price-asc"], deprecated("price", since="2026-12-01", instead="price-asc")]

Responses of a deprecated endpoint or method have the fields Deprecation (RFC 9745) and Sunset (RFC 8594). The API's
description, pages and `ogrom.http.flask.blueprint` tell of all of it, and of who still uses it. An endpoint of which
nothing is deprecated is answered by `ogrom.http.response.respond` as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.inspect import EnumType, LiteralType, Type, type_info

from .content import format_of
from .decisions import R, X, field_of
from .definition import DefinitionError, ResourceClass, body_type, cached, query_parameters
from .deprecation import Deprecation
from .exchange import Request
from .inspect import content_type, described_methods, statuses
from .parameters import parse_query
from .problem import Problem
from .response import Response, respond

__all__ = ["Announced", "Deprecated", "deprecated", "deprecations"]


# Endpoints and methods.


def deprecation_of(resource: ResourceClass, method: str) -> Deprecation | None:
    """That of the endpoint or of this method; None if neither is deprecated."""
    told = resource.deprecated
    return told.get("GET" if method == "HEAD" else method) if isinstance(told, Mapping) else told


def announced(resource: ResourceClass, request: Request, headers: Mapping[str, str]) -> dict[str, str]:
    """The header fields of a response, with those that announce the end of the endpoint or of the method."""
    told, fields = deprecation_of(resource, request.method), dict(headers)
    for name, text in told.fields(request.root) if told else ():
        fields[name] = f"{fields[name]}, {text}" if name in fields else text
    return fields


# Members, parameters and values.


class _Of(NamedTuple):
    """What `Meta.extra` has a Deprecation for: one value, or None for the whole."""

    value: str | int | None


TEXTS: Final = "x-deprecation-texts"
"""The keyword by which a schema has sentences until `ogrom.http.openapi` puts them into its description."""


def deprecated(
    *values: str | int, since: str, sunset: str | None = None, instead: str = "", link: str = ""
) -> msgspec.Meta:
    """Deprecate a member of content or a query parameter: `brand: Annotated[str, deprecated(since=...)]`.

    Args:
        values: only these of its values are deprecated.
        since, sunset, instead, link: as for a Deprecation.

    Raises:
        DefinitionError: a date or the link is malformed, or the sunset comes before `since`.
    """
    told = Deprecation(since=since, sunset=sunset, instead=instead, link=link)
    if mistake := told.mistake():
        raise DefinitionError(f"deprecated: {mistake}")
    schema: dict[str, object] = {"x-deprecated-values": {str(each): sunset for each in values}}
    if not values:
        schema = {"deprecated": True, **({"x-sunset": sunset} if sunset else {})}
    schema[TEXTS] = [f"`{each}`: {told}" for each in values] or [str(told)]
    extra: dict[Any, object] = {_Of(each): told for each in values or (None,)}
    return msgspec.Meta(extra=extra, extra_json_schema=schema)


class _Place(NamedTuple):
    """Where in a value something deprecated is: names of members, `[]` for all items, `{}` for all members."""

    path: tuple[str, ...]
    value: str | int | None
    deprecation: Deprecation

    def __str__(self) -> str:
        name = "".join(step if step in ("[]", "{}") else f".{step}" for step in self.path)
        name = name.removeprefix(".")
        return name if self.value is None else f"{name}={self.value}"

    def is_in(self, value: object) -> bool:
        """Whether a value, as JSON or a query has it, has that member or that value."""
        found = _at(value, self.path)
        return any(self.value is None or str(each) == str(self.value) for each in found)


def _at(value: object, path: tuple[str, ...]) -> Iterator[object]:
    """The values that a path leads to."""
    if not path:
        yield value
        return
    step = path[0]
    inner: Iterable[object] = ()
    if step == "[]" and isinstance(value, str | list):
        inner = value.split(",") if isinstance(value, str) else value
    elif step == "{}" and isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, dict) and step in value:
        inner = (value[step],)
    for each in inner:
        yield from _at(each, path[1:])


def _places(info: Type, path: tuple[str, ...] = (), above: tuple[type, ...] = ()) -> Iterator[_Place]:
    """What a type says is deprecated; within a struct that contains itself, once.

    Raises:
        DefinitionError: a value is deprecated that the type does not have.
    """
    for key, told in (getattr(info, "extra", None) or {}).items():
        if isinstance(key, _Of):
            _check_value(key.value, info, ".".join(path))
            yield _Place(path, key.value, told)
    kind = getattr(info, "cls", None)
    if kind is None or kind not in above:
        for step, part in _parts(info):
            yield from _places(part, (*path, step) if step else path, (*above, kind) if kind else above)


def _parts(info: Type) -> Iterator[tuple[str, Type]]:
    """What a type is made of, by the step that leads to it; "" where that is the same value."""
    for each in getattr(info, "fields", ()):
        yield each.encode_name, each.type
    steps = {"type": "", "types": "", "item_type": "[]", "item_types": "[]", "value_type": "{}"}
    for name, step in steps.items():
        part = getattr(info, name, ())
        yield from ((step, each) for each in (part if isinstance(part, tuple) else (part,)))


def _check_value(value: str | int | None, info: Type, where: str) -> None:
    known = [*_listed(info)]
    if value is not None and known and value not in known:
        raise DefinitionError(
            f"{where}: {value!r} is deprecated, but the values are {known}; name one of them"
        )


def _listed(info: Type) -> Iterator[object]:
    """The values of a type that lists them."""
    if isinstance(info, LiteralType):
        yield from info.values
    elif isinstance(info, EnumType):
        yield from (each.value for each in info.cls)
    for step, part in _parts(info):
        if not step:
            yield from _listed(part)


@cached
def _in_query(resource: ResourceClass) -> tuple[_Place, ...]:
    declared = query_parameters(resource)
    return () if declared is None else tuple(_places(type_info(declared.type)))


@cached
def _in_content(resource: ResourceClass, method: str) -> tuple[_Place, ...]:
    wanted = body_type(resource, method)
    return () if wanted is None else tuple(_places(type_info(wanted)))


# Telling.


class Deprecated(NamedTuple):
    """Something deprecated.

    Attributes:
        what: `operation`, `query brand`, `query sort=price`, `content placements[].z` or `answer brand`.
        deprecation: since when it is.
    """

    what: str
    deprecation: Deprecation


@cached
def deprecations(resource: ResourceClass, method: str) -> tuple[Deprecated, ...]:
    """Everything deprecated of one method that the API's description has.

    Raises:
        DefinitionError: a value is deprecated that its type does not have.
    """
    told = deprecation_of(resource, method)
    found = [Deprecated("operation", told)] if told else []
    places = {"query": _in_query(resource), "content": _in_content(resource, method)}
    places["answer"] = tuple(dict.fromkeys(_in_answers(resource, method)))
    return (
        *found,
        *(Deprecated(f"{name} {each}", each.deprecation) for name in places for each in places[name]),
    )


def _in_answers(resource: ResourceClass, method: str) -> Iterator[_Place]:
    for handler in (
        each for some in statuses(resource, method).values() for each in some if each.status < 400
    ):
        try:
            info = type_info(content_type(resource, method, handler))
        except TypeError:  # an annotation for type checkers only, or of what is written but cannot be read
            continue
        yield from _places(info)


@dataclass(frozen=True, slots=True)
class Announced(Response):
    """The response of an endpoint of which something is deprecated.

    Attributes:
        uses: what the request used of that.
    """

    uses: tuple[Deprecated, ...] = field(default=(), compare=False)


@cached
def responder(resource: ResourceClass) -> Callable[..., Response]:
    """`respond`, or for a class of which something is deprecated the same with what is told of that."""
    asked = any(_in_content(resource, method) for method in described_methods(resource))
    return _respond if resource.deprecated or _in_query(resource) or asked else respond


def _respond(resource: R, x: X, **options: Any) -> Response:
    said = respond(resource, x, **options)
    fields = announced(type(resource), x.request, said.headers)
    return Announced(said.status, fields, said.content, said.handler, tuple(_uses(resource, x)))


def _uses(resource: R, x: X) -> Iterator[Deprecated]:
    """What a request uses; of a query and content only if they could be read."""
    kind = type(resource)
    told = deprecation_of(kind, x.method)
    if told and x.method != "OPTIONS":
        yield Deprecated("operation", told)
    if (places := _in_query(kind)) and x.query is not None and not isinstance(x.query, Problem):
        pairs = [{name: text} for name, text in parse_query(x.request.query)]
        yield from (
            Deprecated(f"query {each}", each.deprecation) for each in places if any(map(each.is_in, pairs))
        )
    if (places := _in_content(kind, x.method)) and x.body is not None and not isinstance(x.body, Problem):
        sent = format_of(field_of(x, "content-type")).read(x.request.content(resource.body_limit))
        yield from (Deprecated(f"content {each}", each.deprecation) for each in places if each.is_in(sent))
