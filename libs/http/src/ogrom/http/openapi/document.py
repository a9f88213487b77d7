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
from ..links import Leads, links_in
from ..nodes import Declarations
from ..plan import constant_answer
from ..problem import ProblemType
from ..routing import Endpoint, variables
from .examples import NONE, Examples
from .responses import Problem, content, header_components, is_json, responses
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
        choices: the values that each variable of the prefix can have; a list of none is not told.
        problems: the types of problems that no endpoint decides on, such as that of another value.
        keywords: more for the schema of each variable of the prefix, such as `pattern` and `description`.
    """

    prefix: str
    endpoints: tuple[Endpoint, ...]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[ProblemType, ...] = ()
    keywords: Mapping[str, Json] = field(default_factory=dict)


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
    places = {each.name: (each, part.prefix + each.path) for part in parts for each in part.endpoints}
    known = examples or Examples()
    paths = {path: item for part in parts for path, item in _paths(part, places, schemas, known)}
    return {
        "openapi": VERSION,
        "info": {name: text for name, text in vars(info).items() if text},
        "servers": [{"url": server}],
        "tags": list(_tags(endpoints)),
        "paths": paths,
        "components": _components(parts, endpoints, schemas, paths),
    }


def _refuse_duplicates(endpoints: Iterable[Endpoint]) -> None:
    counts = Counter(each.name for each in endpoints)
    duplicates = [name for name, count in counts.items() if count > 1]
    if duplicates:
        raise DefinitionError(f"two described endpoints have the name {duplicates[0]!r}; rename one")


def _tags(endpoints: Iterable[Endpoint]) -> Iterator[Json]:
    """The tags, each described by its first endpoint."""
    described: dict[str, str] = {}
    for endpoint in endpoints:
        described.setdefault(_tag(endpoint), split_summary(prose(type(endpoint.resource)))[0])
    yield from (
        {"name": name, "description": about} if about else {"name": name} for name, about in described.items()
    )


def _paths(
    part: Part, places: Mapping[str, tuple[Endpoint, str]], schemas: Schemas, examples: Examples
) -> Iterator[tuple[str, Json]]:
    # Not as the path's own parameters: Swagger UI does not resolve references there.
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in part.choices]
    unmatched = (404,) if part.choices else ()  # if a variable of the prefix has another value
    for endpoint in part.endpoints:
        item: Json = {}
        for method in described_methods(type(endpoint.resource)):
            links = _Links(places, endpoint.name)
            made = _operation(endpoint, method, schemas, examples, links, unmatched, part.problems)
            item[method.lower()] = made | {"parameters": shared + made["parameters"]}
        # A slash at the end makes no other path; linters refuse it.
        yield (part.prefix + endpoint.path).removesuffix("/") or "/", item


def _components(
    parts: Iterable[Part], endpoints: Iterable[Endpoint], schemas: Schemas, paths: Mapping[str, Json]
) -> Json:
    shared = {name: each for part in parts for name, each in _prefix_parameters(part)}
    choices = {name: each for part in parts for name, each in _prefix_schemas(part)}
    headers = header_components(type(each.resource) for each in endpoints)
    types = _problem_types(parts, endpoints)
    used = set(_references(paths))
    examples = {each.name: {"summary": each.title, "value": each.document()} for each in types}
    made: Json = {
        "schemas": choices | _with_members(schemas, types),
        "parameters": shared,
        "headers": {name: each for name, each in headers.items() if f"#/components/headers/{name}" in used},
        "examples": {
            name: each for name, each in examples.items() if f"#/components/examples/{name}" in used
        },
        "securitySchemes": dict(_schemes(endpoints)),
    }
    return {name: each for name, each in made.items() if each}


def _references(value: object) -> Iterator[str]:
    """Every `$ref` in it."""
    if isinstance(value, Mapping):
        yield value.get("$ref", "")
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    for each in inner:
        yield from _references(each)


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
    links: _Links,
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
        shown = resource.body_examples.get(method, examples.body(endpoint.name, wanted))
        shown = shown if shown is NONE else msgspec.json.decode(msgspec.json.encode(shown))
        made["requestBody"] = _body(method, schemas.of(wanted), shown)
    shown = examples.content(endpoint.name)
    made["responses"] = responses(resource, method, schemas, shown, links.of, further, types)
    made["security"] = _security(resource, method)
    return made


def _security(resource: ResourceClass, method: str) -> list[Json]:
    """What the client needs: nothing, credentials with some scopes, or a choice where both make sense.

    Where anybody may, credentials change nothing, even if wrong ones are refused; nobody needs a padlock there.
    """
    scopes = list(resource.scopes.get(method, ()))
    needed: Json = {resource.challenge.scheme.lower(): scopes}
    if 401 not in statuses(resource, method):
        return []
    if method not in resource.anonymous_methods:
        return [needed]
    return [{}, needed] if scopes else []


@dataclass(frozen=True)
class _Links:
    """Makes the links of one endpoint's responses.

    Attributes:
        places: the endpoints to which links may lead, by name, each with its whole path.
        own: the name of the endpoint that answers.
    """

    places: Mapping[str, tuple[Endpoint, str]]
    own: str

    def of(self, wanted: Any) -> Json:
        """The Link Objects of content of a type, by name; a link to what is not described is left out."""
        found = ((each, each.endpoint or self.own) for each in links_in(wanted))
        return {each.name: self._link(each, *self.places[to]) for each, to in found if to in self.places}

    def _link(self, leads: Leads, endpoint: Endpoint, path: str) -> Json:
        methods = described_methods(type(endpoint.resource))
        made: Json = {"operationId": operation_id(endpoint, "GET" if "GET" in methods else methods[0])}
        own = variables(self.places[self.own][1])
        values = {each: f"$request.path.{each}" for each in variables(path) if each in own}
        if endpoint.name == self.own and (query := query_parameters(type(endpoint.resource))):
            values |= {each: f"$request.query.{each}" for each in query.fields}
        values |= {name: f"$response.body#{pointer}" for name, pointer in leads.parameters.items()}
        return made | ({"parameters": values} if values else {})


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
    """The content to send. The forms that are no JSON have no schema, since generators cannot write them."""
    made = content(accepted_types(method), schema, is_json)
    for each in made["content"].values():
        each.update({} if example is NONE else {"example": example})
    return {"required": True, **made}


CITATION = re.compile(r" ?\([^()]*\d\.\d[^()]*\)$|(?<=[.?]) \([^()]*\d[^()]*\)$")


def _prose(endpoint: Endpoint, method: str) -> Json:
    """Summary and description of one method: the action's docstring, or the class's with what the action does."""
    resource = type(endpoint.resource)
    summary, description = split_summary(prose(resource))
    if method in ACTIONS:
        of_action = split_summary(prose(getattr(resource, ACTIONS[method])))
        about = CITATION.sub("", NODES[ACTIONS[method]].about)
        summary, description = of_action if of_action[0] else (about, summary)
    told = " ".join(filter(None, (description, _needs(resource, method))))
    return {name: text for name, text in (("summary", summary), ("description", told)) if text}


def _needs(resource: ResourceClass, method: str) -> str:
    """What a client must have, in a sentence."""
    (needed,) = _security(resource, method)[-1:] or [{}]
    scopes = [scope for each in needed.values() for scope in each]
    if not needed:
        return "It needs no credentials."
    return f"It needs the scope {' and '.join(scopes)}." if scopes else "It needs credentials."


# Parameters.

POSITIVE: Json = {"type": "integer", "format": "int64", "minimum": 1, "maximum": 2**63 - 1}
TEXT: Json = {"type": "string", "minLength": 1}
WRITES = ("PUT", "PATCH", "DELETE")
KEY = r'^"[ !#-\[\]-~]{1,255}"$'
"""A key as most clients write one; escapes and parameters are read, too."""


def _parameters(endpoint: Endpoint, method: str, schemas: Schemas, examples: Examples) -> list[Json]:
    """The parameters of one operation, those of the path first."""
    return [
        *_path_parameters(endpoint, examples),
        *_query_parameters(endpoint, method, schemas, examples),
        *_preconditions(endpoint, method, examples),
    ]


def _path_parameters(endpoint: Endpoint, examples: Examples) -> Iterator[Json]:
    types = path_parameters(type(endpoint.resource))
    for name in variables(endpoint.path):
        schema = POSITIVE if types[name].type is int else TEXT
        made = {"name": name, "in": "path", "required": True, "description": _meaning(name), "schema": schema}
        yield _with_example(made, examples.argument(endpoint.name, name))


def _meaning(name: str) -> str:
    """What a variable of a path stands for: the id of the product, for `product_id`."""
    words = name.replace("_", " ")
    thing = words.removesuffix(" id")
    return f"The {words}." if thing == words else f"The id of the {thing}."


def _query_parameters(
    endpoint: Endpoint, method: str, schemas: Schemas, examples: Examples
) -> Iterator[Json]:
    """Those of a read; a resource that can be read has its query for that."""
    resource = type(endpoint.resource)
    declared = query_parameters(resource)
    if declared is None or (method != "GET" and "GET" in described_methods(resource)):
        return
    for name, parameter in declared.fields.items():
        schema = dict(schemas.of_parameter(parameter.type))
        told: Json = {
            each: schema.pop(each) for each in ("description", "deprecated", "x-sunset") if each in schema
        }
        if parameter.default not in (None, msgspec.NODEFAULT):
            schema["default"] = msgspec.to_builtins(parameter.default)
        made: Json = {"name": name, "in": "query", "required": parameter.required}
        made |= {"description": f"The {name.replace('_', ' ')}.", **told, "schema": schema}
        if schema.get("type") == "array":
            made["description"] += f" Several stand between commas; {name} may also be given several times."
            made |= {"style": "form", "explode": False}
        shown = examples.argument(endpoint.name, name) if parameter.required else NONE
        yield _with_example(made, shown)


def _preconditions(endpoint: Endpoint, method: str, examples: Examples) -> Iterator[Json]:
    resource = type(endpoint.resource)
    tagged = has_etag(resource)
    dated = resource.last_modified is not Declarations.last_modified
    if tagged and method in WRITES:
        required = constant_answer(resource, NODES["precondition_required"], method) is True
        made = _field(
            "If-Match", "The ETag of the state that the change is for (RFC 9110, 13.1.1).", required
        )
        yield _with_example(made, examples.etag(endpoint.name) if required else NONE)
    if constant_answer(resource, NODES["idempotency_key_exists"], method) is None:
        keyed = _field(
            "Idempotency-Key",
            "A key of your own for this write, such as a UUID, in quotes (RFC 8941, 3.3.3). A request that is sent "
            "again with it is not carried out again, and gets the first answer "
            "(draft-ietf-httpapi-idempotency-key-header).",
        )
        yield keyed | {"schema": {"type": "string", "pattern": KEY}}
    if dated and method in WRITES:
        yield _field("If-Unmodified-Since", "412 if it changed after this HTTP date (RFC 9110, 13.1.4).")
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


def _prefix_parameters(part: Part) -> Iterator[tuple[str, Json]]:
    """A prefix's variables by name; the values that each can have are a schema of its own."""
    for name, values in part.choices.items():
        schema = {"$ref": f"{PREFIX}{name.title()}"}
        made = {"name": name, "in": "path", "required": True, "schema": schema}
        made["description"] = part.keywords.get(name, {}).get("description", _meaning(name))
        yield name, _with_example(made, values[0] if values else NONE)


def _prefix_schemas(part: Part) -> Iterator[tuple[str, Json]]:
    """The schemas that `_prefix_parameters` refers to. Another mount is no other contract, so the list is open."""
    for name, values in part.choices.items():
        known = {"x-extensible-enum": list(values)} if values else {}
        yield name.title(), {"type": "string", **part.keywords.get(name, {}), **known}
