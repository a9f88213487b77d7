"""The document: endpoints under their prefixes, each method an operation (OpenAPI 3.1.1)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ..definition import (
    ACTIONS,
    DefinitionError,
    ResourceClass,
    accepted_types,
    body_type,
    has_etag,
    has_last_modified,
    path_parameters,
    query_parameters,
)
from ..deprecations import deprecation_of
from ..graph import NODES
from ..inspect import all_problem_types, content_type, described_methods, prose, split_summary, statuses
from ..plan import constant_answer
from ..problem import ProblemType
from ..routing import Endpoint, variables
from .examples import NONE, Examples
from .responses import Problem, header_components, is_json, responses
from .schemas import PREFIX, Json, Schemas, schemas_of

VERSION = "3.1.1"


@dataclass(frozen=True)
class Info:
    """What the document says about the whole API."""

    title: str
    version: str
    description: str = ""


@dataclass(frozen=True)
class Part:
    """Endpoints that are served under one prefix, or under several.

    Attributes:
        prefix: of their paths; a variable such as `{locale}` stands for several mounts.
        endpoints: what is described.
        choices: the values that each variable of the prefix can have.
        problems: the types of problems that no endpoint decides on, such as that of another value.
    """

    prefix: str
    endpoints: tuple[Endpoint, ...]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[ProblemType, ...] = ()


def describe(
    parts: tuple[Part, ...], info: Info, *, server: str = "/", examples: Examples | None = None
) -> Json:
    """The OpenAPI document of an API, from nothing but its endpoints.

    Args:
        parts: what is described, in this order.
        info: about the whole.
        server: the URL that all paths are below.
        examples: real responses to show.

    Raises:
        DefinitionError: two endpoints have the same name, so two operations would have the same id.
    """
    endpoints = [each for part in parts for each in part.endpoints]
    _refuse_duplicates(endpoints)
    of_parts = [member.type for part in parts for kind in part.problems for member in kind.members]
    schemas = schemas_of((*(each for endpoint in endpoints for each in types_of(endpoint)), *of_parts))
    known = examples or Examples()
    return {
        "openapi": VERSION,
        "info": {name: text for name, text in vars(info).items() if text},
        "servers": [{"url": server}],
        "paths": {path: item for part in parts for path, item in _paths(part, schemas, known)},
        "components": _components(parts, endpoints, schemas),
    }


def _refuse_duplicates(endpoints: Iterable[Endpoint]) -> None:
    counts = Counter(each.name for each in endpoints)
    duplicates = [name for name, count in counts.items() if count > 1]
    if duplicates:
        raise DefinitionError(f"two described endpoints have the name {duplicates[0]!r}; rename one")


def _paths(part: Part, schemas: Schemas, examples: Examples) -> Iterator[tuple[str, Json]]:
    # Not as the path's own parameters: Swagger UI does not resolve references there.
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in part.choices]
    unmatched = (404,) if part.choices else ()  # if a variable of the prefix has another value
    for endpoint in part.endpoints:
        item: Json = {}
        for method in described_methods(type(endpoint.resource)):
            made = _operation(endpoint, method, schemas, examples, unmatched, part.problems)
            item[method.lower()] = made | {"parameters": shared + made["parameters"]}
        yield part.prefix + endpoint.path, item


def _components(parts: Iterable[Part], endpoints: Iterable[Endpoint], schemas: Schemas) -> Json:
    shared = {name: each for part in parts for name, each in _prefix_parameters(part.choices)}
    choices = {name: each for part in parts for name, each in _prefix_schemas(part.choices)}
    types = _problem_types(parts, endpoints)
    made: Json = {
        "schemas": choices | _with_members(schemas, types),
        "parameters": shared,
        "headers": header_components(),
        "examples": {each.name: {"summary": each.title, "value": each.document()} for each in types},
        "securitySchemes": dict(_schemes(endpoints)),
    }
    return {name: each for name, each in made.items() if each}


def _problem_types(parts: Iterable[Part], endpoints: Iterable[Endpoint]) -> list[ProblemType]:
    found = {kind for each in endpoints for kind in all_problem_types(type(each.resource))}
    return sorted(found.union(*(each.problems for each in parts)), key=lambda each: each.name)


def _with_members(schemas: Schemas, types: Iterable[ProblemType]) -> dict[str, Json]:
    """The schemas; that of a problem has the members that its types may have, too."""
    problem = schemas.components["Problem"]
    members = {
        member.name: schemas.of(member.type) | {"description": member.about}
        for each in types
        for member in each.members
    }
    return schemas.components | {"Problem": problem | {"properties": problem["properties"] | members}}


def _schemes(endpoints: Iterable[Endpoint]) -> Iterator[tuple[str, Json]]:
    """How a client may authenticate, for each resource that can answer with 401."""
    for endpoint in endpoints:
        resource = type(endpoint.resource)
        if any(401 in statuses(resource, method) for method in described_methods(resource)):
            scheme = resource.challenge.scheme.lower()
            yield scheme, {"type": "http", "scheme": scheme}


# Operations.

VERBS = {"POST": "add_to"}
"""For methods whose own names do not say what they do."""


def _operation(
    endpoint: Endpoint,
    method: str,
    schemas: Schemas,
    examples: Examples,
    further: tuple[int, ...] = (),
    types: tuple[ProblemType, ...] = (),
) -> Json:
    """The Operation Object of a method; `further` and `types` are statuses and types that no resource decides on."""
    resource = type(endpoint.resource)
    made: Json = {"operationId": operation_id(endpoint, method), "tags": [_tag(endpoint)]}
    made |= _prose(endpoint, method)
    told = deprecation_of(resource, method)
    if told is not None:
        made |= {"deprecated": True} | ({"x-sunset": told.sunset} if told.sunset else {})
        made["description"] = f"{made['description']}\n\n{told}" if "description" in made else str(told)
    made["parameters"] = _parameters(endpoint, method, schemas, examples)
    wanted = body_type(resource, method)
    if wanted is not None:
        made["requestBody"] = _body(method, schemas.of(wanted), examples.body(endpoint.name, wanted))
    made["responses"] = responses(resource, method, schemas, examples.content(endpoint.name), further, types)
    if 401 in statuses(resource, method):
        made["security"] = _security(resource, method)
    return made


def _security(resource: ResourceClass, method: str) -> list[Json]:
    """The scopes that the client needs; none at all is an alternative if the method may be used anonymously."""
    needed: Json = {resource.challenge.scheme.lower(): list(resource.scopes.get(method, ()))}
    return [{}, needed] if method in resource.anonymous_methods else [needed]


def operation_id(endpoint: Endpoint, method: str) -> str:
    """The method and the endpoint's name: `get_comments`, `add_to_comments`, `put_like`."""
    return f"{VERBS.get(method, method.lower())}_{endpoint.name}"


def types_of(endpoint: Endpoint) -> Iterator[Any]:
    """Every type that the endpoint's operations send or receive."""
    resource = type(endpoint.resource)
    yield Problem
    yield from (member.type for each in all_problem_types(resource) for member in each.members)
    declared = query_parameters(resource)
    yield from (field.type for field in (declared.fields.values() if declared else ()))
    for method in described_methods(resource):
        handlers = (
            each for some in statuses(resource, method).values() for each in some if each.status < 400
        )
        types = (body_type(resource, method), *(content_type(resource, method, each) for each in handlers))
        yield from (each for each in types if each is not None)


def _tag(endpoint: Endpoint) -> str:
    """The first word of the path, which groups what belongs together."""
    first = endpoint.path.split("/")[1]
    return endpoint.name if not first or variables(f"/{first}") else first


def _body(method: str, schema: Json, example: object) -> Json:
    """The content to send, in its JSON forms: JSON Schema cannot describe the others."""
    shown = {} if example is NONE else {"example": example}
    content = {kind: {"schema": schema, **shown} for kind in accepted_types(method) if is_json(kind)}
    return {"required": True, "content": content}


CITATION = re.compile(r" ?\([^()]*\d\.\d[^()]*\)$|(?<=[.?]) \([^()]*\d[^()]*\)$")


def _prose(endpoint: Endpoint, method: str) -> Json:
    """Summary and description of one method: the action's docstring, or the class's with what the action does."""
    resource = type(endpoint.resource)
    summary, description = split_summary(prose(resource))
    if method in ACTIONS:
        of_action = split_summary(prose(getattr(resource, ACTIONS[method])))
        about = CITATION.sub("", NODES[ACTIONS[method]].about)
        summary, description = of_action if of_action[0] else (about, summary)
    return {name: text for name, text in (("summary", summary), ("description", description)) if text}


# Parameters.

POSITIVE: Json = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
TEXT: Json = {"type": "string", "minLength": 1}
WRITES = ("PUT", "PATCH", "DELETE")


def _parameters(endpoint: Endpoint, method: str, schemas: Schemas, examples: Examples) -> list[Json]:
    """The parameters of one operation, those of the path first."""
    return [
        *_path_parameters(endpoint, examples),
        *_query_parameters(endpoint, schemas, examples),
        *_preconditions(endpoint, method, examples),
    ]


def _path_parameters(endpoint: Endpoint, examples: Examples) -> Iterator[Json]:
    types = path_parameters(type(endpoint.resource))
    for name in variables(endpoint.path):
        schema = POSITIVE if types[name].type is int else TEXT
        made = {"name": name, "in": "path", "required": True, "schema": schema}
        yield _with_example(made, examples.argument(endpoint.name, name))


def _query_parameters(endpoint: Endpoint, schemas: Schemas, examples: Examples) -> Iterator[Json]:
    declared = query_parameters(type(endpoint.resource))
    for name, parameter in (declared.fields if declared else {}).items():
        schema = dict(schemas.of_parameter(parameter.type))
        outer: Json = {
            name: schema.pop(name) for name in ("description", "deprecated", "x-sunset") if name in schema
        }
        if parameter.default not in (None, msgspec.NODEFAULT):
            schema["default"] = msgspec.to_builtins(parameter.default)
        made: Json = {"name": name, "in": "query", "required": parameter.required, "schema": schema, **outer}
        if schema.get("type") == "array":
            made |= {"style": "form", "explode": False}
        shown = examples.argument(endpoint.name, name) if parameter.required else NONE
        yield _with_example(made, shown)


def _preconditions(endpoint: Endpoint, method: str, examples: Examples) -> Iterator[Json]:
    resource = type(endpoint.resource)
    tagged = has_etag(resource)
    if tagged and method in WRITES:
        required = constant_answer(resource, NODES["precondition_required"], method) is True
        made = _field(
            "If-Match", "The ETag of the state that the change is for (RFC 9110, 13.1.1).", required
        )
        yield _with_example(made, examples.etag(endpoint.name) if required else NONE)
    if tagged and method == "GET":
        yield _field(
            "If-None-Match", "The ETag of what the client has; 304 if it is still current (RFC 9110, 13.1.2)."
        )
    if has_last_modified(resource) and method == "GET":
        yield _field("If-Modified-Since", "304 if nothing changed after this HTTP date (RFC 9110, 13.1.3).")


def _field(name: str, about: str, required: bool = False) -> Json:
    made = {"name": name, "in": "header", "required": required, "description": about}
    return made | {"schema": {"type": "string"}}


def _with_example(parameter: Json, value: object) -> Json:
    return parameter if value is NONE else parameter | {"example": value}


def _prefix_parameters(choices: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Json]]:
    """A prefix's variables by name; the values that each can have are a schema of its own."""
    for name, values in choices.items():
        schema = {"$ref": f"{PREFIX}{name.title()}"}
        yield name, {"name": name, "in": "path", "required": True, "schema": schema, "example": values[0]}


def _prefix_schemas(choices: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Json]]:
    """The schemas that `_prefix_parameters` refers to."""
    for name, values in choices.items():
        yield name.title(), {"type": "string", "enum": list(values)}
