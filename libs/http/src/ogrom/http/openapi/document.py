"""The document: endpoints under their prefixes, described (OpenAPI 3.1.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..definition import DefinitionError
from ..endpoint import Endpoint
from . import header_fields
from .ends import described_methods, ends
from .examples import Examples
from .operation import operation, types_of
from .parameters import prefix_parameters, prefix_schemas
from .schemas import Json, Schemas, schemas_of

VERSION = "3.1.1"


@dataclass(frozen=True)
class Info:
    """What the document says about the whole API."""

    title: str
    version: str
    description: str = ""


@dataclass(frozen=True)
class Part:
    """Endpoints that are served under one prefix, or under the same ones.

    Attributes:
        prefix: of their paths; a variable such as `{locale}` stands for several mounts.
        endpoints: what is described.
        choices: the values that each variable of the prefix can have.
    """

    prefix: str
    endpoints: tuple[Endpoint, ...]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def describe(
    parts: tuple[Part, ...], info: Info, *, server: str = "/", examples: Examples | None = None
) -> Json:
    """The OpenAPI document of an API, from nothing but its endpoints.

    Args:
        parts: what is described, in this order.
        info: about the whole.
        server: the URL that all paths are below.
        examples: real answers to show.

    Raises:
        DefinitionError: two endpoints have one name, so that two operations would have one id.
    """
    endpoints = [each for part in parts for each in part.endpoints]
    _refuse_twins(endpoints)
    schemas = schemas_of(each for endpoint in endpoints for each in types_of(endpoint))
    known = examples or Examples()
    return {
        "openapi": VERSION,
        "info": {name: text for name, text in vars(info).items() if text},
        "servers": [{"url": server}],
        "paths": {path: item for part in parts for path, item in _paths(part, schemas, known)},
        "components": _components(parts, endpoints, schemas),
    }


def _refuse_twins(endpoints: Iterable[Endpoint]) -> None:
    counts = Counter(each.name for each in endpoints)
    twins = [name for name, count in counts.items() if count > 1]
    if twins:
        raise DefinitionError(f"two described endpoints are called {twins[0]!r}; give one another name")


def _paths(part: Part, schemas: Schemas, examples: Examples) -> Iterator[tuple[str, Json]]:
    # Not as the path's own parameters: Swagger UI leaves references there as they are.
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in part.choices]
    unmatched = (404,) if part.choices else ()  # where a variable of the prefix has another value
    for endpoint in part.endpoints:
        item: Json = {}
        for method in described_methods(type(endpoint.resource)):
            made = operation(endpoint, method, schemas, examples, unmatched)
            item[method.lower()] = made | {"parameters": shared + made["parameters"]}
        yield part.prefix + endpoint.path, item


def _components(parts: Iterable[Part], endpoints: Iterable[Endpoint], schemas: Schemas) -> Json:
    shared = {name: each for part in parts for name, each in prefix_parameters(part.choices)}
    choices = {name: each for part in parts for name, each in prefix_schemas(part.choices)}
    made: Json = {
        "schemas": choices | schemas.components,
        "parameters": shared,
        "headers": header_fields.components(),
        "securitySchemes": dict(_schemes(endpoints)),
    }
    return {name: each for name, each in made.items() if each}


def _schemes(endpoints: Iterable[Endpoint]) -> Iterator[tuple[str, Json]]:
    """What a client may authenticate by, where a resource can answer with 401."""
    for endpoint in endpoints:
        resource = type(endpoint.resource)
        if any(401 in ends(resource, method) for method in described_methods(resource)):
            scheme = resource.challenge.scheme.lower()
            yield scheme, {"type": "http", "scheme": scheme}
